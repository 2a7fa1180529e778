"""The steps of one build: what is looked at before and after, and the words of a tool that says no."""

from __future__ import annotations

import re
import shutil
from pathlib import Path, PurePosixPath

from wasmlab.build import stage
from wasmlab.build.results import Failure, Options
from wasmlab.diagnostics import Diagnostic
from wasmlab.errors import CompileFailed, SourceMissing
from wasmlab.lesson import Lesson, Target
from wasmlab.process import Completed
from wasmlab.toolchains.plan import STAGE, Plan, Step, Tool


def check_sources(lesson: Lesson, target: Target) -> None:
    """Refuse a source that is no text.

    Raises:
        SourceMissing: it is not there, a folder, not UTF-8, or cannot be read.
    """
    for source in target.sources:
        path, shown = lesson.root / source, f"{lesson.name}/{source}"
        if path.is_dir():
            raise SourceMissing(f"{shown} is a folder", "name a C file under sources")
        try:
            path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise SourceMissing(f"{shown} is not there", _nearest_file(path, lesson)) from error
        except UnicodeDecodeError as error:
            raise SourceMissing(f"{shown} is not UTF-8 text", "save it as UTF-8") from error
        except OSError as error:
            raise SourceMissing(
                f"{shown} cannot be read: {error.strerror}", "check its permissions"
            ) from error


def _nearest_file(path: Path, lesson: Lesson) -> str:
    from wasmlab.names import did_you_mean

    here = [entry.name for entry in path.parent.glob("*") if entry.is_file()] if path.parent.is_dir() else []
    return did_you_mean(path.name, here) or f"create it, or mend sources in {lesson.name}/lesson.toml"


def run_step(step: Step, lesson: Lesson, target: Target, tool: Tool, options: Options) -> str:
    """Run one command and return what it has said.

    Raises:
        Failure: it said no.
    """
    options.on_step(step)

    def on_line(line: str) -> None:
        if found := re.search(step.news, line):
            options.on_news(step, found["what"])

    done = options.group.run(step.command, seconds=step.seconds, on_line=on_line if step.news else None)
    if done.ok:
        return done.stderr
    if options.group.stopped:
        raise KeyboardInterrupt
    if _is_disk_full(done, lesson):
        raise Failure(stage.disk_full(lesson.root / target.output), done.stderr)
    said = explanations(done.stderr, lesson, target, tool)
    first = next((diagnostic for diagnostic in said if diagnostic.severity == "error"), None)
    what = f"{first.place(lesson.name)}: {first.text}" if first else f"{lesson.name}: cannot {step.text}"
    hint = first.hint if first else "wasmlab build -v shows what the tool said"
    raise Failure(CompileFailed(what, hint), done.stderr, said)


def check_made(lesson: Lesson, target: Target, plan: Plan, raw: str) -> None:
    """Refuse a build that ended well and has not left all that the manifest names."""
    for name in (target.output, *plan.also):
        if not (lesson.root / plan.stage / PurePosixPath(name).name).is_file():
            what = f"{lesson.name}: {target.toolchain} has not made {name}"
            raise Failure(CompileFailed(what, "mend output and also in lesson.toml"), raw)


def check_main(lesson: Lesson, target: Target, tool: Tool, raw: str) -> None:
    """Refuse a program without main: wasi-libc links it all the same, and it traps when it starts."""
    texts = ((lesson.root / source).read_text(encoding="utf-8") for source in target.sources)
    code = (re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL) for text in texts)
    if target.system != "wasi" or any(re.search(r"\bmain\b", text) for text in code):
        return
    said = explanations("error: undefined symbol: main", lesson, target, tool)
    what = f"{lesson.name}/{target.output}: {said[0].text}"
    raise Failure(CompileFailed(what, said[0].hint), raw, said)


def _is_disk_full(done: Completed, lesson: Lesson) -> bool:
    """A linker that writes through mapped memory dies without a word when the disk is full."""
    if done.stderr:
        return "No space left on device" in done.stderr or "not enough space on the disk" in done.stderr
    return shutil.disk_usage(lesson.root / STAGE).free < 1 << 20


def explanations(raw: str, lesson: Lesson, target: Target, tool: Tool) -> tuple[Diagnostic, ...]:
    """Return the messages in `raw`, each with what it means."""
    if not raw:
        return ()
    from wasmlab.diagnostics.explaining import context_of, explained

    return explained(raw, context_of(lesson, target, tool))
