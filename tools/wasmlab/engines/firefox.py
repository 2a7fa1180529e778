"""Firefox: the engine of that browser."""

from __future__ import annotations

from wasmlab.engines.browser.engine import BrowserEngine

ENGINE = BrowserEngine("firefox")
