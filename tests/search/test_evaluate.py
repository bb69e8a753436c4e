"""manage.py evaluate: exact figures through the real stack, and no trace of having measured."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from catalog.models import Product, ProductImage
from search import services
from search.evaluation.manifest import LEVELS
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from tests.factories import add_photo, make_product

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS = ("split", "file", "product_id", "category", "variant_id")
RED, DARK_RED, BLUE, GREEN = (220, 20, 20), (170, 30, 30), (20, 20, 220), (20, 200, 20)
PICTURES = [
    ("gallery", "gallery/a.png", "P1", "warm", "P1-red", RED),
    ("gallery", "gallery/b.png", "P2", "cold", "P2-blue", BLUE),
    ("gallery", "gallery/c.png", "P1", "warm", "P1-dark", DARK_RED),
    ("query", "queries/is-red.png", "P1", "warm", "P1-red", (225, 25, 22)),
    ("query", "queries/looks-blue.png", "P1", "warm", "P1-dark", (25, 22, 225)),
    ("query", "queries/unknown.png", "P9", "odd", "P9", GREEN),
]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with three gallery pictures and three queries."""
    folder = tmp_path / "set"
    for name in ("gallery", "queries"):
        (folder / name).mkdir(parents=True)
    for _, file, *_, colour in PICTURES:
        Image.new("RGB", (64, 64), colour).save(folder / file)
    write(folder, [row[:-1] for row in PICTURES])
    return folder


def write(folder: Path, rows, columns=COLUMNS) -> None:
    with (folder / "manifest.csv").open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def evaluate(folder: Path, *options: str) -> str:
    output = io.StringIO()
    call_command("evaluate", "--set", str(folder), *options, stdout=output)
    return output.getvalue()


def levels(answer: str) -> list[str]:
    return [name for name in json.loads(answer) if name in LEVELS]


def test_the_figures_are_those_of_the_protocol(pictures: Path):
    found = json.loads(evaluate(pictures, "--json"))

    counts = {"queries": 2, "skipped": 1, "gallery": 3}
    # The blue query's relevant pictures come second and third: (1/2 + 2/3) / 2.
    by_product = {"R@1": 0.5, "R@5": 1, "R@10": 1, "mAP@10": (1 + (1 / 2 + 2 / 3) / 2) / 2}
    # Its variant is the dark red one, which lies nearer to blue than the bright red one.
    by_variant = {"R@1": 0.5, "R@5": 1, "R@10": 1, "mAP@10": (1 + 1 / 2) / 2}
    took = found.pop("took_ms")
    assert found == {
        "set": str(pictures),
        "manifest": "manifest.csv",
        "dim": 49,
        "variant": pytest.approx({**by_variant, **counts}),
        "product": pytest.approx({**by_product, **counts}),
        "category": pytest.approx({**by_product, **counts}),
        "card": "fake@1",
        "colour_weight": 0,
        "texture_weight": 0,
        "shape_weight": 0,
    }
    assert list(took) == ["decode", "embed", "search"]
    assert min(took.values()) > 0


def test_the_table_shows_every_level(pictures: Path):
    shown = evaluate(pictures)

    assert [line.split()[1] for line in shown.splitlines() if "│ 0." in line] == [
        "variant",
        "product",
        "category",
    ]
    assert "0.7917" in shown


def test_one_level_may_be_asked_for(pictures: Path):
    assert set(json.loads(evaluate(pictures, "--json", "--level", "product"))) == {
        "set",
        "manifest",
        "dim",
        "product",
        "card",
        "colour_weight",
        "texture_weight",
        "shape_weight",
        "took_ms",
    }


def test_it_leaves_no_trace_and_does_not_see_the_shops_own_pictures(
    pictures: Path, media_folder: Path
):
    image = add_photo(make_product())
    services.embed_pending()
    files = sorted(media_folder.rglob("*"))

    assert json.loads(evaluate(pictures, "--json"))["product"]["gallery"] == 3

    assert Product.objects.count() == 1
    assert list(ProductImage.objects.all()) == [image]
    assert EmbeddingSpace.objects.count() == 1
    assert (ImageEmbedding.objects.count(), EmbeddingJob.objects.count()) == (1, 1)
    assert sorted(media_folder.rglob("*")) == files
    assert image.file.storage.exists(image.file.name)


def test_a_picture_that_can_not_be_read_ends_it_without_a_trace(pictures: Path):
    (pictures / "gallery/b.png").write_bytes(b"no picture")

    with pytest.raises(CommandError, match=r"gallery/b\.png can't be used: This is not a picture"):
        evaluate(pictures)

    assert not Product.objects.exists()
    assert not EmbeddingSpace.objects.exists()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            [("test", "gallery/a.png", "P1", "x", "")],
            "line 2: split is gallery or query, not 'test'",
        ),
        ([("query", "gallery/z.png", "P1", "x", "")], "line 2: .*z.png is missing"),
        ([("query", "../../secret", "P1", "x", "")], "is no file inside"),
        ([("gallery", "gallery/a.png", "P1", "x", "")], "no row whose split is query"),
        ([("query", "gallery/a.png", "P1", "x", "")], "no row whose split is gallery"),
        (
            [
                ("gallery", "gallery/a.png", "P1", "x", ""),
                ("query", "gallery/a.png", "P1", "x", ""),
            ],
            "names gallery/a.png twice",
        ),
    ],
)
def test_a_wrong_manifest_is_told_by_its_line(pictures: Path, rows, told: str):
    write(pictures, rows)

    with pytest.raises(CommandError, match=told):
        evaluate(pictures)


def test_missing_columns_are_named(pictures: Path):
    write(pictures, [], columns=("file", "category"))

    with pytest.raises(CommandError, match="lacks the columns split, product_id"):
        evaluate(pictures)


def test_a_folder_or_manifest_that_is_not_there_is_named(pictures: Path, tmp_path: Path):
    with pytest.raises(CommandError, match="nowhere is not a folder"):
        evaluate(tmp_path / "nowhere")
    with pytest.raises(
        CommandError, match=r"holds no other\.csv\. Name another one with --manifest"
    ):
        evaluate(pictures, "--manifest", "other.csv")


def test_a_grouping_coarser_than_products_is_no_variant(pictures: Path):
    """Some sets name the photographer there."""
    write(pictures, [(*row[:4], "somebody") for row in PICTURES])

    assert levels(evaluate(pictures, "--json")) == ["product", "category"]


def test_a_level_whose_labels_never_meet_is_left_out(pictures: Path):
    write(pictures, [(split, file, file, *rest[1:-1]) for split, file, *rest in PICTURES])

    assert levels(evaluate(pictures, "--json")) == ["category"]
