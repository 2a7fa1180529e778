"""Times things in turn and prints medians with their ratio to a peer measured in the same run."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One line of the table: milliseconds of ours and of the peer, and the ratio that is asked for."""

    what: str
    ours: Sequence[float]
    peer_name: str
    peer: Sequence[float]
    limit: str

    @property
    def ratio(self) -> float:
        """The median of ours over the median of the peer's."""
        return statistics.median(self.ours) / statistics.median(self.peer)


def in_turn(runs: int, *actions: Callable[[], float | None]) -> list[list[float]]:
    """Run the actions A B A B ... so that a slow moment of the machine meets all of them alike.

    An action that returns a number has measured itself (milliseconds); otherwise it is timed.
    The first round warms up and is not counted.
    """
    times: list[list[float]] = [[] for _ in actions]
    for round_ in range(runs + 1):
        for number, action in enumerate(actions):
            start = time.perf_counter()
            own = action()
            took = own if own is not None else (time.perf_counter() - start) * 1000
            if round_:
                times[number].append(took)
    return times


def command(argv: Sequence[str], cwd: Path, env: Mapping[str, str] | None = None) -> Callable[[], None]:
    """Return an action that runs a command to its end and insists that it succeeds."""

    def run() -> None:
        done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(argv)} failed:\n{done.stdout}{done.stderr}")

    return run


def print_rows(title: str, rows: Sequence[Row]) -> None:
    """Print the table: median (minimum-maximum) of both sides, the ratio, and what is aimed at."""
    print(f"\n{title}")
    print(f"{'what':<46} {'ours ms':>22} {'peer ms':>22} {'ratio':>6}  aim")
    for row in rows:
        print(
            f"{row.what:<46} {_spread(row.ours):>22} {_spread(row.peer):>22} {row.ratio:>6.2f}  "
            f"{row.limit} of {row.peer_name}"
        )


def _spread(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.1f} ({min(times):.0f}-{max(times):.0f})"
