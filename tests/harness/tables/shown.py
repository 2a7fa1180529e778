"""The contract of what a script shows beside text: pictures, tables, displays."""

from __future__ import annotations

from .case import Case

SVG = "class S:\n    def __repr__(self): return 'S'\n    def _repr_svg_(self): return '<svg/>'\n"

SHOWN = [
    Case(
        "an SVG is shown without any package",
        SVG + "S()",
        [("result", {"image/svg+xml": "<svg/>", "text/plain": "S"})],
    ),
    Case(
        "display shows at once",
        SVG + "display(S())\nprint('then')",
        [("display", {"image/svg+xml": "<svg/>", "text/plain": "S"}), ("stdout", "then\n")],
    ),
    Case(
        "display comes from IPython's place too",
        "from IPython.display import display, HTML\ndisplay(HTML('<b>x</b>'))",
        [("display", {"text/html": "<b>x</b>", "text/plain": "<HTML object>"})],
    ),
    Case(
        "a display can be updated",
        "h = display(1, display_id=True)\nh.update(2)",
        [("display", "1"), ("update", "2")],
    ),
    Case(
        "a raw bundle is shown as it is",
        "display({'text/html': 'x'}, raw=True)",
        [("display", {"text/html": "x"})],
    ),
    Case(
        "output can be cleared",
        "from IPython.display import clear_output\nclear_output()",
        [("clear", False)],
    ),
    Case(
        "a mime bundle fills in before the other methods",
        "class B:\n"
        "    def __repr__(self): return 'B'\n"
        "    def _repr_mimebundle_(self, include=None, exclude=None): return {'text/html': 'from bundle'}\n"
        "    def _repr_html_(self): return 'no'\n"
        "    def _repr_latex_(self): return '$x$'\n"
        "    def _repr_json_(self): return {'a': [1]}\n"
        "    def _repr_png_(self): return b'\\x89PNG'\n"
        "    def _repr_jpeg_(self): return None\n"
        "B()",
        [
            (
                "result",
                {
                    "text/html": "from bundle",
                    "text/latex": "$x$",
                    "application/json": {"a": [1]},
                    "image/png": "iVBORw==",
                    "text/plain": "B",
                },
            )
        ],
    ),
    Case(
        "a value may display itself",
        "class D:\n    def _ipython_display_(self): print('me')\nD()",
        [("stdout", "me\n")],
    ),
]
