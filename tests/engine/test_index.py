"""A space's index: made once, by one process, and mended where a build was killed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from search import selectors
from search.engine import index
from search.engine.index import leftovers
from search.engine.index.memory import MB, build_memory
from search.engine.index.progress import BuildProgress, build_progress, watched
from tests.engine import gallery


@pytest.fixture
def space(transactional_db: None, settings: object) -> Iterator[gallery.EmbeddingSpace]:
    """A space of 60 vectors that needs an index from 50 on."""
    settings.HNSW_MIN_ROWS = 50
    made = gallery.make_crowd(60).space
    yield made
    index.drop_leftovers(made.pk)
    index.drop_index(made)


@pytest.fixture
def another_session() -> Iterator[psycopg.Connection]:
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as session:
        yield session


@pytest.fixture
def writer() -> Iterator[psycopg.Connection]:
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


def in_background(work: Callable[[], object]) -> threading.Thread:
    """Runs on a connection of its own, which is closed at the end."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def kill_builder(session: psycopg.Connection) -> None:
    """End the backend that builds an index here; one's own role may. Tests in another database
    build theirs at the same time."""
    ended = session.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_progress_create_index"
        " WHERE datname = current_database()"
    ).fetchall()
    assert ended == [(True,)]


def stopped_by_death(
    space: gallery.EmbeddingSpace,
    make: Callable[[gallery.EmbeddingSpace], bool],
    session: psycopg.Connection,
    writer: psycopg.Connection,
) -> None:
    """Let `make` begin a build in a thread, and end its backend in the middle of it."""
    failed: list[Exception] = []

    def work() -> None:
        try:
            make(space)
        except OperationalError as error:
            failed.append(error)

    with writer.transaction():
        writer.execute(f"LOCK TABLE {index.TABLE} IN ROW EXCLUSIVE MODE")
        builder = in_background(work)
        until(lambda: build_progress(space.pk) is not None)
        kill_builder(session)
        builder.join()
    assert len(failed) == 1


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


def test_an_index_whose_builder_was_killed_is_made_again(
    space: gallery.EmbeddingSpace,
    another_session: psycopg.Connection,
    writer: psycopg.Connection,
) -> None:
    stopped_by_death(space, index.create_index, another_session, writer)
    left = index.find_index(space.pk)
    assert (left.exists, left.valid) == (True, False)

    assert index.create_index(space) is True
    assert index.find_index(space.pk).valid is True


def test_a_rebuild_leaves_one_valid_index(space: gallery.EmbeddingSpace) -> None:
    index.create_index(space)
    before = oid_of(index.index_name(space.pk))
    assert index.rebuild_index(space) is True

    assert index.find_index(space.pk).valid is True
    assert oid_of(index.index_name(space.pk)) != before
    assert leftovers.find_leftovers(space.pk) == []


def test_there_is_a_valid_index_at_every_moment_of_a_rebuild(
    space: gallery.EmbeddingSpace, writer: psycopg.Connection
) -> None:
    index.create_index(space)
    with writer.transaction():
        writer.execute(f"LOCK TABLE {index.TABLE} IN ROW EXCLUSIVE MODE")
        builder = in_background(lambda: index.rebuild_index(space))
        until(lambda: build_progress(space.pk) is not None)
        seen = {index.find_index(space.pk).valid for _ in range(50)}
    while builder.is_alive():
        seen.add(index.find_index(space.pk).valid)
    builder.join()

    assert seen == {True}


def test_a_killed_rebuild_leaves_the_old_index_and_is_cleared_away_by_the_next(
    space: gallery.EmbeddingSpace,
    another_session: psycopg.Connection,
    writer: psycopg.Connection,
) -> None:
    index.create_index(space)
    stopped_by_death(space, index.rebuild_index, another_session, writer)

    assert index.find_index(space.pk).valid is True
    [left] = leftovers.find_leftovers(space.pk)
    assert (left.name, left.valid) == (leftovers.new_name(space.pk), False)
    assert index.rebuild_index(space) is True
    assert leftovers.find_leftovers(space.pk) == []


