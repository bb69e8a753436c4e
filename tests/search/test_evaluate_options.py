"""manage.py evaluate: other cards, several sets, weights, bands, and a gallery that teaches."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image, ImageDraw

from catalog.models import Category, Product, Tag
from search.embedding import Card
from search.embedding.fake import FAKE
from search.embedding.projection import Projection
from search.engine.types import KINDS
from search.evaluation import teaching
from search.models import EmbeddingSpace, SpaceProjection
from search.services.tuning.run import Learned, learn
from search.tuning.types import Tuned, TuningReport
from tests.factories import draw_photo

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS = ("split", "file", "product_id", "category", "tags")
WHITE, RED, ORANGE, BLUE = (250, 250, 250), (200, 20, 30), (240, 150, 30), (30, 40, 200)
BANDS = ["same", "very_similar", "similar", "weak"]


def narrow() -> Card:
    """A card of somebody's own: the fake on smaller pictures."""
    recipe = replace(FAKE.preprocessing, size=16)
    return replace(FAKE, name="narrow@1", preprocessing=recipe)


def classical() -> Card:
    """The fake, with every descriptor beside it."""
    return replace(FAKE, name="classical@1", descriptors=KINDS)


def make_set(folder: Path, rows: Sequence[tuple[Any, ...]]) -> Path:
    """A set of (split, picture, product_id, category, tags)."""
    folder.mkdir()
    lines = []
    for place, (split, picture, *rest) in enumerate(rows):
        picture.save(folder / f"{place}.png")
        lines.append([split, f"{place}.png", *rest, *[""] * (len(COLUMNS) - 2 - len(rest))])
    with (folder / "manifest.csv").open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *lines])
    return folder


