"""All explanations in one order: the first one that fits a message is taken."""

from __future__ import annotations

from wasmlab.diagnostics.explanation import Explanation
from wasmlab.diagnostics.explanations.emscripten import EMSCRIPTEN
from wasmlab.diagnostics.explanations.libraries import LIBRARIES
from wasmlab.diagnostics.explanations.linking import LINKING
from wasmlab.diagnostics.explanations.naming import NAMING
from wasmlab.diagnostics.explanations.spelling import SPELLING
from wasmlab.diagnostics.explanations.values import VALUES

EXPLANATIONS: tuple[Explanation, ...] = (*EMSCRIPTEN, *SPELLING, *LIBRARIES, *NAMING, *VALUES, *LINKING)
