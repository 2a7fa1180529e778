"""`display()` and what belongs to it, with the signatures of IPython.display."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Collection, Mapping
from types import ModuleType
from typing import Any

from . import events
from .events import Emit
from .mimebundle import Complain, bundle, real_method


class Shower:
    """Shows values as events; the learner's `display`, `update_display` and `clear_output`."""

    def __init__(self, emit: Emit, flush: Callable[[], object], complain: Complain, limit: int) -> None:
        self._emit = emit
        self._flush = flush
        self._complain = complain
        self._limit = limit

    def result(self, value: object, count: int) -> None:
        """Show the value of an expression; None shows nothing."""
        if value is None:
            return
        if (own := real_method(value, "_ipython_display_")) is not None:
            own()
            return
        made = bundle(value, self._limit, self._complain)
        self._flush()
        self._emit(events.execute_result(made.data, made.metadata, count))

    def display(
        self,
        *objs: Any,
        include: Collection[str] | None = None,
        exclude: Collection[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        transient: Mapping[str, Any] | None = None,  # noqa: ARG002 - IPython's signature
        display_id: str | bool | None = None,
        raw: bool = False,
        clear: bool = False,
        **_more: Any,
    ) -> DisplayHandle | None:
        """Show each of the values in the best format that the page knows.

        With `display_id` (True, or a name) return a handle whose `update()` shows another value in
        the same place. `raw` takes finished dicts from media type to data.
        """
        if clear:
            self.clear_output(wait=True)
        identity = os.urandom(8).hex() if display_id is True else display_id or None
        for each in objs:
            self._show(each, include, exclude, dict(metadata or {}), identity, raw=raw)
        return DisplayHandle(self, identity) if identity else None

    def update_display(self, value: Any, *, display_id: str, **options: Any) -> None:
        """Show `value` in the place of what was shown with `display_id`."""
        self._show(
            value,
            options.get("include"),
            options.get("exclude"),
            dict(options.get("metadata") or {}),
            display_id,
            raw=bool(options.get("raw")),
            update=True,
        )

    def clear_output(self, wait: bool = False) -> None:
        """Remove what has been shown; with `wait` only when something new comes."""
        self._flush()
        self._emit({"type": "clear_output", "wait": bool(wait)})

    def png(self, image: bytes, text: str) -> None:
        """Show a PNG image."""
        data = {"image/png": base64.b64encode(image).decode("ascii"), "text/plain": text}
        self._flush()
        self._emit(events.display_data(data, {}))

    def _show(
        self,
        value: Any,
        include: Collection[str] | None,
        exclude: Collection[str] | None,
        metadata: dict[str, Any],
        identity: str | None,
        *,
        raw: bool,
        update: bool = False,
    ) -> None:
        if not raw and (own := real_method(value, "_ipython_display_")) is not None:
            own()
            return
        shown = _Raw(value) if raw else value
        made = bundle(shown, self._limit, self._complain, include, exclude)
        if raw and "text/plain" not in value:
            made.data.pop("text/plain", None)
        made.metadata.update(json.loads(json.dumps(metadata)))
        self._flush()
        self._emit(events.display_data(made.data, made.metadata, identity, update=update))


class DisplayHandle:
    """A place on the page: `update()` shows another value there."""

    def __init__(self, shower: Shower, display_id: str) -> None:
        self._shower = shower
        self.display_id = display_id

    def display(self, value: Any, **options: Any) -> None:
        """Show `value` in a new place with the same name."""
        self._shower.display(value, display_id=self.display_id, **options)

    def update(self, value: Any, **options: Any) -> None:
        """Show `value` here."""
        self._shower.update_display(value, display_id=self.display_id, **options)


class _Raw:
    def __init__(self, data: Any) -> None:
        self._data = data

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return self._data


class Rich:
    """A piece of text or data that is shown in one format; the subclasses name it."""

    media = "text/plain"

    def __init__(self, data: Any = None, filename: str | None = None, **metadata: Any) -> None:
        if data is None and filename is not None:
            with open(filename, "rb") as file:  # noqa: PTH123 - as IPython: any path-like text
                data = file.read()
        self.data = data
        self.metadata = metadata

    def __repr__(self) -> str:
        return f"<{type(self).__name__} object>"

    def _repr_mimebundle_(self, **_: Any) -> Any:
        data = self.data
        if isinstance(data, bytes) and (
            self.media.startswith("text/") or self.media.endswith(("xml", "script"))
        ):
            data = data.decode("utf-8")
        return {self.media: data}, ({self.media: self.metadata} if self.metadata else {})


class Image(Rich):
    """A PNG or JPEG image from its bytes or a file."""

    def __init__(self, data: Any = None, filename: str | None = None, **metadata: Any) -> None:
        super().__init__(data, filename, **metadata)
        self.media = "image/jpeg" if bytes(self.data[:2]) == b"\xff\xd8" else "image/png"


def _rich(name: str, media: str) -> type[Rich]:
    return type(
        name, (Rich,), {"media": media, "__doc__": f"A {media} that display() shows.", "__module__": __name__}
    )


HTML = _rich("HTML", "text/html")
Markdown = _rich("Markdown", "text/markdown")
SVG = _rich("SVG", "image/svg+xml")
Latex = _rich("Latex", "text/latex")
Math = _rich("Math", "text/latex")
JSON = _rich("JSON", "application/json")
Javascript = _rich("Javascript", "application/javascript")
Pretty = _rich("Pretty", "text/plain")


def stand_in(shower: Shower) -> dict[str, ModuleType]:
    """Return the modules that answer `from IPython.display import display, HTML, ...`."""
    ours = ModuleType("IPython.display", "What IPython.display offers, without IPython.")
    for each in (HTML, Markdown, SVG, Latex, Math, JSON, Javascript, Pretty, Image, DisplayHandle):
        setattr(ours, each.__name__, each)
    for name in ("display", "update_display", "clear_output"):
        setattr(ours, name, getattr(shower, name))
    package = ModuleType("IPython", "A stand-in that knows only `display`.")
    vars(package).update(
        display=ours, get_ipython=lambda: None, version_info=(9, 0, 0), __version__="9.0.0", __path__=[]
    )
    return {"IPython": package, "IPython.display": ours}
