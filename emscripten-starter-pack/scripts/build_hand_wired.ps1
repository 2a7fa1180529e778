# Builds dist/hand_wired.wasm from c/hello_export.c.
# Made from lesson.toml by `wasmlab dev regen`: edit that file, not this one.
$ErrorActionPreference = "Stop"
$clang = if ($env:CLANG) { $env:CLANG } else { "clang" }
$wasmLd = if ($env:WASM_LD) { $env:WASM_LD } else { "wasm-ld" }
Push-Location (Split-Path $PSScriptRoot)
try {
  New-Item -ItemType Directory -Force dist | Out-Null

  & $clang --target=wasm32 -Os -c c/hello_export.c -o dist/hello_export.o
  if ($LASTEXITCODE) { exit $LASTEXITCODE }
  & $wasmLd --no-entry --export=add --strip-all dist/hello_export.o -o dist/hand_wired.wasm
  if ($LASTEXITCODE) { exit $LASTEXITCODE }
} finally {
  Pop-Location
}
