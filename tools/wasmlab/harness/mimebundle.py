"""Rich results by Jupyter's rules: what a value looks like as text, HTML, SVG, an image or JSON."""

from __future__ import annotations

import base64
import io
import json
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from .views import type_name

METHODS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_pdf_": "application/pdf",
    "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
    "_repr_javascript_": "application/javascript",
}
CANARY = "_ipython_canary_method_should_not_exist_"
SHOWN_ITEMS = 1000  # of a long list, as IPython's own printer shows

Complain = Callable[[str, BaseException], None]


@dataclass
class Bundle:
    """A value in several formats, by media type, with what is to be known about each."""

    data: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)


def bundle(
    value: object,
    limit: int,
    complain: Complain,
    include: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> Bundle:
    """Return every format that `value` offers; text/plain is always among them.

    A rich format that fails is left out, and `complain(method, error)` hears of it. What `repr()`
    raises is raised.
    """
    made = Bundle()
    try:
        _from_mimebundle(made, value, include, exclude)
    except Exception as error:  # the learner's own method
        complain("_repr_mimebundle_", error)
    for method, media in METHODS.items():
        if media not in made.data and _wanted(media, include, exclude):
            _from_method(made, value, method, media, complain)
    if "image/png" not in made.data and is_figure(value):
        made.data["image/png"] = figure_png(value)
    if "text/plain" not in made.data:
        made.data["text/plain"] = plain(value)
    _make_plain_data(made, limit, complain)
    return made


def real_method(value: object, name: str) -> Any:
    """Return the method `name` where the value truly has it: not a class, nor something that has any name."""
    if isinstance(value, type) or getattr(value, CANARY, None) is not None:
        return None
    method = getattr(value, name, None)
    return method if callable(method) else None


def plain(value: object) -> str:
    """Return `repr(value)`; of a long list only the first items."""
    if type(value) in (list, tuple) and len(value) > SHOWN_ITEMS:  # type: ignore[arg-type]
        text = repr(value[:SHOWN_ITEMS])  # type: ignore[index]
        return f"{text[:-1]}, ...{text[-1]}"
    return str.__str__(repr(value))


def shortened(text: str, limit: int) -> str:
    """Return `text` as UTF-8 can carry it, cut with a note where it is longer than `limit`."""
    if not text.isascii():
        text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= limit else f"{text[:limit]}... [cut: {len(text):,} characters]"


def is_figure(value: object) -> bool:
    """Whether the value is a figure of matplotlib, which is asked only where it has been imported."""
    module = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(value, module.Figure)


def figure_png(figure: Any) -> bytes:
    """Return a matplotlib figure as PNG bytes."""
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight")
    return file.getvalue()


def _wanted(media: str, include: Collection[str] | None, exclude: Collection[str] | None) -> bool:
    return (not include or media in include) and (not exclude or media not in exclude)


def _from_mimebundle(
    made: Bundle, value: object, include: Collection[str] | None, exclude: Collection[str] | None
) -> None:
    method = real_method(value, "_repr_mimebundle_")
    if method is None:
        return
    _merge(made, method(include=include, exclude=exclude))
    made.data = {media: each for media, each in made.data.items() if _wanted(media, include, exclude)}


def _merge(made: Bundle, answer: Any) -> None:
    data, metadata = answer if isinstance(answer, tuple) else (answer, {})
    if data is not None:
        made.data.update(data)
        made.metadata.update(metadata)


def _from_method(made: Bundle, value: object, method: str, media: str, complain: Complain) -> None:
    try:
        function = real_method(value, method)
        answer = function() if function else None
        if answer is None:
            return
        made.data[media], metadata = answer if isinstance(answer, tuple) else (answer, None)
        if metadata:
            made.metadata[media] = metadata
    except Exception as error:  # the learner's own method
        made.data.pop(media, None)
        complain(method, error)


def _make_plain_data(made: Bundle, limit: int, complain: Complain) -> None:
    """Leave only what JSON can carry: bytes as base64, texts of bounded length."""
    for media, value in list(made.data.items()):
        try:
            made.data[str(media)] = _plain_datum(media, value, limit)
        except (TypeError, ValueError, RecursionError) as error:
            del made.data[media]
            complain(f"the {media} of {type_name(value)}", error)
    try:
        made.metadata = json.loads(json.dumps(made.metadata, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        made.metadata = {}
        complain("the metadata", error)


def _plain_datum(media: str, value: Any, limit: int) -> Any:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, str):
        text = str.__str__(value)
        return shortened(text, limit) if media == "text/plain" else shortened(text, limit * 50)
    return json.loads(json.dumps(value, allow_nan=False))
