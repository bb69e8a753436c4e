"""manage.py embed, search and warm_embedder."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from search import services
from search.models import EmbeddingJob, EmbeddingSpace, PhotoQuery
from search.workers import embedding_workers
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_category, make_product
from tests.search.conftest import OwnRedis, Workers, wait_until


def run(name: str, *arguments: str) -> str:
    output = io.StringIO()
    call_command(name, *arguments, stdout=output, stderr=output)
    return output.getvalue()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """An edited copy of the photo with seed 1."""
    path = tmp_path / "photo.jpg"
    draw_photo(1).crop((8, 8, 312, 232)).save(path, quality=70)
    return path


@pytest.fixture
def shop(db: None) -> None:
    shoes = make_category("Shoes")
    for seed in range(4):
        product = make_product(
            sku=f"S{seed}",
            title=f"Sandal {seed}",
            tags=("colour:red",) if seed % 2 else (),
            category=shoes if seed else None,
        )
        add_photo(product, seed=seed)
    services.drain(seconds=30)


@pytest.mark.django_db
def test_embed_does_the_work_where_no_worker_answers(own_redis: OwnRedis):
    product = make_product(sku="S1")
    add_photo(product, seed=1)
    broken = add_photo(product, seed=2)
    broken.file.storage.delete(broken.file.name)

    shown = " ".join(run("embed").split())

    assert shown == (
        "1 of 2 images are searchable, 0 wait, 1 failed. "
        f"S1, image {broken.pk}: The picture's file is missing ({broken.file.name}). "
        "Upload the picture again."
    )


def test_embed_waits_for_the_worker(workers: Workers):
    workers.start()
    wait_until(lambda: len(embedding_workers()) == 1, "the worker to be there")
    product = make_product()
    for seed in range(3):
        add_photo(product, seed=seed)

    assert run("embed", "--wait") == "3 of 3 images are searchable, 0 wait, 0 failed.\n"

    assert set(EmbeddingJob.objects.values_list("state", "attempts")) == {("ready", 1)}


def test_search_finds_an_edited_copy_and_keeps_nothing(shop: None, photo: Path):
    found = json.loads(run("search", str(photo), "--json", "--k", "2"))

    assert found["results"][0]["sku"] == "S1"
    assert found["results"][0]["tags"] == ["colour:red"]
    assert found["results"][0]["distance"] == pytest.approx(1 - found["results"][0]["similarity"])
    assert len(found["results"]) == 2
    assert (found["space"], found["plan"], found["total"]) == ("fake@1", "exact", 4)
    assert {"decode", "embed", "search"} <= set(found["took_ms"])
    assert not PhotoQuery.objects.exists()


def test_search_filters_by_tag_and_category(shop: None, photo: Path):
    tagged = json.loads(run("search", str(photo), "--json", "--tag", "colour:red"))
    within = json.loads(run("search", str(photo), "--json", "--category", "shoes"))

    assert sorted(hit["sku"] for hit in tagged["results"]) == ["S1", "S3"]
    assert sorted(hit["sku"] for hit in within["results"]) == ["S1", "S2", "S3"]


def test_search_takes_several_photos_and_some_to_look_unlike(
    shop: None, photo: Path, tmp_path: Path
):
    others = [tmp_path / f"{seed}.jpg" for seed in (0, 2)]
    for path in others:
        path.write_bytes(jpeg_bytes(draw_photo(int(path.stem))))
    alone, both, pushed = (
        {hit["sku"]: hit["distance"] for hit in json.loads(found)["results"]}
        for found in (
            run("search", str(photo), "--json"),
            run("search", str(photo), str(others[0]), "--json"),
            run("search", str(photo), "--not-like", str(others[1]), "--json"),
        )
    )

    assert both["S0"] < alone["S0"]
    assert pushed["S2"] > alone["S2"]
    assert not PhotoQuery.objects.exists()


def test_search_leaves_out_what_is_less_similar(shop: None, photo: Path):
    everything = json.loads(run("search", str(photo), "--json"))["results"]
    least = everything[1]["similarity"] - 1e-6

    found = json.loads(run("search", str(photo), "--json", "--min-similarity", str(least)))

    assert (found["total"], found["results"]) == (2, everything[:2])


def test_search_names_the_photo_that_is_none(shop: None, photo: Path, tmp_path: Path):
    words = tmp_path / "words.jpg"
    words.write_text("just words")

    with pytest.raises(CommandError, match=rf"^{words}: "):
        run("search", str(photo), "--not-like", str(words))


def test_search_takes_words_too(shop: None):
    shown = run("search", "--text", "sandals")

    assert sum("Sandal" in line for line in shown.splitlines()) == 4
    assert "4 products, text search" in shown


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "nothing to search for"),
        (["nowhere.jpg"], "nowhere.jpg can't be read: No such file or directory"),
        (["--text", "x", "--k", "0"], "1 to 100, not 0"),
        (["--text", "x", "--min-similarity", "2"], "between -1 and 1, not at 2.0"),
        (["--text", "x", "--tag", "colour:read"], "nearest are colour:red"),
    ],
)
def test_search_says_what_is_wrong(shop: None, arguments: list[str], told: str):
    with pytest.raises(CommandError, match=told):
        run("search", *arguments)


def test_search_tells_the_operator_the_reason(shop: None, photo: Path):
    gone = services.create_space("tests.search.cards:without_code")
    services.switch_space(gone, force=True)

    with pytest.raises(CommandError, match="package_that_is_gone"):
        run("search", str(photo))


@pytest.mark.django_db
def test_warming_makes_the_space():
    assert run("warm_embedder").startswith("fake@1 is ready (49 dimensions")
    assert EmbeddingSpace.objects.get().state == "active"


@pytest.mark.django_db
def test_warming_an_embedder_that_is_not_there_explains_and_lets_the_shop_open(settings):
    settings.EMBEDDER = "nobody@1"

    shown = run("warm_embedder")

    assert shown.startswith("Searching by photo is off: ")
    assert "nobody@1" in shown
