"""A drawn catalogue, for where no photographs can be fetched: 264 products, 352 pictures."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from catalog.importing.table import COLUMNS
from catalog.sample.drawn.goods import COLOURS, KINDS, Good, goods
from catalog.sample.drawn.studio import Colour, Studio

_BACKDROPS: tuple[Colour, ...] = ((226, 222, 214), (214, 220, 224), (228, 218, 208))


def write_catalogue(
    folder: Path, progress: Callable[[int, int], None], *, limit: int | None = None
) -> Path:
    """Draws what isn't drawn yet into `folder`/images, writes catalog.csv and returns its path;
    `limit` stops after that many products."""
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    wanted = list(goods())[:limit]
    table = folder / "catalog.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for done, good in enumerate(wanted, start=1):
            writer.writerow(_row(good, _draw(good, images)))
            progress(done, len(wanted))
    return table


def query_subjects() -> dict[str, str]:
    """What the sample photos show, by SKU: eight kinds, each in another colour and style."""
    return {
        Good(
            0, kind, number % 3, colour
        ).sku: f"{'An' if colour[0] in 'aeiou' else 'A'} {colour} {kind.name}"
        for number, (kind, colour) in enumerate(zip(KINDS, COLOURS, strict=False))
    }


def draw(good: Good, view: int) -> Image.Image:
    """The product from the front, or as view 1 from nearer by, turned, before another backdrop."""
    studio = Studio(_BACKDROPS[(good.number + view) % len(_BACKDROPS)])
    good.kind.draw(studio, COLOURS[good.colour], good.style)
    return studio.photo(zoom=1.2, mirror=True) if view else studio.photo()


def _draw(good: Good, folder: Path) -> list[str]:
    names = []
    for view in range(good.views):
        file = folder / f"{good.sku.lower()}-{view + 1}.jpg"
        if not file.exists():
            draw(good, view).save(file, quality=90)
        names.append(file.name)
    return names


def _row(good: Good, images: list[str]) -> dict[str, str]:
    return {
        "sku": good.sku,
        "title": good.title,
        "description": good.kind.blurb,
        "category": good.kind.category,
        "tags": f"colour:{good.colour}; material:{good.kind.material}",
        "price": f"{good.price:.2f}",
        "currency": "EUR",
        "stock": str(good.number * 7 % 23),
        "status": "active",
        "images": ";".join(images),
    }
