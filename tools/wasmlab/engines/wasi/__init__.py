"""WASI preview 1 for programs: streams, arguments and one folder of files, all of them in memory.

The browsers' side is `browser/page/wasi.js`, which does everything in the same way and order.
Source: WASI preview 1, `wasi_snapshot_preview1.witx`.
"""
