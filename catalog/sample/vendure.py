"""The fetched table turned into ours.

There, the rows of one product follow each other: the first names it, the others are its variants.
Here it becomes one product with the lowest price and the whole stock.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from PIL import Image, ImageOps

from catalog.importing.table import COLUMNS

CURRENCY = "EUR"  # the table names none
_FACETS = {"color": "colour", "plant type": "plant"}
_VALUES = {"gray": "grey"}
# Products that get a second view: the middle of their photo from nearer by.
_DETAIL_EVERY = 4
_DETAIL_SHARE = 0.62


# What the sample photos are made of: products whose photo shows one thing clearly.
QUERY_SUBJECTS = {
    "IC22MWDD": "An instant camera",
    "RB000844334": "A racing bike",
    "F3578640": "A running shoe",
    "SC011001": "A cactus",
    "CH00001-02": "A leather sofa",
    "WTB1418XB06": "A basketball",
    "404.038.96": "Café chairs",
    "A4TKLA45535": "A keyboard",
}


def convert(table: Path) -> Path:
    """Writes catalog.csv beside the fetched table and returns its path; pictures lie in images/."""
    target = table.with_name("catalog.csv")
    with table.open(encoding="utf-8-sig", newline="") as file:
        products = list(_products(csv.DictReader(file, skipinitialspace=True)))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number, rows in enumerate(products):
            row = _our_row(rows)
            if number % _DETAIL_EVERY == 0:
                row["images"] += ";" + _detail(table.parent / "images" / row["images"])
            writer.writerow(row)
    return target


Row = dict[str, str]


def _products(reader: csv.DictReader[str]) -> Iterator[list[Row]]:
    """The rows of each product together."""
    rows: list[Row] = []
    for raw in reader:
        row = {str(key).strip(): (value or "").strip() for key, value in raw.items() if key}
        if row["name"] and rows:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


def _our_row(rows: list[Row]) -> Row:
    first = rows[0]
    facets = _facets(rows)
    return {
        "sku": first["sku"],
        "title": first["name"],
        "description": first["description"],
        "category": " > ".join(facets.pop("category", [])),
        "tags": "; ".join(f"{facet}:{value}" for facet in facets for value in facets[facet]),
        "price": str(min(Decimal(row["price"]) for row in rows)),
        "currency": CURRENCY,
        "stock": str(sum(int(row["stockOnHand"] or 0) for row in rows)),
        "status": "active",
        "images": ";".join(first["assets"].split("|")),
    }


def _facets(rows: list[Row]) -> dict[str, list[str]]:
    """Values by facet in the order in which they come, each once."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        for pair in (*row["facets"].split("|"), *row["variantFacets"].split("|")):
            facet, _, value = pair.strip().partition(":")
            facet, value = _FACETS.get(facet, facet), _VALUES.get(value, value)
            if value and value not in found[facet]:
                found[facet].append(value)
    return dict(found)


def _detail(photo: Path) -> str:
    """Makes the second view and returns its file name."""
    target = photo.with_name(f"{photo.stem}-detail.jpg")
    with Image.open(photo) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    width, height = (round(side * _DETAIL_SHARE) for side in upright.size)
    left, top = (upright.width - width) // 2, (upright.height - height) // 2
    upright.crop((left, top, left + width, top + height)).save(target, quality=90)
    return target.name
