"""manage.py duplicates: what it prints, for people and for programs."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.models import ProductImage
from tests.factories import add_photo, make_product

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("duplicates", *arguments, stdout=out)
    return out.getvalue()


def lose_file(image: ProductImage) -> None:
    """The image has no hash, and its file is gone."""
    Path(image.file.path).unlink()
    ProductImage.objects.filter(pk=image.pk).update(phash=None)


def test_missing_hashes_are_computed_and_every_group_is_listed():
    for sku in ("MUG-1", "MUG-[2]"):
        add_photo(make_product(sku=sku), 1)
    ProductImage.objects.update(phash=None)
    told = run()
    assert not ProductImage.objects.filter(phash=None).exists()
    assert "same file" in told
    assert "MUG-1, MUG-[2]" in told
    assert told.endswith("1 photos are there more than once, 1 on several products.\n")


def test_json_stands_alone_on_stdout():
    images = [add_photo(make_product(sku=sku), 1) for sku in ("A", "B")]
    lost = add_photo(make_product(), 2)
    lose_file(lost)
    assert json.loads(run("--json", "--distance", "5")) == {
        "distance": 5,
        "hashed": 0,
        "unreadable": [lost.pk],
        "groups": [
            {
                "same_file": True,
                "skus": ["A", "B"],
                "images": [
                    {"id": image.pk, "sku": image.product.sku, "url": image.file.url}
                    for image in images
                ],
            }
        ],
    }


def test_json_is_one_document_however_many_groups_there_are():
    assert json.loads(run("--json"))["groups"] == []
    for seed in (1, 2, 3):
        for sku in ("A", "Ä"):
            add_photo(make_product(sku=f"{sku}-{seed}"), seed)
    groups = json.loads(run("--json"))["groups"]
    assert sorted(group["skus"] for group in groups) == [
        ["A-1", "Ä-1"],
        ["A-2", "Ä-2"],
        ["A-3", "Ä-3"],
    ]


def test_files_that_are_gone_are_named():
    image = add_photo(make_product(), 1)
    lose_file(image)
    told = " ".join(run().split())
    assert "The files of 1 images are missing or damaged" in told
    assert f"(image {image.pk}). Upload these pictures again." in told


def test_a_gallery_without_duplicates_is_told_in_one_line():
    add_photo(make_product(), 1)
    assert run() == "0 photos are there more than once, 0 on several products.\n"


def test_a_distance_that_the_index_does_not_reach_is_refused():
    with pytest.raises(CommandError, match="invalid choice: 8"):
        run("--distance", "8")
