# Removes everything that was built.
# Made from lesson.toml by `wasmlab dev regen`: edit that file, not this one.
$dist = Join-Path (Split-Path $PSScriptRoot) "dist"
if (Test-Path $dist) { Remove-Item -Recurse -Force $dist }
