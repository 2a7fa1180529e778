"""A teaching toolkit for WebAssembly."""

__version__ = "0.1.0"
