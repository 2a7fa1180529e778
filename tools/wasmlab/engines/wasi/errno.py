"""WASI's error numbers, and the exception that carries one out of a function."""

from __future__ import annotations

SUCCESS = 0
BADF = 8
EXIST = 20
FAULT = 21
INVAL = 28
ISDIR = 31
NAMETOOLONG = 37
NOENT = 44
NOSPC = 51
NOTDIR = 54
NOTEMPTY = 55
NOTSUP = 58
SPIPE = 70
NOTCAPABLE = 76


class Errno(Exception):
    """A function of WASI ends with this number."""

    def __init__(self, number: int) -> None:
        super().__init__(str(number))
        self.number = number
