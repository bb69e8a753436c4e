"""Webhooks: each snippet does what it says."""

from __future__ import annotations

import pytest

from search.api.snippets.webhooks import SNIPPETS
from tests.snippets.conftest import Try


@pytest.mark.parametrize("name", SNIPPETS)
def test_each_does_what_it_says(name: str, try_snippet: Try):
    try_snippet(name)
