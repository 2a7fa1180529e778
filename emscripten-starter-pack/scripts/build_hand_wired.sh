#!/bin/sh
# Builds dist/hand_wired.wasm from c/hello_export.c.
# Made from lesson.toml by `wasmlab dev regen`: edit that file, not this one.
set -eu
cd "$(dirname "$0")/.."
mkdir -p dist

${CLANG:-clang} --target=wasm32 -Os -c c/hello_export.c -o dist/hello_export.o
${WASM_LD:-wasm-ld} --no-entry --export=add --strip-all dist/hello_export.o -o dist/hand_wired.wasm
