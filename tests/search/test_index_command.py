"""manage.py index status, build, rebuild and verify."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from catalog.models import Product
from search import services
from search.engine import index
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from tests.engine import gallery
from tests.factories import make_product

ROWS = 400


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command("index", *arguments, stdout=output, stderr=output)
    return " ".join(output.getvalue().split())


def refused(*arguments: str) -> str:
    """What a command says that ends with exit status 1."""
    output = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("index", *arguments, stdout=output, stderr=output)
    assert ended.value.code == 1
    return output.getvalue()


@pytest.fixture
def space(transactional_db: None, settings: Any) -> Iterator[EmbeddingSpace]:
    """The active space of a consistent shop with so many images, which wants an index."""
    settings.HNSW_MIN_ROWS = 50
    made = services.ensure_space()
    product = make_product(tags=("colour:red",))
    plain = make_product()
    vectors = gallery.clustered(ROWS, dim=made.dim)
    images = [
        *gallery.embed(product, *vectors[: ROWS // 10], space=made),
        *gallery.embed(plain, *vectors[ROWS // 10 :], space=made),
    ]
    EmbeddingJob.objects.bulk_create(
        EmbeddingJob(image=each, space=made, checksum="", state="ready") for each in images
    )
    services.reconcile(deep=False)
    yield made
    index.drop_leftovers(made.pk)
    index.drop_index(made)


def test_build_makes_the_index_once(space: EmbeddingSpace):
    told = run("build")

    name = index.index_name(space.pk)
    assert told.startswith(f"{name} holds 400 vectors in ")
    assert told.endswith("Searches use ef_search 40.")
    assert index.find_index(space.pk).valid is True
    assert run("build") == f"{name} is there. `manage.py index rebuild` makes it anew."


def test_build_says_that_a_few_vectors_need_none(space: EmbeddingSpace, settings: Any):
    settings.HNSW_MIN_ROWS = 401

    assert run("build") == (
        "fake@1 holds 400 vectors: so few are compared one by one, and need no index."
    )


def test_build_explains_that_a_dimension_is_too_many(space: EmbeddingSpace):
    EmbeddingSpace.objects.update(dim=4_001)

    with pytest.raises(CommandError, match="an index takes 4,000 at most"):
        run("build")


def test_build_warns_of_memory_that_the_graph_lacks(
    space: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("search.engine.index.memory.ELEMENT_BYTES", 10**9)

    assert "several times slower" in run("build")


@pytest.mark.parametrize("action", ["build", "rebuild"])
def test_only_one_process_builds(space: EmbeddingSpace, action: str):
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as another:
        another.execute("SELECT pg_advisory_lock(%s, %s)", [index.BUILDING, space.pk])
        with pytest.raises(CommandError, match=r"Another process is building .* of fake@1\."):
            run(action)


def test_a_build_that_is_stopped_says_why_and_the_next_one_succeeds(space: EmbeddingSpace):
    with psycopg.connect(**connection.get_connection_params()) as writer:
        writer.execute(f"LOCK TABLE {index.TABLE} IN ROW EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
            with pytest.raises(CommandError, match=r"The build was stopped: .*lock timeout"):
                run("build")
            cursor.execute("RESET lock_timeout")
    assert index.find_index(space.pk).valid is False
    [found] = json.loads(run("status", "--json"))["spaces"]
    assert found["state"] == "invalid"

    run("build")
    assert index.find_index(space.pk).valid is True


def test_rebuild_replaces_the_index(space: EmbeddingSpace):
    run("build")
    ImageEmbedding.objects.filter(product_id=Product.objects.earliest("pk").pk).delete()
    told = run("rebuild")

    assert told.startswith(f"{index.index_name(space.pk)} holds 360 vectors in ")
    assert index.find_index(space.pk).note.rows == 360


def test_status_tells_each_space(space: EmbeddingSpace):
    gallery.make_space("other@1", state="retired")
    missing, other = json.loads(run("status", "--json"))["spaces"]
    assert (missing["state"], missing["due"], missing["rows"]) == ("missing", "build", 400)
    assert (other["space"], other["state"], other["due"]) == ("other@1", "not_needed", None)

    run("build")
    ImageEmbedding.objects.order_by("image_id").first().delete()
    found = json.loads(run("status", "--json"))
    first = found["spaces"][0]
    assert (first["state"], first["due"], first["ef_search"]) == ("valid", None, 40)
    assert (first["growth"], first["verified"]) == (399 / 400, None)
    assert found["table"]["filter_drift"] == 0
    assert found["table"]["bytes_with_indexes"] > found["table"]["bytes"] > 0


def test_status_is_a_table_for_people(space: EmbeddingSpace):
    run("build")
    run("verify", "--queries", "5")
    shown = run("status")

    assert "fake@1" in shown
    assert "recall@10 over 5 questions" in shown
    assert "dead rows wait for a vacuum" in shown


def test_verify_measures_what_searches_find(space: EmbeddingSpace):
    run("build")
    found = json.loads(run("verify", "--json", "--queries", "20", "--k", "5"))

    assert found["faults"] == []
    assert [(each["case"], each["share"]) for each in found["measured"]] == [
        ("all images", 1.0),
        ("tag colour:red", 0.1),
    ]
    assert [each["recall"] for each in found["measured"]] == [1.0, 1.0]
    verified = index.find_index(space.pk).note.verified
    assert (verified.recall, verified.k, verified.queries) == (1.0, 5, 20)


def test_verify_has_nothing_to_measure_without_an_index(space: EmbeddingSpace, settings: Any):
    settings.HNSW_MIN_ROWS = 401
    shown = run("verify")

    assert shown == (
        "There is no index: every search compares all vectors, and misses none. "
        "Everything is as it should be."
    )


def test_verify_finds_a_poor_index(space: EmbeddingSpace, monkeypatch: pytest.MonkeyPatch):
    run("build")
    monkeypatch.setattr("search.services.verifying.selectors.rank_images", lambda **_: [])
    shown = refused("verify", "--queries", "5")

    assert "searches find 0.0% (all images)" in shown


def test_verify_notices_and_mends_what_is_wrong(space: EmbeddingSpace):
    run("build")
    first, second, third = ImageEmbedding.objects.order_by("image_id")[:3]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE search_imageembedding SET vector = vector + vector WHERE image_id = %s",
            [first.image_id],
        )
        cursor.execute(
            "UPDATE search_imageembedding SET tag_ids = '{7}' WHERE image_id = %s",
            [second.image_id],
        )
        cursor.execute(
            "UPDATE search_imageembedding SET image_id = 1000000 WHERE image_id = %s",
            [third.image_id],
        )
    shown = refused("verify", "--queries", "5")

    assert "1 vectors are not of unit length." in shown
    assert "1 vectors belong to images that are gone." in shown
    assert "1 vectors differ from the catalogue in what filters read." in shown
    assert "verify --fix" in shown

    mended = run("verify", "--queries", "5", "--fix")
    assert mended.startswith("Mended: 1 vectors that could not be right were dropped, 1 without")
    assert "2 images wait to be embedded." in mended
    assert mended.endswith("Everything is as it should be.")


def test_verify_notices_a_vector_of_another_length(space: EmbeddingSpace):
    row = ImageEmbedding.objects.order_by("image_id").first()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE search_imageembedding SET vector = '[1,0,0]' WHERE image_id = %s",
            [row.image_id],
        )

    shown = refused("verify")
    assert "1 vectors have a wrong number of dimensions." in shown
    assert "The index is missing" in shown

    run("verify", "--fix", "--queries", "5")
    assert index.find_index(space.pk).valid is True
    assert EmbeddingJob.objects.filter(state="pending").count() == 1


def test_a_space_that_follows_no_longer_is_not_mended(space: EmbeddingSpace):
    other = gallery.make_space("other@1", state="retired")
    gallery.embed(make_product(), *gallery.clustered(2, dim=other.dim), space=other)
    spoil(other)

    with pytest.raises(CommandError, match=r"other@1 can't be mended: it was left"):
        run("verify", "--fix", "--space", "other@1")

    assert ImageEmbedding.objects.filter(space=other).count() == 2


def test_nothing_is_dropped_that_nobody_could_embed_again(space: EmbeddingSpace):
    spoil(space)
    EmbeddingSpace.objects.update(card={**space.card, "backbone": "package_that_is_gone:build"})

    with pytest.raises(CommandError, match=r"package_that_is_gone"):
        run("verify", "--fix", "--space", "fake@1")

    assert ImageEmbedding.objects.count() == ROWS


def spoil(space: EmbeddingSpace) -> None:
    """No vector of the space is of unit length."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE search_imageembedding SET vector = vector + vector WHERE space_id = %s",
            [space.pk],
        )


def test_an_unknown_space_is_refused(space: EmbeddingSpace):
    with pytest.raises(CommandError, match=r"There is no space 'nobody@1'\."):
        run("verify", "--space", "nobody@1")


def test_a_shop_without_a_space_says_so(transactional_db: None):
    assert not Product.objects.exists()
    with pytest.raises(CommandError, match="No picture is indexed yet"):
        run("build")
