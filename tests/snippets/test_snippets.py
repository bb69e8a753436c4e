"""Every operation of the schema has a snippet in each language, and each language is run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from search.api.snippets.samples import LANGUAGES, SNIPPETS
from tests.snippets.checking import operations
from tests.snippets.conftest import Try, runners


def test_every_operation_has_a_snippet_in_every_language():
    assert set(SNIPPETS) == set(operations())
    for _, operation in operations().values():
        samples = [each["label"] for each in operation["x-codeSamples"]]
        assert samples == ["curl", "Python", "JavaScript"]


def test_every_language_is_run():
    assert {label for label, _ in runners().values()} == set(LANGUAGES)


@pytest.mark.browser
@pytest.mark.parametrize("name", ["search", "bulk_products"])
def test_a_browser_runs_them_as_node_does(
    name: str, try_snippet: Try, new_page: Callable[..., Page]
):
    try_snippet(name, new_page())