def plain(colour: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", (64, 64), colour)


def halves(left: tuple[int, int, int], right: tuple[int, int, int]) -> Image.Image:
    picture = plain(left)
    ImageDraw.Draw(picture).rectangle((32, 0, 63, 63), fill=right)
    return picture


@pytest.fixture
def found_set(tmp_path: Path) -> Path:
    """One query, which finds its product first, and its category with it."""
    return make_set(
        tmp_path / "found",
        [
            ("gallery", plain(RED), "red", "warm"),
            ("gallery", plain(BLUE), "blue", "cold"),
            ("query", plain((205, 25, 35)), "red", "warm"),
        ],
    )


@pytest.fixture
def missed_set(tmp_path: Path) -> Path:
    """One query, which finds its product second; nothing of its category is there."""
    return make_set(
        tmp_path / "missed",
        [
            ("gallery", plain(RED), "red", "warm"),
            ("gallery", plain(BLUE), "blue", "cold"),
            ("query", plain((205, 25, 35)), "blue", "odd"),
        ],
    )


def evaluate(*options: object) -> str:
    output = io.StringIO()
    call_command("evaluate", *map(str, options), stdout=output)
    return output.getvalue()


def figures(*options: object) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(evaluate(*options, "--json"))
    return answer


def test_several_sets_end_in_the_mean_over_their_tasks(found_set: Path, missed_set: Path):
    found = figures("--set", found_set, "--set", missed_set)

    assert [each["set"] for each in found["sets"]] == [str(found_set), str(missed_set)]
    assert [sorted(set(each) & {"product", "category"}) for each in found["sets"]] == [
        ["category", "product"],
        ["product"],
    ]
    assert found["mean"] == pytest.approx(
        {"R@1": 2 / 3, "R@5": 1, "R@10": 1, "mAP@10": (1 + 1 + 0.5) / 3, "tasks": 3}
    )


def test_the_mean_is_a_table_of_its_own(found_set: Path, missed_set: Path):
    shown = evaluate("--set", found_set, "--set", missed_set)

    assert "0.6667" in shown
    assert "2 sets" in shown
    assert "2 sets" not in evaluate("--set", found_set)


def test_a_manifest_may_be_named_instead_of_its_folder(found_set: Path, missed_set: Path):
    (missed_set / "manifest.csv").rename(missed_set / "other.csv")

    found = figures("--set", found_set, "--set", missed_set / "other.csv")

    assert [each["manifest"] for each in found["sets"]] == ["manifest.csv", "other.csv"]


def test_a_card_may_be_another_than_the_settings_name(found_set: Path):
    found = figures("--set", found_set, "--card", "tests.search.test_evaluate_options:narrow")

    assert (found["card"], found["product"]["R@1"]) == ("narrow@1", 1)
    assert not EmbeddingSpace.objects.exists()


def test_an_unknown_card_is_named_with_those_that_there_are(found_set: Path):
    with pytest.raises(CommandError, match=r"no embedder called 'nothing'\. There are: .*fake@1"):
        evaluate("--set", found_set, "--card", "nothing")


def test_what_a_query_costs_is_shown(found_set: Path):
    assert "ms a query: decode " in evaluate("--set", found_set)


def test_colours_may_count_in_the_ranking(tmp_path: Path):
    """The query has the colours of the one picture, and those of the other where they are."""
    folder = make_set(
        tmp_path / "colours",
        [
            ("gallery", halves(WHITE, RED), "mirrored", "red"),
            ("gallery", halves(ORANGE, WHITE), "in place", "orange"),
            ("query", halves(RED, WHITE), "mirrored", "red"),
        ],
    )

    plainly = figures("--set", folder)
    by_colour = figures("--set", folder, "--colour-weight", "0.8")

    assert (plainly["colour_weight"], plainly["product"]["R@1"]) == (0, 0)
    assert (by_colour["colour_weight"], by_colour["product"]["R@1"]) == (0.8, 1)


def stripes(colour: tuple[int, int, int]) -> Image.Image:
    """Lines on white, so fine that the fake sees an even mixture."""
    picture = plain(WHITE)
    pen = ImageDraw.Draw(picture)
    for place in range(0, 64, 4):
        pen.rectangle((0, place, 63, place + 1), fill=colour)
    return picture


def test_texture_and_shape_may_count_too(tmp_path: Path):
    """The lines have another colour than those that are asked for, and what is even has theirs."""
    pytest.importorskip("skimage")
    folder = make_set(
        tmp_path / "lines",
        [
            ("gallery", plain((125, 125, 125)), "even", "even"),
            ("gallery", stripes(RED), "lines", "lines"),
            ("query", stripes((0, 0, 0)), "lines", "lines"),
        ],
    )
    card = ("--card", "tests.search.test_evaluate_options:classical")

    plainly = figures("--set", folder, *card)
    found = figures("--set", folder, *card, "--texture-weight", "0.6", "--shape-weight", "0.2")

    weights = {kind: found[f"{kind}_weight"] for kind in KINDS}
    assert weights == {"colour": 0, "texture": 0.6, "shape": 0.2}
    assert (plainly["product"]["R@1"], found["product"]["R@1"]) == (0, 1)
    shown = evaluate("--set", folder, *card, "--texture-weight", "0.6", "--shape-weight", "0.2")
    assert "classical@1, texture 0.6, shape 0.2: " in shown


def test_what_the_card_does_not_keep_is_refused_before_anything_is_loaded(found_set: Path):
    (found_set / "manifest.csv").write_text("")

    with pytest.raises(CommandError, match=r"fake@1 keeps colour, and no texture: leave --texture"):
        evaluate("--set", found_set, "--texture-weight", "0.1")


@pytest.mark.parametrize("weight", ["-0.1", "0.95", "nan", "much"])
def test_a_weight_that_makes_no_sense_is_refused(found_set: Path, weight: str):
    with pytest.raises(CommandError, match=r"a number from 0 to 0\.9, not"):
        evaluate("--set", found_set, f"--colour-weight={weight}")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Forty products; two of them asked for, a photo of each, and one that isn't there."""
    gallery = [
        ("gallery", draw_photo(seed), f"P{seed}", f"A/{'BC'[seed % 2]}", f"lot:{seed % 4};new")
        for seed in range(40)
    ]
    queries = [
        ("query", draw_photo(3).resize((160, 120)), "P3", "A/C"),
        ("query", draw_photo(8).resize((160, 120)), "P8", "A/B"),
        ("query", draw_photo(1000), "Q", "odd"),
    ]
    return make_set(tmp_path / "shop", [*gallery, *queries])


def test_the_bands_are_calibrated_and_judged(shop: Path):
    bands = figures("--set", shop, "--bands")["bands"]

    assert (bands["calibrated"], bands["products"]) == (True, 40)
    assert list(bands["edges"]) == BANDS[:3]
    assert {kind: bands[kind]["queries"] for kind in ("right", "wrong", "foreign")} == {
        "right": 2,
        "wrong": 1,
        "foreign": 3,
    }
    assert bands["right"]["same"] == 1
    assert bands["foreign"]["same"] == 0
    assert [sum(bands[kind][name] for name in BANDS) for kind in ("wrong", "foreign")] == [1, 1]


def test_the_bands_are_shown(shop: Path):
    shown = evaluate("--set", shop, "--bands")

    assert "Bands, from 40 products" in shown
    assert "100.0 %" in shown


def test_a_small_gallery_is_judged_by_the_cards_bands(found_set: Path):
    bands = figures("--set", found_set, "--bands")["bands"]

    assert (bands["calibrated"], bands["edges"]) == (False, dict(FAKE.bands))
    assert bands["wrong"] == {"queries": 0}
    assert "too few products" in evaluate("--set", found_set, "--bands")


REFUSED = TuningReport(
    accepted=False,
    reason="Nothing helped.",
    plain=50.0,
    tuned=50.0,
    gain=0.0,
    standard_error=1.0,
    learned=0.0,
    colour=0.0,
    shrinkage=0.1,
    label_weights={},
    dim=0,
    photos=40,
    products=40,
    held_back=8,
    several_photos_share=0.0,
    second_photo_gain=0.0,
    second_photo_measured=False,
    seconds=0.1,
)


@pytest.fixture
def learns(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Learned]], None]:
    """`learns(how)`: the gallery is learned from in that way."""
    return lambda how: monkeypatch.setattr(teaching, "learn", how)


