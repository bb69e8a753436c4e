"""A space's index: made once, by one process, and mended where a build was killed."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from search import selectors
from search.engine import index
from tests.engine import gallery


@pytest.fixture
def space(transactional_db: None, settings: object) -> Iterator[gallery.EmbeddingSpace]:
    """A space of 60 vectors that needs an index from 50 on."""
    settings.HNSW_MIN_ROWS = 50
    made = gallery.make_crowd(60).space
    yield made
    index.drop_index(made)


@pytest.fixture
def another_session() -> Iterator[psycopg.Connection]:
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as session:
        yield session


def leave_invalid(space: gallery.EmbeddingSpace, writer: psycopg.Connection) -> None:
    """A concurrent build that is stopped while it waits for a writer leaves its index behind."""
    with writer.transaction(), connection.cursor() as cursor:
        writer.execute(f"LOCK TABLE {index.TABLE} IN ROW EXCLUSIVE MODE")
        cursor.execute("SET lock_timeout = '100ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            index.create_index(space)
        cursor.execute("RESET lock_timeout")


def test_a_large_space_gets_its_index_once(space: gallery.EmbeddingSpace) -> None:
    assert index.find_index(space.pk).exists is False
    assert index.ensure_index(space) is True
    made = index.find_index(space.pk)

    assert (made.exists, made.valid, made.rows) == (True, True, 60)
    assert made.bytes > 0
    assert index.ensure_index(space) is True


def test_a_small_space_needs_none(space: gallery.EmbeddingSpace, settings: object) -> None:
    settings.HNSW_MIN_ROWS = 61

    assert index.ensure_index(space) is False
    assert index.find_index(space.pk).exists is False


def test_a_dimension_that_cannot_be_indexed_is_searched_without(
    space: gallery.EmbeddingSpace,
) -> None:
    space.dim = 4_001

    assert index.ensure_index(space) is False


def test_an_invalid_index_is_dropped_and_made_again(
    space: gallery.EmbeddingSpace, another_session: psycopg.Connection
) -> None:
    leave_invalid(space, another_session)
    assert index.find_index(space.pk).valid is False
    assert index.ensure_index(space) is True
    assert index.find_index(space.pk).valid is True


def test_searches_answer_exactly_while_the_index_is_invalid(
    space: gallery.EmbeddingSpace, another_session: psycopg.Connection
) -> None:
    leave_invalid(space, another_session)
    question = gallery.asks(gallery.clustered(1, seed=3)[0], space)
    result = selectors.search(question=question, door="test")

    assert (result.plan, result.total) == ("exact", 60)


def test_only_one_process_builds(
    space: gallery.EmbeddingSpace, another_session: psycopg.Connection
) -> None:
    key = [index.BUILDING, space.pk]
    another_session.execute("SELECT pg_advisory_lock(%s, %s)", key)
    assert index.ensure_index(space) is False
    assert index.find_index(space.pk).exists is False

    another_session.execute("SELECT pg_advisory_unlock(%s, %s)", key)
    assert index.ensure_index(space) is True


def test_the_lock_is_given_back(
    space: gallery.EmbeddingSpace, another_session: psycopg.Connection
) -> None:
    index.ensure_index(space)
    held = another_session.execute(
        "SELECT pg_try_advisory_lock(%s, %s)", [index.BUILDING, space.pk]
    ).fetchone()

    assert held == (True,)


def test_a_build_in_a_transaction_is_undone_with_it(space: gallery.EmbeddingSpace) -> None:
    with transaction.atomic():
        index.create_index(space, concurrently=False)
        assert index.find_index(space.pk).valid is True
        transaction.set_rollback(True)

    assert index.find_index(space.pk).exists is False


def test_dropping_what_is_not_there_is_no_error(space: gallery.EmbeddingSpace) -> None:
    index.drop_index(space)

    assert index.find_index(space.pk).exists is False


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["search_imageembedding", "search_photoquery"])
def test_vectors_are_stored_inside_their_rows(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attstorage FROM pg_attribute WHERE attrelid = %s::regclass"
            " AND attname = 'vector'",
            [table],
        )
        assert cursor.fetchone() == ("p",)
