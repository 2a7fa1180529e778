"""Checks: the pytest plugin that lessons write them with, and `wasmlab check`, which runs them."""
