"""CSV files and zips for import tests."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.factories import draw_photo, jpeg_bytes

HEADER = "sku,title,description,category,tags,price,currency,stock,status,images"


def write_table(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "catalog.csv"
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return path


def write_photos(folder: Path, *names: str) -> Path:
    """A folder of photos; equal names give equal bytes."""
    images = folder / "images"
    for name in names:
        path = images / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(photo(name))
    return images


def photo(name: str) -> bytes:
    return jpeg_bytes(draw_photo(sum(name.encode())))


def write_zip(folder: Path, *names: str) -> Path:
    path = folder / "images.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, photo(name))
    return path
