"""Firefox: the engine of that browser."""

from __future__ import annotations

from wasmlab.engines.browser_engine import BrowserEngine

ENGINE = BrowserEngine("firefox")
