"""A page that serves one check after another, as long as none does to it what outlives a document."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

# What ends with the document, or only looks. Whatever else a check does (routes, listeners, bindings,
# scripts for each document, the context's own settings) could be met by the check after it.
_NAMES = """
    add_script_tag add_style_tag aria_snapshot check click content dblclick dispatch_event drag_and_drop
    eval_on_selector eval_on_selector_all evaluate evaluate_handle fill focus frame frame_locator frames
    get_attribute get_by_alt_text get_by_label get_by_placeholder get_by_role get_by_test_id get_by_text
    get_by_title go_back go_forward goto hover inner_html inner_text input_value is_checked is_closed
    is_disabled is_editable is_enabled is_hidden is_visible locator main_frame press query_selector
    query_selector_all reload screenshot select_option set_checked set_content set_input_files tap
    text_content title type uncheck url viewport_size wait_for_function wait_for_load_state
    wait_for_selector wait_for_timeout wait_for_url
"""
_PASSES = frozenset(_NAMES.split())


class _Watched(Page):
    """Playwright's page, which remembers whether more was used of it than passes."""

    def __getattribute__(self, name: str) -> Any:
        if name[0] != "_" and name not in _PASSES:
            self.__dict__["_wasmlab_spoiled"] = True
        return super().__getattribute__(name)


_Watched.__name__ = Page.__name__  # Playwright's errors begin with it, and a student reads them


def watch(page: Page) -> None:
    """Look from now on at what is used of `page`."""
    page.__class__ = _Watched


def release(page: Page) -> bool:
    """Look no longer, and return whether the next check may have the page."""
    page.__class__ = Page
    return not page.__dict__.pop("_wasmlab_spoiled", False)
