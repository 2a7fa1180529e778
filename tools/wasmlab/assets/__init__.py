"""Browser assets: what the pages need from npm, pinned, cut to size and kept in `vendor/`.

Standard library and `wasmlab.process` only: the build hook runs this code before wasmlab is installed.
"""
