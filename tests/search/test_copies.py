"""An edited photo leads back to its original, another one nowhere; manage.py copies tells so."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command
from PIL import Image, ImageOps

from catalog.models import Product
from search import services
from search.services.copies import copy_rule, find_copies
from tests.factories import add_photo, draw_photo, jpeg_bytes, make_product

Turn = Image.Transpose
pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db: None) -> list[Product]:
    """Products S0 to S5, each with the photo of its number as the seed."""
    services.ensure_space()
    products = [make_product(sku=f"S{seed}") for seed in range(6)]
    for seed, product in enumerate(products):
        add_photo(product, seed=seed)
    services.drain(seconds=30)
    return products


def found(photo: Image.Image) -> list[tuple[str, str, str]]:
    copies = find_copies(photo=jpeg_bytes(photo))
    return [(copy.image.product.sku, copy.how, copy.proof) for copy in copies]


@pytest.mark.parametrize(
    ("edited", "how"),
    [
        (draw_photo(1), "as it is"),
        (draw_photo(1).resize((160, 120)), "as it is"),
        (draw_photo(1).convert("L").convert("RGB"), "as it is"),
        (draw_photo(1).transpose(Turn.FLIP_LEFT_RIGHT), "mirrored"),
        (draw_photo(1).transpose(Turn.ROTATE_90), "turned right"),
        (draw_photo(1).transpose(Turn.ROTATE_180), "upside down"),
        (ImageOps.expand(draw_photo(1), 90, "black"), "panel"),
    ],
    ids=["itself", "smaller", "grey", "mirrored", "turned", "upside down", "framed"],
)
def test_an_edited_photo_leads_to_its_original(shop, edited, how):
    assert found(edited) == [("S1", how, "hash")]


def test_a_part_is_known_by_laying_it_over(shop):
    assert ("S1", "as it is", "overlay") in found(draw_photo(1).crop((60, 40, 290, 220)))


def test_both_pictures_of_a_pair_are_found(shop):
    pair = Image.new("RGB", (640, 240))
    pair.paste(draw_photo(1), (0, 0))
    pair.paste(draw_photo(2), (320, 0))
    assert {sku for sku, _, _ in found(pair)} >= {"S1", "S2"}


def test_another_photo_is_no_copy(shop):
    assert found(draw_photo(99)) == []


def test_a_plain_picture_is_no_copy(shop):
    assert found(Image.new("RGB", (200, 150), "teal")) == []


def test_a_stored_image_is_not_its_own_copy(shop):
    twin = add_photo(make_product(sku="TWIN"), seed=4)
    services.drain(seconds=30)
    assert [copy.image.product.sku for copy in find_copies(image=twin)] == ["S4"]


def test_an_image_whose_file_is_lost_costs_no_answer(shop):
    image = shop[1].images.get()
    folder = image.file.name.rsplit("/", 1)[0]
    image.file.storage.delete(f"{folder}/480.webp")
    assert found(draw_photo(1).crop((60, 40, 290, 220))) == []
    assert found(draw_photo(1)) == [("S1", "as it is", "hash")]


def test_few_products_are_judged_by_the_cards_own_band(shop):
    assert copy_rule(services.get_space("fake@1")).farthest == 0.01


def test_the_command_tells_what_shows_it(shop, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg_bytes(draw_photo(1).transpose(Turn.FLIP_LEFT_RIGHT)))
    shown, listed = io.StringIO(), io.StringIO()
    call_command("copies", str(path), stdout=shown)
    call_command("copies", str(path), "--json", stdout=listed)
    assert "S1" in shown.getvalue()
    assert "mirrored" in shown.getvalue()
    [copy] = json.loads(listed.getvalue())
    assert (copy["sku"], copy["how"], copy["proof"]) == ("S1", "mirrored", "hash")
    assert copy["bits_apart"] <= 7


def test_the_command_says_when_nothing_is_a_copy(shop, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg_bytes(draw_photo(99)))
    shown = io.StringIO()
    call_command("copies", str(path), stdout=shown)
    assert shown.getvalue() == "No photo of the catalogue is a copy of this one.\n"


def test_the_command_names_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("copies", str(tmp_path / "none.jpg"))
