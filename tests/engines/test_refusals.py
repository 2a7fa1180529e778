"""What does not fit is refused in the same words by every engine; memory and globals are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from wasmlab.engines import engine
from wasmlab.engines.contract import Host, Pointer, Session
from wasmlab.errors import CallRefused, ModuleUnreadable, ToolMissing, UsageError
from wasmlab.roundtrip import Value

MakeModule = Callable[[str], bytes]
ADD = '(func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))'
PARTS = """(memory (export "ram") 1) (data (i32.const 8) "hello")
  (global (export "g32") f32 (f32.const -0.0)) (global (export "big") i64 (i64.const -2))
  (global (export "ref") funcref (ref.null func)) (global (export "i") (mut i32) (i32.const 41))"""


@pytest.mark.parametrize(
    ("name", "args", "words"),
    [
        ("ad", (), "the module exports no 'ad'"),
        ("add", (Value("i32", 1),), "add was given (i32)"),
        ("add", (Value("i32", 1), Value("f32", 1)), "add was given (i32, f32)"),
        ("mem", (), "'mem' is a memory, not a function"),
        ("vector", (), "vector takes or returns a value of type v128, which JavaScript cannot hold"),
    ],
)
def test_a_call_that_does_not_fit_is_refused(
    started: Session, module: MakeModule, name: str, args: tuple[Value, ...], words: str
) -> None:
    vector = '(func (export "vector") (result v128) (v128.const i64x2 0 0))'
    instance = started.open(module(f'{ADD} {vector} (memory (export "mem") 1)'))
    with pytest.raises(CallRefused) as refused:
        instance.call(name, args)
    assert refused.value.what == words


@pytest.mark.parametrize(
    ("wat", "hosts", "words"),
    [
        ('(import "env" "t" (tag))', {}, "the module imports the tag 'env.t'"),
        (
            '(import "env" "h" (func)) (import "env" "h" (func (param i32)))',
            {},
            "the module imports 'env.h' as two things that are not the same",
        ),
        (
            '(import "env" "h" (func)) (import "env" "h" (global i32))',
            {},
            "the module imports 'env.h' as two things that are not the same",
        ),
        (
            '(import "env" "v" (global v128))',
            {},
            "the module imports the global 'env.v' of type v128",
        ),
        ('(import "env" "g" (global i32))', {"env.g": ["x"]}, "the global env.g cannot be 'x'"),
        (
            '(import "env" "v" (func (param v128)))',
            {},
            "env.v takes or returns a value of type v128, which JavaScript cannot hold",
        ),
        (
            '(import "wasi_snapshot_preview1" "fd_rite" (func))',
            {},
            "WASI preview 1 has no function 'fd_rite'",
        ),
        (
            '(import "wasi_snapshot_preview1" "fd_close" (func (param i64)))',
            {},
            "the module imports wasi_snapshot_preview1.fd_close(i64)",
        ),
        (
            '(import "env" "log" (func (param i32)))',
            {"env.log": Host(pointers=(Pointer(0, 1),))},
            "argument 1 of env.log is no number of bytes or place in memory",
        ),
        ('(import "env" "log" (func))', {"env.lag": [1]}, "the module imports no 'env.lag'"),
    ],
)
def test_a_module_that_cannot_be_given_what_it_needs_is_refused(
    started: Session, module: MakeModule, wat: str, hosts: dict[str, Any], words: str
) -> None:
    with pytest.raises(CallRefused) as refused:
        started.open(module(wat), hosts)
    assert refused.value.what == words


@pytest.mark.parametrize("wasm", [b"", b"(module)", b"\0asm\x0d\0\x01\0", b"\0asm\x01\0\0\0\x0a\x05"])
def test_bytes_that_are_no_module_are_refused(started: Session, wasm: bytes) -> None:
    with pytest.raises(ModuleUnreadable):
        started.open(wasm)


def test_a_module_with_an_invalid_body_is_refused(started: Session) -> None:
    body = b"\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a\x05\x01\x03\0\x6a\x0b"  # i32.add on an empty stack
    with pytest.raises(ModuleUnreadable, match="not a valid module"):
        started.open(b"\0asm\x01\0\0\0" + body)


def test_memory_and_globals_are_read(started: Session, module: MakeModule) -> None:
    instance = started.open(module(PARTS))
    assert instance.memory(8, 5) == b"hello"
    assert instance.memory(65536, 0) == b""
    assert instance.read_global("g32") == Value("f32", 0x80000000)
    assert instance.read_global("big").number == -2
    assert instance.read_global("i").number == 41


@pytest.mark.parametrize(("start", "length"), [(65535, 2), (-1, 1), (0, -1), (1 << 33, 1)])
def test_a_range_outside_the_memory_is_refused(
    started: Session, module: MakeModule, start: int, length: int
) -> None:
    with pytest.raises(CallRefused, match="are outside the memory of 65536 bytes"):
        started.open(module(PARTS)).memory(start, length)


@pytest.mark.parametrize(
    ("name", "words"), [("nope", "exports no global 'nope'"), ("ref", "of type funcref")]
)
def test_a_global_that_cannot_be_read_is_refused(
    started: Session, module: MakeModule, name: str, words: str
) -> None:
    with pytest.raises(CallRefused, match=words):
        started.open(module(PARTS)).read_global(name)


def test_a_module_without_a_memory_says_how_to_get_one(started: Session, module: MakeModule) -> None:
    with pytest.raises(CallRefused) as refused:
        started.open(module(ADD)).memory(0, 1)
    assert "--export-memory" in refused.value.hint


def test_instances_do_not_see_each_other(started: Session, module: MakeModule) -> None:
    wat = """(global $n (mut i32) (i32.const 0)) (func (export "f") (result i32)
      (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n))"""
    one, other = started.open(module(wat)), started.open(module(wat))
    assert [one.call("f", []).result, one.call("f", []).result, other.call("f", []).result] == [1, 2, 1]


def test_an_unknown_engine_is_named_with_its_nearest() -> None:
    with pytest.raises(UsageError) as refused:
        engine("chromum")
    assert refused.value.hint == "did you mean 'chromium'?"


def test_a_bad_variable_is_an_error_not_another_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WASMLAB_CHROMIUM", "/no/such/browser")
    with pytest.raises(UsageError, match="WASMLAB_CHROMIUM names /no/such/browser, which is not there"):
        engine("chromium").find()


@pytest.mark.parametrize("name", ["chromium", "firefox", "webkit"])
def test_a_missing_browser_is_a_missing_tool(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("PATH", "PLAYWRIGHT_BROWSERS_PATH", "PROGRAMFILES", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, "/no/such/folder")
    monkeypatch.delenv(f"WASMLAB_{name.upper()}", raising=False)
    with pytest.raises(ToolMissing) as missing:
        engine(name).find()
    assert (missing.value.hint, missing.value.exit_code) == (f"wasmlab setup {name}", 4)


def test_find_names_what_is_there(started: Session) -> None:
    found = engine(started.name).find()
    assert found.version
    assert found.path
