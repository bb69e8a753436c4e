"""A migration that was stopped, by a busy table or by a person, can be run again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from django.apps.registry import Apps
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from search import documents
from search.models import ProductDocument
from tests.factories import make_category, make_product, make_tag

BEFORE_WORDS = ("search", "0005_candidate_sets")
DOCUMENTS = ("search", "0006_documents")
WORDS = ("search", "0007_words")
WORDS_INDEX = ("search", "0008_words_index")
LINES = ("search", "0009_lines_of_queries")
SPACES = ("search", "0010_spaces_follow")
JOBS = ("search", "0012_jobs_in_order")
GOLDEN = ("search", "0013_golden_queries")
BEFORE_HASHES = ("catalog", "0002_initial")
HASHES = ("catalog", "0003_image_phash")
HASH_INDEXES = ("catalog", "0004_image_phash_indexes")


@pytest.fixture
def shop(transactional_db: None) -> Iterator[None]:
    """A database whose migrations may be taken back; afterwards all are there again."""
    # So that a test fails where a migration would wait for ever.
    with settings_of_session(statement_timeout="20s"):
        yield
    migrate()


@pytest.fixture
def another_session() -> Iterator[psycopg.Connection]:
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as session:
        yield session


@contextmanager
def settings_of_session(**values: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        for name, value in values.items():
            cursor.execute(f"SET {name} = '{value}'")
        try:
            yield
        finally:
            for name in values:
                cursor.execute(f"RESET {name}")


def migrate(*targets: tuple[str, str]) -> None:
    """Forwards or backwards to these; without any, to the newest of all."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())


def migrate_apart(target: tuple[str, str]) -> None:
    """In a session of its own: Django makes foreign keys last, and leaves a transaction open in
    which it couldn't."""

    def run() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = '20s'")
            migrate(target)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def known_at(target: tuple[str, str]) -> Apps:
    """The models as a process knows them that was started at that migration."""
    return MigrationLoader(connection).project_state([target]).apps


def applied() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())


@contextmanager
def busy(session: psycopg.Connection, table: str, mode: str) -> Iterator[None]:
    """Somebody has the table's lock and doesn't give it back."""
    with session.transaction():
        session.execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield


