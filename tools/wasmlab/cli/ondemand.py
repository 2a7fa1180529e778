"""Commands that are made of their functions when asked for: all of them take longer than most work."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any

import typer
import typer.core
import typer.main
import typer.models


class Commands(MutableMapping[str, Any]):
    """The commands of a group and the groups in it, by their names; `homes` has the modules of some."""

    def __init__(self, waiting: list[Any], homes: Mapping[str, str]) -> None:
        self._waiting, self._homes = waiting, homes
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self[name] = _made(self._info(name))
        return self._made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        raise TypeError("no command is ever taken away")

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes or dict.fromkeys(map(name_of, self._waiting)))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _info(self, name: str) -> Any:
        """Return what is known of a command; importing its module registers it."""
        if home := self._homes.get(name):
            import_module(home)
        for info in self._waiting:
            if name_of(info) == name:
                return info
        raise KeyError(name)

    def cards(self) -> dict[str, Any]:
        """Return what a list of commands shows: name and first line, of none the options."""
        infos = {name: self._info(name) for name in self}
        return {name: self[name] if _is_group(info) else _card(name, info) for name, info in infos.items()}


def _is_group(info: Any) -> bool:
    return isinstance(info, typer.models.TyperInfo)


def _made(info: Any) -> Any:
    if _is_group(info):
        return typer.main.get_group_from_info(
            info, pretty_exceptions_short=False, suggest_commands=True, rich_markup_mode=None
        )
    return typer.main.get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)


def name_of(info: Any) -> str:
    """Return the name of a command or a group, by what is known of it."""
    return str(info.name or typer.main.get_command_name(info.callback.__name__))


def _card(name: str, info: Any) -> Any:
    text = info.help or inspect.getdoc(info.callback)
    return typer.core.TyperCommand(name, help=text, short_help=info.short_help, hidden=info.hidden)


class OnDemandGroup(typer.core.TyperGroup):
    """A group whose commands are made when they are asked for."""

    waiting: list[Any]
    """Set by OnDemandTyper: what is known of each command."""
    homes: Mapping[str, str]
    """Set by OnDemandTyper: the module that registers each command, where none is imported before."""

    def __init__(self, *, commands: Any = None, **more: Any) -> None:
        assert not commands, "typer has made a command"
        super().__init__(**more)
        self.commands: Any = Commands(self.waiting, self.homes)

    def list_commands(self, _ctx: Any) -> list[str]:
        """Return the names in the order in which they came."""
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands, and make none for it."""
        typer.core.TyperGroup(commands=self.commands.cards()).format_commands(ctx, formatter)


class OnDemandTyper(typer.Typer):
    """A Typer that does not look at a command's function before somebody asks for the command.

    With `homes`, the module of each command in the order of the help, it does not import it either.
    """

    def __init__(self, cls: type[OnDemandGroup], homes: Mapping[str, str] | None = None, **more: Any) -> None:
        self._waiting: list[Any] = []
        known = {"waiting": self._waiting, "homes": homes or {}}
        super().__init__(cls=type(cls.__name__, (cls,), known), **more)

    def add_typer(self, *args: Any, **more: Any) -> None:
        """Register a group; see Typer."""
        super().add_typer(*args, **more)
        self._waiting.append(self.registered_groups.pop())

    def command(self, *args: Any, **more: Any) -> Callable[[Any], Any]:
        """Register a function; see Typer."""
        register = super().command(*args, **more)

        def registered(function: Any) -> Any:
            register(function)
            self._waiting.append(self.registered_commands.pop())
            return function

        return registered
