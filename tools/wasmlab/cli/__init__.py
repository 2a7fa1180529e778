"""The command line: each command is a few lines that call one room."""

from wasmlab.cli.app import app, main

__all__ = ["app", "main"]
