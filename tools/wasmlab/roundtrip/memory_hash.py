"""The hash by which engines' memories are compared: of what is in them, for most of a memory is zero."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

BLOCK = 4096
_CHUNK = 256 * BLOCK
_NOTHING = bytes(_CHUNK)
_NO_BLOCK = bytes(BLOCK)


def memory_hash(memory: Any) -> str:
    """Return the hash of a whole memory, given as anything that holds bytes.

    It is the SHA-256 of the memory's size, and of each block of 4096 bytes that is not all zero with its
    number before it; size and numbers are of eight bytes, the lowest first. A page computes the same.
    """
    view = memoryview(memory).cast("B")
    digest = sha256(len(view).to_bytes(8, "little"))
    for start in range(0, len(view), _CHUNK):
        chunk = bytes(view[start : start + _CHUNK])
        if chunk == _NOTHING:
            continue
        for at in range(0, len(chunk), BLOCK):
            block = chunk[at : at + BLOCK]
            if block != _NO_BLOCK:
                digest.update(((start + at) // BLOCK).to_bytes(8, "little"))
                digest.update(block)
    return digest.hexdigest()
