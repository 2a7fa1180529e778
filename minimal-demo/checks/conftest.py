"""What the checks share: how the host's log reads."""

import pytest


@pytest.fixture
def host_says() -> dict[str, str]:
    """The page's js_log writes this into the console."""
    return {"env.js_log": "WASM says: {}"}
