# Builds dist/add_and_log.wasm from c/add_and_log.c.
# Made from lesson.toml by `wasmlab dev regen`: edit that file, not this one.
$ErrorActionPreference = "Stop"
$clang = if ($env:CLANG) { $env:CLANG } else { "clang" }
$wasmLd = if ($env:WASM_LD) { $env:WASM_LD } else { "wasm-ld" }
Push-Location (Split-Path $PSScriptRoot)
try {
  New-Item -ItemType Directory -Force dist | Out-Null

  & $clang --target=wasm32 -Os -c c/add_and_log.c -o dist/add_and_log.o
  if ($LASTEXITCODE) { exit $LASTEXITCODE }
  & $wasmLd --no-entry --export=add_and_log --strip-all dist/add_and_log.o -o dist/add_and_log.wasm
  if ($LASTEXITCODE) { exit $LASTEXITCODE }
} finally {
  Pop-Location
}
