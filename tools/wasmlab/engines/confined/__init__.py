"""A module in a process of its own, which can be ended: both sides, and what goes between them."""
