"""docs/api.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from search.api import limits
from search.api.shapes import code_table
from search.engine.types import KINDS, MAX_K, MAX_TEXT, SORTS
from search.inputs import FILTER_NAMES, MAX_TAGS
from search.services.examples import MAX_EXAMPLES
from tests.api import contract

GUIDE = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")


def test_its_table_of_codes_is_the_one_of_the_code():
    assert f"\n{code_table()}\n" in GUIDE


@pytest.mark.parametrize("name", FILTER_NAMES)
def test_every_filter_is_told_of(name: str):
    assert f"`{name}`" in GUIDE.partition("## Filters")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    "sentence",
    [
        f"`k` is the number of products a page, 1 to {MAX_K}, {limits.DEFAULT_K} if left out",
        f"the nearest {settings.CANDIDATES:,} products",
        f"up to {limits.MAX_BATCH} queries",
        f"at most {limits.MAX_BATCH_PHOTOS} photos",
        f"at most {limits.MAX_BATCH_HITS:,} products",
        f"up to {limits.MAX_VECTORS} photos into vectors",
        f"| words | {MAX_TEXT} characters |",
        f"| tags in one search | {MAX_TAGS} |",
        f"| `images` | {MAX_EXAMPLES};",
        f"| photo | {settings.MAX_PHOTO_BYTES // 2**20} MiB and 50 megapixels",
        f"| body | {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20} MiB,",
        f"`sort` is {', '.join(f'`{each}`' for each in SORTS[:-1])} or `{SORTS[-1]}`",
        *(f"`{kind}_weight`" for kind in KINDS),
    ],
)
def test_its_figures_are_those_of_the_code(sentence: str):
    assert sentence in GUIDE


def test_the_introduction_of_the_schema_has_no_gaps():
    introduction = contract.schema()["info"]["description"]
    assert "{photo" not in introduction
    assert "20 MiB and 50 megapixels, a body 30 MiB" in introduction


def test_every_address_that_it_asks_is_there(client: Client, db: None):
    asked = re.findall(r"\$SHOP(/api/v1/[\w/-]+/)", GUIDE)
    assert "/api/v1/search/" in asked
    for address in asked:
        assert client.options(address).status_code == 200, address
