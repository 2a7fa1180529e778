"""The functions of WASI preview 1 over a program's world; each gets the program's memory first."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from wasmlab.engines.wasi import errno
from wasmlab.engines.wasi.errno import Errno
from wasmlab.engines.wasi.files import ALL_RIGHTS, APPEND, Folder, Open, Stream, seek
from wasmlab.engines.wasi.waiting import CLOCK, Wanted
from wasmlab.engines.wasi.world import Exit, Function, Memory, World, node_status, stream_type

_SEEK, _TELL = 1 << 2, 1 << 5


def bound(world: World) -> dict[str, Function]:
    """Return the functions by name, over `world`."""
    made = _Calls(world)
    names = [name for name in dir(made) if not name.startswith("_")]
    return {name: getattr(made, name) for name in names}


def _u32(memory: Memory, at: int) -> int:
    return int.from_bytes(memory.read(at, 4), "little")


def _put(memory: Memory, at: int, number: int, size: int = 4) -> None:
    memory.write(at, number.to_bytes(size, "little"))


def _path(memory: Memory, at: int, length: int) -> str:
    raw = memory.read(at, length)
    if b"\0" in raw:
        raise Errno(errno.INVAL)
    return raw.decode("utf-8", "replace")


def _vectors(memory: Memory, at: int, count: int) -> list[tuple[int, int]]:
    raw = memory.read(at, 8 * count)
    return list(struct.iter_unpack("<II", raw))


def _strings(memory: Memory, texts: Iterable[str], pointers: int, at: int) -> None:
    for text in texts:
        raw = text.encode() + b"\0"
        _put(memory, pointers, at)
        memory.write(at, raw)
        pointers, at = pointers + 4, at + len(raw)


def _sizes(memory: Memory, texts: Iterable[str], count: int, size: int) -> None:
    raw = [text.encode() for text in texts]
    _put(memory, count, len(raw))
    _put(memory, size, sum(len(one) + 1 for one in raw))


class _Calls:
    """The names and their arguments are WASI's own; `m` is the memory."""

    def __init__(self, world: World) -> None:
        self._w = world

    def _variables(self) -> list[str]:
        return [f"{name}={value}" for name, value in self._w.program.environment.items()]

    def args_get(self, m: Memory, pointers: int, at: int) -> None:
        _strings(m, self._w.program.argv, pointers, at)

    def args_sizes_get(self, m: Memory, count: int, size: int) -> None:
        _sizes(m, self._w.program.argv, count, size)

    def environ_get(self, m: Memory, pointers: int, at: int) -> None:
        _strings(m, self._variables(), pointers, at)

    def environ_sizes_get(self, m: Memory, count: int, size: int) -> None:
        _sizes(m, self._variables(), count, size)

    def clock_res_get(self, m: Memory, clock: int, at: int) -> None:
        self._w.now(clock)
        _put(m, at, 1_000_000, 8)

    def clock_time_get(self, m: Memory, clock: int, _precision: int, at: int) -> None:
        _put(m, at, self._w.now(clock), 8)

    def random_get(self, m: Memory, at: int, length: int) -> None:
        m.read(at, length)  # outside the memory nothing is made
        m.write(at, self._w.random(length))

    def sched_yield(self, _: Memory) -> None:
        return

    def proc_exit(self, _: Memory, code: int) -> None:
        self._w.code = code & 0xFFFFFFFF
        raise Exit(code)

    def proc_raise(self, _: Memory, __: int) -> int:
        return errno.NOTSUP

    def fd_close(self, _: Memory, fd: int) -> None:
        self._w.descriptor(fd)
        del self._w.open[fd]

    def fd_renumber(self, _: Memory, fd: int, to: int) -> None:
        self._w.descriptor(to)
        self._w.open[to] = self._w.descriptor(fd)
        if to != fd:
            del self._w.open[fd]

    def fd_read(self, m: Memory, fd: int, at: int, count: int, done: int) -> None:
        opened = self._w.descriptor(fd)
        if isinstance(opened, Stream):
            _put(m, done, self._read_stream(m, opened, at, count))
            return
        total = self._read(m, opened, at, count, opened.position)
        opened.position += total
        _put(m, done, total)

    def _read_stream(self, m: Memory, stream: Stream, at: int, count: int) -> int:
        if stream.number != 0:
            raise Errno(errno.BADF)
        total = 0
        for place, length in _vectors(m, at, count):
            data = bytes(stream.data[:length])
            m.write(place, data)
            del stream.data[:length]
            total += len(data)
        return total

    def fd_pread(self, m: Memory, fd: int, at: int, count: int, position: int, done: int) -> None:
        _put(m, done, self._read(m, self._file(fd), at, count, position & (1 << 64) - 1))

    def _read(self, m: Memory, opened: Open, at: int, count: int, position: int) -> int:
        total = 0
        for place, length in _vectors(m, at, count):
            data = opened.read(length, position + total)
            m.write(place, data)
            total += len(data)
        return total

    def fd_write(self, m: Memory, fd: int, at: int, count: int, done: int) -> None:
        opened = self._w.descriptor(fd)
        data = b"".join(m.read(place, length) for place, length in _vectors(m, at, count))
        if isinstance(opened, Stream):
            if opened.number == 0:
                raise Errno(errno.BADF)
            self._w.say(opened, data)
        else:
            position = len(opened.file.data) if opened.append else opened.position
            self._w.tree.write(opened, data, position)
            opened.position = position + len(data)
        _put(m, done, len(data))

    def fd_pwrite(self, m: Memory, fd: int, at: int, count: int, position: int, done: int) -> None:
        data = b"".join(m.read(place, length) for place, length in _vectors(m, at, count))
        self._w.tree.write(self._file(fd), data, position & (1 << 64) - 1)
        _put(m, done, len(data))

    def _file(self, fd: int) -> Open:
        opened = self._w.descriptor(fd)
        if isinstance(opened, Stream):
            raise Errno(errno.SPIPE)
        return opened

    def fd_seek(self, m: Memory, fd: int, offset: int, whence: int, at: int) -> None:
        _put(m, at, seek(self._w.descriptor(fd), offset, whence), 8)

    def fd_tell(self, m: Memory, fd: int, at: int) -> None:
        _put(m, at, seek(self._w.descriptor(fd), 0, 1), 8)

    def fd_advise(self, _: Memory, fd: int, __: int, ___: int, ____: int) -> None:
        self._w.opened(fd)

    def fd_allocate(self, _: Memory, fd: int, offset: int, length: int) -> None:
        self._w.tree.allocate(self._w.opened(fd), offset + length)

    def fd_datasync(self, _: Memory, fd: int) -> None:
        self._w.descriptor(fd)

    fd_sync = fd_datasync

    def fd_fdstat_get(self, m: Memory, fd: int, at: int) -> None:
        opened = self._w.descriptor(fd)
        rights = ALL_RIGHTS
        if isinstance(opened, Stream):
            rights &= ~(_SEEK | _TELL)  # with these it would be no terminal, and printf would wait
        flags = APPEND if isinstance(opened, Open) and opened.append else 0
        m.write(at, struct.pack("<BxH4xQQ", stream_type(opened), flags, rights, rights))

    def fd_fdstat_set_flags(self, _: Memory, fd: int, flags: int) -> None:
        self._w.opened(fd).append = bool(flags & APPEND)

    def fd_fdstat_set_rights(self, _: Memory, fd: int, __: int, ___: int) -> None:
        self._w.descriptor(fd)

    def fd_filestat_get(self, m: Memory, fd: int, at: int) -> None:
        opened = self._w.descriptor(fd)
        m.write(at, node_status(None if isinstance(opened, Stream) else opened.node))

    def fd_filestat_set_size(self, _: Memory, fd: int, size: int) -> None:
        self._w.tree.resize(self._w.opened(fd), size & (1 << 64) - 1)

    def fd_filestat_set_times(self, _: Memory, fd: int, __: int, ___: int, ____: int) -> None:
        self._w.descriptor(fd)

    def fd_prestat_get(self, m: Memory, fd: int, at: int) -> None:
        name = self._preopened(fd).encode()
        m.write(at, struct.pack("<B3xI", 0, len(name)))

    def fd_prestat_dir_name(self, m: Memory, fd: int, at: int, length: int) -> None:
        name = self._preopened(fd).encode()
        if len(name) > length:
            raise Errno(errno.NAMETOOLONG)
        m.write(at, name)

    def _preopened(self, fd: int) -> str:
        opened = self._w.opened(fd)
        if not opened.preopened:
            raise Errno(errno.BADF)
        return opened.preopened

    def fd_readdir(self, m: Memory, fd: int, at: int, length: int, cookie: int, used: int) -> None:
        folder = self._w.opened(fd).folder
        rows = [(".", folder.inode, folder.type), ("..", folder.inode, folder.type)]
        rows += [(name, node.inode, node.type) for name, node in folder.entries.items()]
        made = b""
        for number, (name, inode, type) in enumerate(rows[max(cookie, 0) :], max(cookie, 0) + 1):
            raw = name.encode()
            made += struct.pack("<QQIB3x", number, inode, len(raw), type) + raw
            if len(made) >= length:
                break
        m.write(at, made[:length])
        _put(m, used, min(len(made), length))

    def path_open(
        self,
        m: Memory,
        fd: int,
        _: int,
        at: int,
        size: int,
        how: int,
        rights: int,
        __: int,
        flags: int,
        out: int,
    ) -> None:
        folder, path = self._place(m, fd, at, size)
        opened = self._w.tree.open(folder, path, how, rights, bool(flags & APPEND))
        _put(m, out, self._w.add(opened))

    def _place(self, m: Memory, fd: int, at: int, size: int) -> tuple[Folder, str]:
        return self._w.opened(fd).folder, _path(m, at, size)

    def path_create_directory(self, m: Memory, fd: int, at: int, size: int) -> None:
        self._w.tree.make_folder(*self._place(m, fd, at, size))

    def path_remove_directory(self, m: Memory, fd: int, at: int, size: int) -> None:
        self._w.tree.remove(*self._place(m, fd, at, size), folder=True)

    def path_unlink_file(self, m: Memory, fd: int, at: int, size: int) -> None:
        self._w.tree.remove(*self._place(m, fd, at, size), folder=False)

    def path_rename(self, m: Memory, fd: int, at: int, size: int, to: int, new: int, length: int) -> None:
        self._w.tree.rename(*self._place(m, fd, at, size), *self._place(m, to, new, length))

    def path_filestat_get(self, m: Memory, fd: int, _: int, at: int, size: int, out: int) -> None:
        m.write(out, node_status(self._w.tree.find(*self._place(m, fd, at, size))))

    def path_filestat_set_times(
        self, m: Memory, fd: int, _: int, at: int, size: int, __: int, ___: int, ____: int
    ) -> None:
        self._w.tree.find(*self._place(m, fd, at, size))

    def path_readlink(self, m: Memory, fd: int, at: int, size: int, _: int, __: int, ___: int) -> int:
        self._w.tree.find(*self._place(m, fd, at, size))
        return errno.INVAL  # it is no link: none can be made

    def _not_supported(self, _: Memory, *__: int) -> int:
        return errno.NOTSUP

    path_link = path_symlink = _not_supported
    sock_accept = sock_recv = sock_send = sock_shutdown = _not_supported

    def poll_oneoff(self, m: Memory, at: int, out: int, count: int, done: int) -> None:
        if not count:
            raise Errno(errno.INVAL)
        wanted = [Wanted(m.read(at + 48 * n, 48)) for n in range(count)]
        ready = [one for one in wanted if one.type != CLOCK]
        if not ready:
            waits = [(one.wait(self._w), n) for n, one in enumerate(wanted)]
            nanoseconds, first = min(waits)
            self._w.sleep(nanoseconds)
            ready = [wanted[first]]
        for number, one in enumerate(ready):
            m.write(out + 32 * number, one.event(self._w))
        _put(m, done, len(ready))
