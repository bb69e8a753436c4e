"""Settings travel with their query, refuse the wrong context, and leave nothing behind."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from search.engine.settings import query_settings


def shown(name: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [name])
        (value,) = cursor.fetchone()
    return value


@pytest.mark.django_db(transaction=True)
def test_refuses_to_run_outside_a_transaction() -> None:
    with (
        pytest.raises(TransactionManagementError, match="open one with atomic"),
        query_settings(work_mem="8MB"),
    ):
        pytest.fail("the block must not be entered")


@pytest.mark.django_db(transaction=True)
def test_hold_inside_the_block_and_end_with_it() -> None:
    before = shown("work_mem")
    with transaction.atomic():
        with query_settings(work_mem="8MB", hnsw__ef_search=77):
            assert (shown("work_mem"), shown("hnsw.ef_search")) == ("8MB", "77")
        assert shown("work_mem") == before
        assert shown("hnsw.ef_search") != "77"
    assert shown("work_mem") == before


@pytest.mark.django_db(transaction=True)
def test_an_inner_block_gives_back_the_outer_one() -> None:
    with transaction.atomic(), query_settings(work_mem="8MB"):
        with query_settings(work_mem="16MB"):
            assert shown("work_mem") == "16MB"
        assert shown("work_mem") == "8MB"


@pytest.mark.django_db(transaction=True)
def test_an_exception_of_python_gives_them_back_too() -> None:
    with transaction.atomic():
        before = shown("work_mem")
        with pytest.raises(KeyError), query_settings(work_mem="8MB"):
            raise KeyError
        assert shown("work_mem") == before


@pytest.mark.django_db(transaction=True)
def test_an_error_of_the_database_comes_through_and_leaves_nothing() -> None:
    before = shown("work_mem")
    with (
        pytest.raises(DatabaseError, match="no_such_table"),
        transaction.atomic(),
        query_settings(work_mem="8MB"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM no_such_table")
    assert shown("work_mem") == before
