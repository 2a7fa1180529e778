# Builds dist/async_jspi.wasm from c/async_jspi.c.
# Made from lesson.toml by `wasmlab dev regen`: edit that file, not this one.
$ErrorActionPreference = "Stop"
$clang = if ($env:CLANG) { $env:CLANG } else { "clang" }
$wasmLd = if ($env:WASM_LD) { $env:WASM_LD } else { "wasm-ld" }
Push-Location (Split-Path $PSScriptRoot)
try {
  New-Item -ItemType Directory -Force dist | Out-Null

  & $clang --target=wasm32 -Os -c c/async_jspi.c -o dist/async_jspi.o
  if ($LASTEXITCODE) { exit $LASTEXITCODE }
  & $wasmLd --no-entry --export=sum_of_squares --strip-all dist/async_jspi.o -o dist/async_jspi.wasm
  if ($LASTEXITCODE) { exit $LASTEXITCODE }
} finally {
  Pop-Location
}
