"""The reference pages, made from the code itself: the command line, the manifest, the errors."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from wasmlab import errors
from wasmlab.manifest_keys import LESSON_KEYS, TARGET_KEYS, Key

_MADE = "*This page is made by `wasmlab dev regen` from {source}: edit that, not the page.*"

# typer adds these to its own command; they belong to the shell, not to a lesson.
_SHELLS_OWN = {"install_completion", "show_completion", "help"}


def cli_page(command: Any) -> str:
    """Return the page about every public command of `command`, the root group typer made."""
    parts = [
        _head("The command line", "each command's own help"),
        "`wasmlab COMMAND --help` shows the same in the terminal. Every option can also be given\n"
        "as the variable named in its row.\n",
    ]
    parts += [_command_part(path, each) for path, each in public_commands(command)]
    return "\n".join(parts)


def public_commands(group: Any, path: str = "wasmlab") -> Iterator[tuple[str, Any]]:
    """Yield `(the words one types, command)` for every command that is not hidden, groups first."""
    yield path, group
    context = group.make_context(path, [], resilient_parsing=True)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command.hidden:
            continue
        if hasattr(command, "list_commands"):
            yield from public_commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _command_part(path: str, command: Any) -> str:
    context = command.make_context(path, [], resilient_parsing=True)
    params = [p for p in command.get_params(context) if p.name not in _SHELLS_OWN]
    arguments = [p for p in params if p.param_type_name == "argument"]
    options = [p for p in params if p.param_type_name == "option" and not p.hidden]
    usage = " ".join([path, *(["[OPTIONS]"] if options else []), *_operands(command, arguments)])
    parts = [f"## `{path}`\n", f"{_paragraphs(command.help)}\n", f"```text\n{usage}\n```\n"]
    if arguments:
        rows = [(f"`{_metavar(a)}`", _cell(a.help)) for a in arguments]
        parts.append(_table(("argument", "meaning"), rows))
    if options:
        parts.append(_table(("option", "meaning", "variable"), [_option_row(each) for each in options]))
    return "\n".join(parts)


def _option_row(option: Any) -> tuple[str, ...]:
    variable = f"`{option.envvar}`" if option.envvar else ""
    default = _default(option)
    return (_names(option), _cell(option.help) + (f" Default: {default}." if default else ""), variable)


def _operands(command: Any, arguments: list[Any]) -> list[str]:
    if hasattr(command, "list_commands"):
        return ["COMMAND"]
    return [_metavar(a) if a.required else f"[{_metavar(a)}]" for a in arguments]


def _metavar(argument: Any) -> str:
    name = str(argument.metavar or argument.name).strip("[]{}.").upper()
    return f"{name}..." if argument.nargs == -1 else name


def _names(option: Any) -> str:
    value = "" if option.is_flag or option.count else f" {_long_name(option).split('-')[-1].upper()}"
    shown = [f"`{name}{value if name.startswith('--') else ''}`" for name in option.opts]
    off = [f"`{name}`" for name in option.secondary_opts]
    return ", ".join(shown) + (f" / {', '.join(off)}" if off else "")


def _long_name(option: Any) -> str:
    return str(max(option.opts, key=len))


def _default(option: Any) -> str:
    value = option.default
    if callable(value) or value in (None, "", (), []):
        return ""
    if option.is_flag:
        return f"`{option.secondary_opts[0]}`" if option.secondary_opts and not value else ""
    if option.count:
        return ""
    return f"`{value.name if isinstance(value, PurePath) else value}`"


def manifest_page() -> str:
    """Return the page about the keys of `lesson.toml`."""
    return "\n".join(
        [
            _head("`lesson.toml`", "the manifest's own tables"),
            "Paths are relative to the lesson's folder and written with `/` on every system. A key\n"
            "that is not in these tables is an error.\n",
            "## The lesson\n",
            _table(_KEY_COLUMNS, [_key_row(key) for key in LESSON_KEYS]),
            "## Each `[[target]]`\n",
            _table(_KEY_COLUMNS, [_key_row(key) for key in TARGET_KEYS]),
        ]
    )


_KEY_COLUMNS = ("key", "value", "meaning", "example")


def _key_row(key: Key) -> tuple[str, ...]:
    kind = ", ".join(f"`{choice}`" for choice in key.choices) or key.kind
    required = " (required)" if key.required else ""
    return (f"`{key.name}`{required}", kind, _cell(key.meaning), f"`{key.example}`")


def errors_page() -> str:
    """Return the page about exit codes and error classes."""
    return "\n".join(
        [
            _head("Errors and exit codes", "the error classes and their docstrings"),
            "An error is two lines on standard error: `error:` says what is wrong and where, `hint:`\n"
            "names one command to run or one edit to make. A message about a source file has that line of\n"
            "the source between them.\n",
            "## Exit codes\n",
            _table(("code", "meaning"), [(f"`{code}`", text) for code, text in errors.EXIT_CODES.items()]),
            "## Error classes\n",
            _table(("class", "exit code", "meaning"), [_error_row(each) for each in error_classes()]),
        ]
    )


def error_classes() -> list[type[errors.WasmlabError]]:
    """Return every error class in the order of its file, the root left out."""
    found = [each for each in vars(errors).values() if inspect.isclass(each)]
    return [
        each for each in found if issubclass(each, errors.WasmlabError) and each is not errors.WasmlabError
    ]


def _error_row(each: type[errors.WasmlabError]) -> tuple[str, ...]:
    return (f"`{each.__name__}`", f"`{each.exit_code}`", _cell(inspect.getdoc(each)))


def _head(title: str, source: str) -> str:
    return f"# {title}\n\n{_MADE.format(source=source)}\n"


def _paragraphs(text: str | None) -> str:
    return inspect.cleandoc(text or "").replace("\b\n", "").strip()


def _cell(text: str | None) -> str:
    return " ".join(_paragraphs(text).split()).replace("|", "\\|")


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"
