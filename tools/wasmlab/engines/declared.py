"""The host functions that a manifest declares: what their arguments point at is kept with each call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from wasmlab.engines.contract import Host, Hosts, Pointer
from wasmlab.engines.hosting import as_host
from wasmlab.signature import Declared
from wasmlab.wasmfile import Module


def with_pointers(module: Module, imports: Sequence[Declared], hosts: Hosts | None = None) -> Hosts:
    """Return `hosts` with the pointers that `imports` declares for functions which the module imports.

    What `hosts` itself says of pointers goes before.
    """
    given: Mapping[str, Any] = hosts or {}
    found = dict(given)
    present = {needed.full_name for needed in module.imports if needed.kind == "func"}
    for declared in imports:
        if declared.points and declared.name in present:
            host: Host = as_host(given.get(declared.name))
            pointers = tuple(Pointer(place, length) for place, length in declared.points)
            found[declared.name] = replace(host, pointers=host.pointers or pointers)
    return found