def test_the_gallery_may_teach_the_search_first(
    shop: Path, learns: Callable[[Callable[..., Learned]], None]
):
    """For real, but for the number of pictures that are made of a photo."""
    lessons: list[Learned] = []

    def learn_little(root: EmbeddingSpace, **options: Any) -> Learned:
        lessons.append(learn(root, **{**options, "views": 2}))
        return lessons[-1]

    learns(learn_little)

    found = figures("--set", shop, "--tune")

    [learned] = lessons
    assert (learned.photos, learned.sampled, learned.unreadable) == (40, 40, 0)
    assert found["tuned"] == json.loads(json.dumps(learned.tuned.report.as_json()))
    assert found["dim"] == (found["tuned"]["dim"] or FAKE.dim)
    assert not SpaceProjection.objects.exists()


def test_a_fit_that_was_accepted_is_what_is_asked(
    shop: Path, learns: Callable[[Callable[..., Learned]], None]
):
    """Here one that keeps every second number of the vector."""
    projection = Projection(
        directions=np.zeros((FAKE.dim, 0), dtype=np.float32),
        centre=np.zeros(FAKE.dim, dtype=np.float32),
        cut=np.eye(FAKE.dim, dtype=np.float32)[:, ::2],
        learned=0.0,
    )
    report = replace(REFUSED, accepted=True, dim=projection.dim)
    learns(lambda _root, **_options: Learned(40, 40, 0, Tuned(projection, report)))

    found = figures("--set", shop, "--tune")

    assert found["dim"] == projection.dim == 25
    assert found["product"]["R@1"] == 1


def test_a_fit_that_was_refused_leaves_the_base_to_be_asked(
    shop: Path, learns: Callable[[Callable[..., Learned]], None]
):
    learns(lambda _root, **_options: Learned(40, 40, 0, Tuned(None, REFUSED)))

    shown = evaluate("--set", shop, "--tune")

    assert f": {FAKE.dim} dimensions;" in shown
    assert "refused, so that the base was asked: Nothing helped." in shown


def test_the_gallery_teaches_with_its_categories_and_tags(
    shop: Path, learns: Callable[[Callable[..., Learned]], None]
):
    seen: list[tuple[list[str], list[str]]] = []

    def look(root: EmbeddingSpace, **_options: Any) -> Learned:
        image_id = root.embeddings.order_by("image_id")[3].image_id
        product = Product.objects.get(images__pk=image_id)
        path = Category.objects.filter(pk__in=product.category.path).order_by("pk")
        seen.append(([each.name for each in path], sorted(tag.name for tag in product.tags.all())))
        return Learned(40, 40, 0, Tuned(None, REFUSED))

    learns(look)
    evaluate("--set", shop, "--tune")

    assert seen == [(["A", "C"], ["lot:3", "new"])]
    assert not Category.objects.exists()
    assert not Tag.objects.exists()


def test_too_small_a_gallery_teaches_nothing(found_set: Path):
    with pytest.raises(CommandError, match="holds 2 photos of published products"):
        evaluate("--set", found_set, "--tune")
