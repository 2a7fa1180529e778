"""What a module is made of: sections, functions and their C lines, and why it is as big as it is."""

from wasmlab.inspecting.anatomy import Anatomy, inspect_bytes, inspect_file
from wasmlab.inspecting.diff import Difference, compare

__all__ = ["Anatomy", "Difference", "compare", "inspect_bytes", "inspect_file"]
