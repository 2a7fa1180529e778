"""What an engine can do, found out by running a tiny module for each feature, not by its name or version."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from wasmlab.errors import ToolBroken, WasmlabError

if TYPE_CHECKING:  # whoever reads a manifest wants the names only
    from wasmlab.engines.contract import Session

_ANSWER = 42
_TRIES = 5  # a machine that is busy says nothing about the engine

# Each module's `f` gives 42 where the feature is there. One of these names in a manifest's `needs` or in
# a check's mark says that it takes that feature to work.
FEATURES: dict[str, str] = {
    "multi-value": """(func $g (result i32 i32) (i32.const 40) (i32.const 2))
        (func (export "f") (result i32) (call $g) (i32.add))""",
    "bulk-memory": """(memory 1) (func (export "f") (result i32)
        (memory.fill (i32.const 0) (i32.const 42) (i32.const 8)) (i32.load8_u (i32.const 7)))""",
    "reference-types": """(table $t 1 externref) (func (export "f") (result i32)
        (i32.add (i32.const 41) (ref.is_null (table.get $t (i32.const 0)))))""",
    "simd": """(func (export "f") (result i32) (i32x4.extract_lane 3
        (i32x4.add (v128.const i32x4 1 2 3 40) (i32x4.splat (i32.const 2)))))""",
    "extended-const": """(global i32 (i32.add (i32.const 40) (i32.const 2)))
        (func (export "f") (result i32) (global.get 0))""",
    "tail-calls": """(func $g (param i32) (result i32) (if (result i32) (local.get 0)
        (then (return_call $g (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 42))))
        (func (export "f") (result i32) (return_call $g (i32.const 1000000)))""",
    "function-references": """(type $t (func (result i32))) (elem declare func $g)
        (func $g (type $t) (i32.const 42))
        (func (export "f") (result i32) (call_ref $t (ref.func $g)))""",
    "gc": """(type $f (func (result i32))) (type $s (struct (field i32)))
        (func (export "f") (type $f) (struct.get $s 0 (struct.new $s (i32.const 42))))""",
    "exceptions": """(tag $e (param i32)) (func (export "f") (result i32) (block $h (result i32)
        (try_table (catch $e $h) (throw $e (i32.const 42))) (i32.const 0)))""",
    "relaxed-simd": """(func (export "f") (result i32) (i32x4.extract_lane 0
        (i32x4.relaxed_trunc_f32x4_s (f32x4.splat (f32.const 42)))))""",
    "multi-memory": """(memory $a 1) (memory $b 1) (func (export "f") (result i32)
        (i32.store $b (i32.const 0) (i32.const 42))
        (i32.add (i32.load $a (i32.const 0)) (i32.load $b (i32.const 0))))""",
    "memory64": """(memory i64 1) (func (export "f") (result i32)
        (i32.store (i64.const 8) (i32.const 42)) (i32.load (i64.const 8)))""",
    "threads": """(import "env" "memory" (memory 1 1 shared)) (func (export "f") (result i32)
        (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 42))) (i32.atomic.load (i32.const 0)))""",
    "wide-arithmetic": """(func (export "f") (result i32)
        (i64.add128 (i64.const 41) (i64.const 0) (i64.const 1) (i64.const 0)) (drop) (i32.wrap_i64))""",
    # What only JavaScript can be asked: a call that waits for a promise.
    "jspi": '(func (export "f") (result i32) (i32.const 42))',
}

_known: WeakKeyDictionary[Session, dict[str, bool]] = WeakKeyDictionary()


def has_feature(session: Session, name: str) -> bool:
    """Return whether a started engine has the feature `name`; each is tried once a session.

    Raises:
        ToolBroken: the engine does not answer in time.
    """
    known = _known.setdefault(session, {})
    if name not in known:
        known[name] = _runs(session, FEATURES[name]) and session.probe(name)
    return known[name]


def features_of(session: Session) -> dict[str, bool]:
    """Return of every feature whether a started engine has it."""
    return {name: has_feature(session, name) for name in FEATURES}


def _runs(session: Session, wat: str) -> bool:
    import wasmtime

    from wasmlab.engines.trap_kinds import TIME

    wasm = bytes(wasmtime.wat2wasm(f"(module {wat})"))
    for _ in range(_TRIES):
        try:
            trip = session.open(wasm).call("f", [])
        except WasmlabError:  # the engine refuses the module, which is an answer
            return False
        if trip.trap is None or trip.trap.kind != TIME:
            return trip.result == _ANSWER
    raise ToolBroken(f"{session.name} is too slow to be asked for its features", "try again when it is idle")
