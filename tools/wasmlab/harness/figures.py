"""A matplotlib backend: `plt.show()` and the end of a run show the open figures in the page.

matplotlib imports this module by name (MPLBACKEND); nothing else does, so it is never needed without it.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

from .mimebundle import figure_png

Show = Callable[[bytes, str], None]

_shows: list[Show] = []


def __getattr__(name: str) -> Any:
    """Give matplotlib its canvas, which only exists where matplotlib does."""
    if name == "FigureCanvas":
        return importlib.import_module("matplotlib.backends.backend_agg").FigureCanvasAgg
    raise AttributeError(name)


def use(show: Show) -> None:
    """Make this the backend of a matplotlib that will be imported, with `show(png, text)` for its figures."""
    os.environ.setdefault("MPLBACKEND", f"module://{__name__}")
    _shows[:] = [show]


def show(*_args: Any, **_options: Any) -> None:
    """Show every open figure in order and close it, as `plt.show()` does in a notebook."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or not _shows or not hasattr(pyplot, "get_fignums"):
        return
    for number in pyplot.get_fignums():
        figure = pyplot.figure(number)
        if figure.get_axes():
            _shows[0](figure_png(figure), repr(figure))
    pyplot.close("all")
