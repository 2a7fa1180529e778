"""Build hook: puts the browser assets into the package before a wheel or an editable install is made."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent / "tools"))

from wasmlab.assets import fetch, node, python
from wasmlab.errors import WasmlabError


class AssetsHook(BuildHookInterface[Any]):
    """Runs before each wheel; does nothing when the assets are current."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for PyPI's Node only where the assets must be fetched and the system has none."""
        ready = fetch.is_current() and python.is_prepared()
        return [] if ready or self._has_node() else [node.WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Fetch the assets; an editable install goes on without them, a wheel does not."""
        try:
            fetch.fetch(node.find)
            python.prepare(node.find)
        except WasmlabError as error:
            if version == "editable":
                self.app.display_warning(f"{error.what}; later: wasmlab setup assets")
            else:
                self.app.abort("\n".join(error.lines()))

    def _has_node(self) -> bool:
        try:
            node.find()
        except WasmlabError:
            return False
        return True
