"""`python -m wasmlab` is the same as `wasmlab`."""

from wasmlab.cli import main

main()