def test_a_rebuild_without_an_index_makes_one(space: gallery.EmbeddingSpace) -> None:
    assert index.rebuild_index(space) is True
    assert index.find_index(space.pk).valid is True


def test_a_rebuild_gives_way_to_another_builder(
    space: gallery.EmbeddingSpace, another_session: psycopg.Connection
) -> None:
    another_session.execute("SELECT pg_advisory_lock(%s, %s)", [index.BUILDING, space.pk])

    assert index.rebuild_index(space) is False


def test_what_is_noted_lies_with_the_index_and_goes_with_it(space: gallery.EmbeddingSpace) -> None:
    index.create_index(space)
    state = index.find_index(space.pk)
    seen = index.Verified(recall=0.998, k=10, queries=100, at="2026-11-23T21:38:19+00:00")
    index.annotate(state.name, state.note, ef_search=64, verified=seen)
    noted = index.find_index(space.pk)

    assert (state.note.rows, state.ef_search) == (60, None)
    assert (noted.note.rows, noted.ef_search, noted.note.verified) == (60, 64, seen)
    index.drop_index(space)
    index.create_index(space)
    assert index.find_index(space.pk).ef_search is None


def test_a_rebuilt_index_keeps_its_ef_search_until_it_is_measured(
    space: gallery.EmbeddingSpace,
) -> None:
    index.create_index(space)
    state = index.find_index(space.pk)
    index.annotate(state.name, state.note, ef_search=160)
    index.rebuild_index(space)

    assert index.find_index(space.pk).ef_search == 160


@pytest.mark.parametrize(
    "comment",
    ["ours", "[1, 2]", '{"rows": "many"}', '{"verified": {"recall": 1}}', '{"ef_search": -3}'],
)
def test_somebody_elses_comment_says_nothing(
    space: gallery.EmbeddingSpace, another_session: psycopg.Connection, comment: str
) -> None:
    index.create_index(space)
    name = index.index_name(space.pk)
    another_session.execute(f"COMMENT ON INDEX {name} IS '{comment}'")

    assert index.find_index(space.pk).note == index.Note()


def test_a_build_is_told_of_from_another_connection(
    space: gallery.EmbeddingSpace, writer: psycopg.Connection
) -> None:
    told: list[BuildProgress] = []
    with watched(space.pk, told.append):
        with writer.transaction():
            writer.execute(f"LOCK TABLE {index.TABLE} IN ROW EXCLUSIVE MODE")
            builder = in_background(lambda: index.create_index(space))
            until(lambda: bool(told))
        builder.join()

    assert told[0] == BuildProgress("waiting for writers before build", 0, 1)
    assert build_progress(space.pk) is None


def test_a_build_gets_the_memory_of_its_graph_and_gives_it_back(
    space: gallery.EmbeddingSpace, settings: object
) -> None:
    settings.HNSW_BUILD_MB = 2_048
    before = setting("maintenance_work_mem")
    index.create_index(space)

    assert setting("maintenance_work_mem") == before
    assert build_memory(rows=1_000, dim=512).given == 64 * MB
    million = build_memory(rows=1_000_000, dim=512)
    assert million.fits is True
    assert 1_800 * MB < million.given < 2_048 * MB


def test_a_graph_beyond_the_bound_is_said_not_to_fit(
    space: gallery.EmbeddingSpace, settings: object
) -> None:
    settings.HNSW_BUILD_MB = 64
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '32MB'")
        memory = build_memory(rows=1_000_000, dim=512)
        cursor.execute("RESET maintenance_work_mem")

    assert (memory.fits, memory.given) == (False, 64 * MB)


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        (value,) = cursor.fetchone()
    return str(value)


def oid_of(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)::oid::int", [name])
        (oid,) = cursor.fetchone()
    return int(oid)


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
