"""Rich results: figures, long values, and formats that fail."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from wasmlab.harness import notebook_outputs

from .conftest import Room


def test_a_long_list_is_shown_up_to_a_thousand_items(room: Room) -> None:
    room.run("list(range(5000))")
    text = room.told("execute_result")[0]["data"]["text/plain"]

    assert text.startswith("[0, 1, ")
    assert text.endswith("998, 999, ...]")


def test_a_huge_text_is_cut_with_a_note(make_room: Callable[..., Room]) -> None:
    room = make_room(result=20)
    room.run("'x' * 100")

    assert room.told("execute_result")[0]["data"] == {
        "text/plain": "'" + "x" * 19 + "... [cut: 102 characters]"
    }


def test_a_format_that_fails_is_left_out_and_told(room: Room) -> None:
    room.run("class H:\n    def __repr__(self): return 'H'\n    def _repr_html_(self): return 1 / 0\nH()")

    assert room.told("execute_result")[0]["data"] == {"text/plain": "H"}
    assert room.told("stream")[0]["text"] == (
        "_repr_html_ failed, so it is left out:\n"
        "Traceback (most recent call last):\n"
        '  File "<run 1>", line 3, in _repr_html_\n'
        "    def _repr_html_(self): return 1 / 0\n"
        "                                  ~~^~~\n"
        "ZeroDivisionError: division by zero\n"
    )


def test_a_run_is_the_outputs_of_a_notebook_cell(room: Room) -> None:
    room.run("print(1)\nprint(2)\ndisplay(3)\n4", watch=["x"], trace=True)

    assert notebook_outputs(room.events) == [
        {"output_type": "stream", "name": "stdout", "text": "1\n2\n"},
        {"output_type": "display_data", "data": {"text/plain": "3"}, "metadata": {}},
        {"output_type": "execute_result", "data": {"text/plain": "4"}, "metadata": {}, "execution_count": 1},
    ]


MATPLOTLIB = {
    "__init__.py": "",
    "figure.py": """
        class Figure:
            def __init__(self, number): self.number = number
            def __repr__(self): return f'<Figure {self.number}>'
            def get_axes(self): return [1]
            def savefig(self, file, format, bbox_inches): file.write(b'PNG%d' % self.number)
    """,
    "backends/__init__.py": "",
    "backends/backend_agg.py": "class FigureCanvasAgg: pass",
    "pyplot.py": """
        import importlib, os
        from .figure import Figure
        backend = importlib.import_module(os.environ['MPLBACKEND'].removeprefix('module://'))
        assert backend.FigureCanvas.__name__ == 'FigureCanvasAgg'
        figures = {}
        def figure(number=None):
            number = number or len(figures) + 1
            return figures.setdefault(number, Figure(number))
        def get_fignums(): return list(figures)
        def close(which): figures.clear()
        def show(): backend.show()
    """,
}


@pytest.fixture
def small_matplotlib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with matplotlib's names and rules for backends, for where the real one is not installed."""
    for name, text in MATPLOTLIB.items():
        file = tmp_path / "matplotlib" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.syspath_prepend(tmp_path)


def _images(room: Room) -> list[str]:
    return [event["data"]["image/png"] for event in room.told("display_data", "execute_result")]


@pytest.mark.usefixtures("small_matplotlib")
def test_figures_are_shown_when_asked_and_at_the_end(room: Room) -> None:
    room.run(
        "import matplotlib.pyplot as plt\nf = plt.figure()\nplt.show()\nprint('then')\n"
        "g = plt.figure()\nh = plt.figure()"
    )

    assert [event["type"] for event in room.told("display_data", "stream")] == [
        "display_data",
        "stream",
        "display_data",
        "display_data",
    ]
    assert _images(room) == ["UE5HMQ==", "UE5HMQ==", "UE5HMg=="]


@pytest.mark.usefixtures("small_matplotlib")
def test_a_figure_that_is_the_last_value_is_an_image(room: Room) -> None:
    room.run("from matplotlib.figure import Figure\nFigure(7)")

    assert room.told("execute_result")[0]["data"] == {"image/png": "UE5HNw==", "text/plain": "<Figure 7>"}
