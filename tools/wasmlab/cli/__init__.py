"""The command line: each command is a few lines that call one room."""

from wasmlab.cli.app import app, main

# Importing a module of commands registers them; the order here is the order in --help.
from wasmlab.cli import build, serve, run, check, learn, grade, inspect, new, setup, dev  # isort: skip

__all__ = [
    "app",
    "build",
    "check",
    "dev",
    "grade",
    "inspect",
    "learn",
    "main",
    "new",
    "run",
    "serve",
    "setup",
]
