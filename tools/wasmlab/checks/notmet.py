"""What a check that is not met says: what is wrong, expected, came, and what to try."""

from __future__ import annotations


class NotMet(AssertionError):
    """An expectation was not met; `value` and `trap` are what a mark `feedback` is compared with.

    `advice` is what fits the error that came: it is said where no feedback is for just that.
    """

    def __init__(
        self,
        message: str,
        expected: str,
        came: str,
        help: str = "",
        *,
        value: object = None,
        trap: str | None = None,
        advice: str = "",
    ) -> None:
        super().__init__(f"{message}: expected {expected}, and {came} came".removeprefix(": "))
        self.message = message
        self.expected = expected
        self.came = came
        self.help = help
        self.value = value
        self.trap = trap
        self.advice = advice
