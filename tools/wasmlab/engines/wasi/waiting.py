"""What a WASI program can wait for: a time, or a descriptor."""

from __future__ import annotations

import struct

from wasmlab.engines.wasi import errno
from wasmlab.engines.wasi.errno import Errno
from wasmlab.engines.wasi.world import World

CLOCK, _READ, _WRITE = 0, 1, 2
_ABSOLUTE = 1


class Wanted:
    """One thing that a program waits for: a time, or a descriptor, which is always ready here."""

    def __init__(self, raw: bytes) -> None:
        self.mark, self.type = struct.unpack_from("<QB", raw)
        self.clock, self.timeout, self.flags = struct.unpack_from("<I4xQ8xH", raw, 16)
        if self.type not in (CLOCK, _READ, _WRITE):
            raise Errno(errno.INVAL)

    def wait(self, world: World) -> int:
        """Return for how many nanoseconds."""
        now = world.now(self.clock)
        return max(0, self.timeout - now) if self.flags & _ABSOLUTE else int(self.timeout)

    def event(self, world: World) -> bytes:
        """Return WASI's `event` for what has come."""
        missing = self.type != CLOCK and self.clock not in world.open  # a descriptor stands in its place
        error = errno.BADF if missing else errno.SUCCESS
        return struct.pack("<QHB5xQH6x", self.mark, error, self.type, 0 if self.type == CLOCK else 1, 0)
