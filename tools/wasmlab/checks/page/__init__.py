"""A lesson's page in a browser: who serves it, in which context it opens, and what may be left of it."""
