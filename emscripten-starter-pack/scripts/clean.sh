#!/bin/sh
# Removes everything that was built.
# Made from lesson.toml by `wasmlab dev regen`: edit that file, not this one.
set -eu
cd "$(dirname "$0")/.."
rm -rf dist
