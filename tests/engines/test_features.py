"""What an engine can do is found out by running it."""

from __future__ import annotations

import pytest

from wasmlab.engines.contract import Session
from wasmlab.engines.features import FEATURES, features_of, has_feature

# In every engine that wasmlab drives today.
EVERYWHERE = {
    *("multi-value", "bulk-memory", "reference-types", "simd", "extended-const", "tail-calls"),
    *("function-references", "gc", "exceptions"),
}
# As measured with wasmtime 50, Chromium 156 and Firefox 153; a newer one may only know more.
KNOWN = {
    "wasmtime": {*EVERYWHERE, "relaxed-simd", "multi-memory", "memory64", "threads", "wide-arithmetic"},
    "chromium": {*EVERYWHERE, "relaxed-simd", "multi-memory", "memory64", "threads", "jspi"},
    "firefox": {*EVERYWHERE, "relaxed-simd", "multi-memory", "memory64", "threads", "jspi"},
    "webkit": EVERYWHERE,
}


def test_the_features_of_each_engine_are_found(started: Session) -> None:
    found = features_of(started)
    assert list(found) == list(FEATURES)
    assert {name for name in KNOWN[started.name] if not found[name]} == set()


def test_what_an_engine_lacks_is_no_error(
    started: Session, monkeypatch: pytest.MonkeyPatch, sessions: dict[str, Session]
) -> None:
    assert not has_feature(sessions["wasmtime"], "jspi")
    monkeypatch.setitem(FEATURES, "unheard-of", '(func (export "f") unreachable)')
    assert not has_feature(started, "unheard-of")
