"""The Typer app: how errors become two lines, and how every option reads its variable."""

from __future__ import annotations

import errno
import gc
import os
import sys
from contextlib import suppress
from typing import Annotated, Any

import typer

from wasmlab import __version__, errors
from wasmlab.cli.ondemand import OnDemandGroup, OnDemandTyper

# What a context remembers of --json; the group and its command share it.
WANTS_JSON = "wasmlab.json"

# What the parser raises; typer itself exports only this class below it.
_ParserError: Any = typer.BadParameter.__base__


class Group(OnDemandGroup):
    """Turns our errors into two lines and an exit code, in a shell and under a test alike."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Read the words before the command."""
        try:
            return super().parse_args(ctx, args)
        except _ParserError as error:
            raise _refused(error, ctx) from error

    def invoke(self, ctx: Any) -> Any:
        """Run the command; only a situation without a name shows a traceback."""
        try:
            return super().invoke(ctx)
        except errors.WasmlabError as error:
            _tell(error, as_json=ctx.meta.get(WANTS_JSON, False))
            raise typer.Exit(error.exit_code) from error
        except _ParserError as error:
            raise _refused(error, ctx) from error
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            _print_no_more()
            _tell(_no_room(error), as_json=False)
            raise typer.Exit(errors.USAGE) from error
        except KeyboardInterrupt:
            typer.echo("stopped", err=True)
            raise typer.Exit(errors.INTERRUPTED) from None

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Give every option its variable, `WASMLAB_<OPTION>`, and every argument its name in capitals."""
        command = super().get_command(ctx, cmd_name)
        for param in command.params if command else ():
            if param.param_type_name == "option" and not param.envvar and param.name != "help":
                param.envvar = f"WASMLAB_{_long_name(param)}"
            elif param.param_type_name == "argument":
                name = param.metavar or str(param.name).upper()
                param.metavar = name if param.nargs == 1 else f"{name.removesuffix('...')}..."
        return command


def _refused(error: Any, ctx: Any) -> Exception:
    """Tell what the parser refuses in our own two lines; without any word it shows the help itself."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return error  # type: ignore[no-any-return]
    what = " ".join(error.format_message().split()).rstrip(".")
    asked = error.ctx or ctx
    ours = errors.UsageError(what[:1].lower() + what[1:], f"{asked.command_path} --help")
    _tell(ours, as_json=asked.meta.get(WANTS_JSON, False))
    return typer.Exit(ours.exit_code)


def _no_room(error: OSError) -> errors.FolderNotWritable:
    what = f"{error.filename or 'what is printed'} cannot be written: {error.strerror}"
    return errors.FolderNotWritable(what, "make room there, and run the command again")


def _print_no_more() -> None:
    """Let what could not be printed lead nowhere: it would be tried again at the end, and fail again."""
    with suppress(OSError):  # where it is no real stream
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _tell(error: errors.WasmlabError, *, as_json: bool) -> None:
    # Engines are found to disagree when every round trip has been printed: that is the JSON then.
    if as_json and not isinstance(error, errors.EnginesDisagree):
        echo_json({"error": error.to_json()})
    for line in error.lines():
        typer.echo(line, err=True)


def echo_json(value: Any) -> None:
    """Print plain data for a machine."""
    import json  # and not before: most commands have no use for it

    typer.echo(json.dumps(value, indent=2))


def _long_name(param: Any) -> str:
    longest = max(param.opts, key=len)
    return str(longest).lstrip("-").replace("-", "_").upper()


# What registers each command, in the order of --help: only the one that is asked for is imported.
_HOMES = {
    **dict.fromkeys(("build", "clean", "list"), "wasmlab.cli.build"),
    "serve": "wasmlab.cli.serve",
    **dict.fromkeys(("run", "replay"), "wasmlab.cli.run"),
    "check": "wasmlab.cli.check",
    **dict.fromkeys(("learn", "hint", "reset"), "wasmlab.cli.learn"),
    "grade": "wasmlab.cli.grade",
    **dict.fromkeys(("inspect", "diff"), "wasmlab.cli.inspect"),
    **dict.fromkeys(("doctor", "setup"), "wasmlab.cli.setup"),
    "new": "wasmlab.cli.new",
    "dev": "wasmlab.cli.dev",
}

app = OnDemandTyper(
    Group,
    _HOMES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wasmlab {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A teaching toolkit for WebAssembly: build, serve and check lessons."""


def _open_what_is_closed() -> None:
    """Let a stream that is closed lead nowhere: else the next file that is opened would have its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115  # as long as the process


def main() -> None:
    """Run the command line (the entry point of the `wasmlab` script)."""
    _open_what_is_closed()
    try:
        app(prog_name="wasmlab")
    finally:
        gc.freeze()  # at the end nobody need look for circles: the memory goes back as a whole