def find_index(name: str) -> tuple[int, bool] | None:
    """Its oid and whether it is valid."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::int, indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)",
            [name],
        )
        row = cursor.fetchone()
    return row and (int(row[0]), bool(row[1]))


def validity(name: str) -> bool | None:
    """None where there is no such index."""
    found = find_index(name)
    return found and found[1]


def test_each_number_is_given_to_one_migration() -> None:
    loader = MigrationLoader(None)
    ours = [(app, name[:4]) for app, name in loader.disk_migrations if app in {"catalog", "search"}]

    assert sorted(ours) == sorted(set(ours))


@pytest.mark.parametrize(
    ("before", "blocked", "table", "mode"),
    [
        (BEFORE_WORDS, DOCUMENTS, "search_productdocument", "ACCESS SHARE"),
        (WORDS_INDEX, LINES, "search_photoquery", "ACCESS SHARE"),
        (LINES, SPACES, "search_embeddingspace", "ACCESS SHARE"),
        (LINES, SPACES, "search_imageembedding", "ACCESS SHARE"),
        # A foreign key lets others read, and waits for who writes.
        (JOBS, GOLDEN, "catalog_product", "ROW EXCLUSIVE"),
        (JOBS, GOLDEN, "search_embeddingspace", "ROW EXCLUSIVE"),
        (BEFORE_HASHES, HASHES, "catalog_productimage", "ACCESS SHARE"),
    ],
)
def test_new_columns_and_keys_wait_two_seconds_for_others_and_then_let_them_go_on(
    shop: None,
    another_session: psycopg.Connection,
    before: tuple[str, str],
    blocked: tuple[str, str],
    table: str,
    mode: str,
) -> None:
    migrate(before)
    with (
        busy(another_session, table, mode),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        migrate_apart(blocked)
    assert blocked not in applied()

    migrate(blocked)
    with (
        busy(another_session, table, mode),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        migrate_apart(before)
    assert blocked in applied()


def test_triggers_that_gave_up_at_a_busy_table_are_installed_by_the_next_run(
    shop: None, another_session: psycopg.Connection
) -> None:
    migrate(BEFORE_WORDS)
    with (
        busy(another_session, "catalog_product", "ROW EXCLUSIVE"),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        migrate()
    migrate()

    product = make_product(status="active")
    assert ProductDocument.objects.get(product=product).published is True


def test_documents_that_were_filled_half_are_filled_by_the_next_run(
    shop: None, another_session: psycopg.Connection
) -> None:
    dresses, sale = make_category("Dresses"), make_tag("sale")
    product = make_product(status="active", category=dresses, tags=("sale",))
    migrate(BEFORE_WORDS)
    with another_session.transaction(), settings_of_session(lock_timeout="100ms"):
        another_session.execute("SELECT id FROM catalog_product FOR UPDATE")
        with pytest.raises(OperationalError, match="lock timeout"):
            migrate()
    migrate()

    filled = ProductDocument.objects.get(product=product)
    assert (filled.tag_ids, filled.category_ids) == ([sale.pk], [dresses.pk])
    assert (filled.published, documents.drift()) == (True, 0)


def test_a_process_from_before_the_columns_goes_on_writing(shop: None) -> None:
    product = make_product()
    ProductDocument.objects.all().delete()
    old = known_at(BEFORE_WORDS)
    old.get_model("search", "ProductDocument").objects.create(product_id=product.pk, words="a")
    query = known_at(WORDS_INDEX).get_model("search", "PhotoQuery").objects
    asked = query.create(text="dress", expires_at="2100-01-01T00:00Z")

    written = ProductDocument.objects.get()
    assert (written.tag_ids, written.category_ids, written.published) == ([], [], False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT liked, disliked FROM search_photoquery WHERE id = %s", [asked.pk])
        assert cursor.fetchall() == [([], [])]


@pytest.mark.parametrize(
    ("before", "table", "index"),
    [
        (WORDS, "search_productdocument", "document_words"),
        (WORDS, "catalog_product", "product_sku_letters"),
        (HASHES, "catalog_productimage", "image_phash_bands"),
    ],
)
def test_an_index_whose_build_was_stopped_is_made_by_the_next_run(
    shop: None,
    another_session: psycopg.Connection,
    before: tuple[str, str],
    table: str,
    index: str,
) -> None:
    migrate(before)
    with (
        busy(another_session, table, "ROW EXCLUSIVE"),
        settings_of_session(lock_timeout="100ms"),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        migrate()
    assert validity(index) is False

    migrate()
    assert validity(index) is True


def test_an_index_whose_build_was_stopped_on_the_way_back_is_made_by_the_next_run(
    shop: None, another_session: psycopg.Connection
) -> None:
    with (
        busy(another_session, "search_productdocument", "ROW EXCLUSIVE"),
        settings_of_session(lock_timeout="100ms"),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        migrate(WORDS)
    assert validity("document_trigrams") is False

    migrate(WORDS)
    made = [validity(name) for name in ("document_trigrams", "document_lexemes", "document_words")]
    assert made == [True, True, None]


@pytest.mark.parametrize(
    ("migration", "indexes"),
    [
        (WORDS_INDEX, ["document_words", "product_sku_letters"]),
        (HASH_INDEXES, ["image_phash_bands", "image_without_phash"]),
    ],
)
def test_indexes_that_were_made_before_the_stop_are_kept(
    shop: None, migration: tuple[str, str], indexes: list[str]
) -> None:
    migrate(migration)
    made = [find_index(name) for name in indexes]
    MigrationRecorder(connection).record_unapplied(*migration)
    migrate(migration)

    assert [find_index(name) for name in indexes] == made
    assert [validity(name) for name in indexes] == [True, True]
