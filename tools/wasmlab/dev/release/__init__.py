"""The course as students get it, and what would still be told by it."""
