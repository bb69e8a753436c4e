"""What migration 0004 brings and takes along again."""

from __future__ import annotations

import re
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection

from search import documents, filter_columns, services
from search.models import ImageEmbedding, ProductDocument
from tests.factories import add_photo, make_product

pytestmark = pytest.mark.django_db

migration = import_module("search.migrations.0004_catalogue_triggers")
SCRIPTS = ("0004_following.sql", "0004_triggers.sql")
EDITOR = SimpleNamespace(connection=connection)


def made() -> set[str]:
    """The functions that the migration's scripts create."""
    scripts = [(migration.SQL / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return set(re.findall(r"CREATE OR REPLACE FUNCTION (\w+)", "".join(scripts)))


def present(names: set[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE proname = ANY(%s)", [list(names)])
        return {name for (name,) in cursor.fetchall()}


def calling(names: set[str]) -> int:
    """How many triggers call one of the functions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE proname = ANY(%s)",
            [list(names)],
        )
        [(count,)] = cursor.fetchall()
    return int(count)


def test_going_back_leaves_nothing_behind_and_forth_brings_all_again():
    names = made()
    assert (present(names), calling(names)) == (names, 12)

    migration.remove(None, EDITOR)
    assert (present(names), calling(names)) == (set(), 0)

    migration.install(None, EDITOR)
    migration.install(None, EDITOR)
    assert (present(names), calling(names)) == (names, 12)


def test_rows_that_had_drifted_before_are_mended_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(migration, "PRODUCTS_AT_A_TIME", 2)
    for number in range(3):
        add_photo(make_product(tags=("sale",)), seed=number)
    services.embed_pending()
    ImageEmbedding.objects.update(tag_ids=[])
    ProductDocument.objects.all().delete()
    assert (filter_columns.drift(), documents.drift()) == (3, 3)

    migration.mend(None, EDITOR)

    assert (filter_columns.drift(), documents.drift()) == (0, 0)
