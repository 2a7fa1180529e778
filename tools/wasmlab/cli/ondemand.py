"""Commands that are made of their functions when asked for: all of them take longer than most work."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

import typer
import typer.core
import typer.main


class Commands(MutableMapping[str, Any]):
    """The commands of a group by their names, and the groups in it."""

    def __init__(self, waiting: list[Any], groups: Mapping[str, Any]) -> None:
        self._infos = {_name(info): info for info in waiting}
        self._made: dict[str, Any] = dict(groups)

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self[name] = typer.main.get_command_from_info(
                self._infos[name], pretty_exceptions_short=False, rich_markup_mode=None
            )
        return self._made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        raise TypeError("no command is ever taken away")

    def __iter__(self) -> Iterator[str]:
        yield from self._infos
        yield from (name for name in self._made if name not in self._infos)

    def __len__(self) -> int:
        return len(self._infos.keys() | self._made.keys())

    def cards(self) -> dict[str, Any]:
        """Return what a list of commands shows: name and first line, of none the options."""
        cards = {name: _card(name, info) for name, info in self._infos.items()}
        return {name: cards.get(name) or self._made[name] for name in self}


def _name(info: Any) -> str:
    return str(info.name or typer.main.get_command_name(info.callback.__name__))


def _card(name: str, info: Any) -> Any:
    text = info.help or inspect.getdoc(info.callback)
    return typer.core.TyperCommand(name, help=text, short_help=info.short_help, hidden=info.hidden)


class OnDemandGroup(typer.core.TyperGroup):
    """A group whose commands are made when they are asked for."""

    waiting: list[Any]
    """Set by OnDemandTyper: what is known of each command."""

    def __init__(self, *, commands: Any = None, **more: Any) -> None:
        super().__init__(**more)
        self.commands: Any = Commands(self.waiting, commands or {})

    def list_commands(self, _ctx: Any) -> list[str]:
        """Return the names in the order in which they came."""
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands, and make none for it."""
        typer.core.TyperGroup(commands=self.commands.cards()).format_commands(ctx, formatter)


class OnDemandTyper(typer.Typer):
    """A Typer that does not look at a command's function before somebody asks for the command."""

    def __init__(self, cls: type[OnDemandGroup], **more: Any) -> None:
        self._waiting: list[Any] = []
        super().__init__(cls=type(cls.__name__, (cls,), {"waiting": self._waiting}), **more)

    def command(self, *args: Any, **more: Any) -> Callable[[Any], Any]:
        """Register a function; see Typer."""
        register = super().command(*args, **more)

        def registered(function: Any) -> Any:
            register(function)
            self._waiting.append(self.registered_commands.pop())
            return function

        return registered
