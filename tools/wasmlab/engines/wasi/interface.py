"""The functions of WASI preview 1: their types, and which of them a module imports."""

from __future__ import annotations

from collections.abc import Sequence

from wasmlab.errors import CallRefused
from wasmlab.names import did_you_mean
from wasmlab.signature import Signature
from wasmlab.wasmfile import Import

MODULE = "wasi_snapshot_preview1"

START = "_start"
"""The export that is a program's beginning."""
INITIALIZE = "_initialize"
"""The export that a module without a beginning wants called before every other."""

# The parameters of each: `i` is an i32, `I` an i64. All give an errno but `proc_exit`.
_PARAMETERS = {
    "args_get": "ii",
    "args_sizes_get": "ii",
    "clock_res_get": "ii",
    "clock_time_get": "iIi",
    "environ_get": "ii",
    "environ_sizes_get": "ii",
    "fd_advise": "iIIi",
    "fd_allocate": "iII",
    "fd_close": "i",
    "fd_datasync": "i",
    "fd_fdstat_get": "ii",
    "fd_fdstat_set_flags": "ii",
    "fd_fdstat_set_rights": "iII",
    "fd_filestat_get": "ii",
    "fd_filestat_set_size": "iI",
    "fd_filestat_set_times": "iIIi",
    "fd_pread": "iiiIi",
    "fd_prestat_dir_name": "iii",
    "fd_prestat_get": "ii",
    "fd_pwrite": "iiiIi",
    "fd_read": "iiii",
    "fd_readdir": "iiiIi",
    "fd_renumber": "ii",
    "fd_seek": "iIii",
    "fd_sync": "i",
    "fd_tell": "ii",
    "fd_write": "iiii",
    "path_create_directory": "iii",
    "path_filestat_get": "iiiii",
    "path_filestat_set_times": "iiiiIIi",
    "path_link": "iiiiiii",
    "path_open": "iiiiiIIii",
    "path_readlink": "iiiiii",
    "path_remove_directory": "iii",
    "path_rename": "iiiiii",
    "path_symlink": "iiiii",
    "path_unlink_file": "iii",
    "poll_oneoff": "iiii",
    "proc_exit": "i",
    "proc_raise": "i",
    "random_get": "ii",
    "sched_yield": "",
    "sock_accept": "iii",
    "sock_recv": "iiiiii",
    "sock_send": "iiiii",
    "sock_shutdown": "ii",
}
_TYPES = {"i": "i32", "I": "i64"}


def is_wasi(needed: Import) -> bool:
    """Return whether an import is one of WASI's functions."""
    return needed.module == MODULE and needed.kind == "func"


def uses_wasi(imports: Sequence[Import]) -> bool:
    """Return whether a module is made for WASI."""
    return any(is_wasi(needed) for needed in imports)


def refuse_unknown(needed: Import) -> None:
    """Refuse an import that is no function of WASI preview 1.

    Raises:
        CallRefused: its name or its type is another one.
    """
    if needed.name not in _PARAMETERS:
        hint = did_you_mean(needed.name, _PARAMETERS)
        raise CallRefused(f"WASI preview 1 has no function {needed.name!r}", hint)
    params = tuple(_TYPES[letter] for letter in _PARAMETERS[needed.name])
    signature = Signature(params, () if needed.name == "proc_exit" else ("i32",))
    if needed.signature != signature:
        raise CallRefused(
            f"the module imports {needed.full_name}{needed.signature}",
            f"in WASI preview 1 it is {needed.name}{signature}",
        )
