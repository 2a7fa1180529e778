"""From a trap's offset to the C line, the reason and what to try, the same words in every engine."""

from wasmlab.traps.explanation import Explanation, explain, explain_trap
from wasmlab.traps.table import TrapTable
from wasmlab.traps.writing import READER, READER_BESIDE, read_table, table_path, write_trap_table

__all__ = [
    "READER",
    "READER_BESIDE",
    "Explanation",
    "TrapTable",
    "explain",
    "explain_trap",
    "read_table",
    "table_path",
    "write_trap_table",
]
