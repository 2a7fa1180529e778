"""What was handed in: folders, archives, lists and downloads, of which only the `submit` files are taken."""

from wasmlab.grade.intake.finding import find_submissions

__all__ = ["find_submissions"]
