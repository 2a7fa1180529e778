#!/bin/sh
# Builds dist/add_and_log.wasm from c/add_and_log.c.
# Made from lesson.toml by `wasmlab dev regen`: edit that file, not this one.
set -eu
cd "$(dirname "$0")/.."
mkdir -p dist

${CLANG:-clang} --target=wasm32 -Os -c c/add_and_log.c -o dist/add_and_log.o
${WASM_LD:-wasm-ld} --no-entry --export=add_and_log --strip-all dist/add_and_log.o -o dist/add_and_log.wasm
