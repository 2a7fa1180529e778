#!/bin/sh
# Builds dist/async_jspi.wasm from c/async_jspi.c.
# Made from lesson.toml by `wasmlab dev regen`: edit that file, not this one.
set -eu
cd "$(dirname "$0")/.."
mkdir -p dist

${CLANG:-clang} --target=wasm32 -Os -c c/async_jspi.c -o dist/async_jspi.o
${WASM_LD:-wasm-ld} --no-entry --export=sum_of_squares --strip-all dist/async_jspi.o -o dist/async_jspi.wasm
