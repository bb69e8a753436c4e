"""manage.py doctor and the system checks: what is wrong, in plain words, and what to do."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.utils import timezone

from search import doctor, services
from search.doctor import Finding
from search.models import EmbeddingJob, EmbeddingSpace
from search.requirements import Versions, database_fault
from search.workers import embedding_workers
from tests.factories import add_photo, make_product
from tests.search.conftest import OwnRedis, Workers, wait_until


def findings() -> dict[str, Finding]:
    return {finding.part: finding for finding in doctor.examine()}


def todo(part: str) -> str:
    return findings()[part].todo


def ids(**options: Any) -> set[str]:
    found = run_checks(include_deployment_checks=True, databases=["default"], **options)
    return {each.id for each in found if str(each.id).startswith("search.")}


@pytest.mark.django_db
def test_a_new_installation_lacks_its_space():
    assert todo("Embedding space") == "Run `manage.py warm_embedder`."


def test_a_sound_installation_is_told_so(workers: Workers):
    add_photo(make_product())
    services.embed_pending()
    workers.start()
    wait_until(lambda: len(embedding_workers()) == 1, "the worker to be there")
    output = io.StringIO()

    call_command("doctor", stdout=output)

    assert output.getvalue().endswith("Everything is fine.\n")
    assert list(findings()) == [
        "Python",
        "Data folder",
        "Media folder",
        "Disk",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "Postgres",
        "Redis",
        "Embedding worker",
        "Connections",
        "Migrations",
        "Embedder",
        "Embedding space",
        "Images",
        "Queue",
        "Index",
    ]


@pytest.mark.django_db
def test_a_postgres_that_lets_too_few_in(settings: Any):
    settings.WEB_CONCURRENCY, settings.WEB_THREADS = 10, 98

    found = findings()["Connections"]

    assert found.told.endswith(" are allowed, the web may hold 1000")
    assert found.todo == (
        "Set max_connections of Postgres to 1016 or more, or WEB_THREADS or WEB_CONCURRENCY to "
        "less."
    )


@pytest.mark.django_db
def test_a_problem_is_the_exit_status(own_redis: OwnRedis):
    output = io.StringIO()

    with pytest.raises(SystemExit) as raised:
        call_command("doctor", stdout=output)

    assert raised.value.code == 1
    assert "2 problem(s)" in output.getvalue()


@pytest.mark.django_db
def test_redis_that_is_down_is_named_and_no_worker_is_asked_for(own_redis: OwnRedis, settings):
    own_redis.stop()
    settings.REDIS_URL = own_redis.url

    found = findings()

    assert found["Redis"].todo.startswith("Start it, or correct REDIS_URL.")
    assert "Embedding worker" not in found


@pytest.mark.django_db
def test_no_worker_is_a_problem(own_redis: OwnRedis):
    assert todo("Embedding worker").startswith("Start one with `make run`")


@pytest.mark.django_db
def test_failed_images_and_a_long_queue_are_problems():
    product = make_product()
    failed, waiting = (add_photo(product, seed=seed) for seed in range(2))
    EmbeddingJob.objects.filter(image=failed).update(state="failed", error="no")
    long_ago = timezone.now() - timedelta(hours=1)
    EmbeddingJob.objects.filter(image=waiting).update(changed_at=long_ago)

    found = findings()

    assert found["Images"].told == "0 of 2 are searchable, 1 wait, 1 failed"
    assert found["Images"].todo.startswith("See why in the admin")
    assert found["Queue"].todo == "See that the embedding worker runs."


@pytest.mark.django_db
def test_another_embedder_than_the_searched_one_is_a_note_and_a_warning(settings):
    add_photo(make_product())
    services.embed_pending()
    settings.EMBEDDER = "tests.search.cards:centred"

    found = findings()

    assert found["Embedding space"].ok
    assert found["Embedding space"].todo == (
        "EMBEDDER=tests.search.cards:centred is for a new shop. To change this one to it: "
        "`manage.py space create tests.search.cards:centred`, `space fill tests/centred@1 "
        "--wait`, `space switch tests/centred@1`. To keep it as it is, set EMBEDDER=fake@1."
    )
    assert found["Embedder"].told.startswith("fake@1 loads")
    assert "search.W008" in ids()
    assert "search.W002" not in ids()


@pytest.mark.django_db
def test_a_searched_space_that_can_not_be_served_is_a_problem_and_a_warning():
    services.ensure_space()
    EmbeddingSpace.objects.update(dim=7)

    assert not findings()["Embedding space"].ok
    assert "search.W002" in ids()


@pytest.mark.django_db
def test_a_space_that_is_being_filled_is_told():
    add_photo(make_product())
    services.embed_pending()
    space = services.create_space("tests.search.cards:centred")
    told = "tests/centred@1 holds 0 of 1 images, 0 failed"

    assert findings()["Space being filled"].told == f"{told}, paused"
    services.fill(space)
    assert findings()["Space being filled"].told == told


@pytest.mark.django_db
def test_an_unknown_embedder_is_a_problem_and_a_warning(settings):
    settings.EMBEDDER = "nobody@1"

    assert not findings()["Embedder"].ok
    assert "nobody@1" in findings()["Embedder"].told
    assert "search.W004" in ids()


@pytest.mark.django_db
def test_a_network_that_was_not_exported_is_not_exported_by_looking(settings, tmp_path: Path):
    settings.EMBEDDER = "efficientnet-lite0/fast@1"
    settings.DATA_DIR = tmp_path

    assert todo("Embedder") == "Run `manage.py warm_embedder`."
    assert "search.W005" in ids()
    assert not (tmp_path / "models").exists()


@pytest.mark.django_db
def test_a_large_space_without_its_index_is_a_problem_and_a_warning(settings):
    add_photo(make_product())
    services.embed_pending()
    settings.HNSW_MIN_ROWS = 1

    assert "is missing; 1 images are searched one by one" in findings()["Index"].told
    assert "search.W003" in ids()


@pytest.mark.django_db
def test_a_data_folder_that_is_a_file_is_a_problem_and_a_warning(settings, tmp_path: Path):
    settings.DATA_DIR = tmp_path / "file"
    settings.DATA_DIR.write_text("not a folder")

    assert todo("Data folder").endswith("or name another folder with DATA=...")
    assert "search.W006" in ids()


@pytest.mark.django_db
def test_a_key_of_the_process_alone_is_a_problem_and_a_warning(settings):
    settings.SECRET_KEY = settings.PROCESS_ONLY_KEY + "x"

    assert todo("SECRET_KEY").startswith("Set SECRET_KEY")
    assert "search.W007" in ids()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("debug", "hosts", "expected"),
    [
        (True, ["shop.example"], "Set DEBUG=false."),
        (True, ["localhost"], ""),
        (False, ["*"], "Name the shop's hosts instead of *."),
        (False, ["shop.example"], ""),
    ],
)
def test_debug_is_for_this_machine_only(settings, debug: bool, hosts: list[str], expected: str):
    settings.DEBUG, settings.ALLOWED_HOSTS = debug, hosts

    assert todo("ALLOWED_HOSTS") == expected


@pytest.mark.parametrize(
    ("postgres", "pgvector", "offered", "hint"),
    [
        (18, "0.8.6", "0.8.6", None),
        (16, "0.8.0", "0.8.0", None),
        (15, "0.8.6", "0.8.6", "Use PostgreSQL 16 or later."),
        (17, "", "", "Install pgvector 0.8 or later on it"),
        (17, "0.7.4", "0.8.1", "Run `ALTER EXTENSION vector UPDATE;` in the database."),
        (17, "0.7.4", "0.7.4", "Install pgvector 0.8 or later, then"),
        (17, "0.10.0", "0.10.0", None),
    ],
)
def test_what_the_database_server_lacks(postgres: int, pgvector: str, offered: str, hint):
    fault = database_fault(Versions(postgres, f"PostgreSQL {postgres}", pgvector, offered))

    assert (fault.hint.startswith(hint) if fault else None) == (True if hint else None)


@pytest.mark.django_db
def test_a_sound_installation_has_nothing_to_check():
    services.ensure_space()

    assert ids() == set()


def test_checks_without_a_database_ask_none():
    """Without the mark for it, a test that asks the database fails."""
    found = {each.id for each in run_checks(include_deployment_checks=True, databases=None)}

    assert found.isdisjoint({"search.E001", "search.W002", "search.W003"})
