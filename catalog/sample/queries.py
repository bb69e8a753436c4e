"""Photos to try the search with: catalogue pictures as a customer might have taken them.

Each is an honest edit of one catalogue picture: another crop, angle, light or background around
the same picture, so that the right answer is known.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from catalog.models import Product

LONGER_SIDE = 1000
_INDEX = "index.json"
Edit = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True, slots=True)
class SampleQuery:
    """A photo to search with. `name` is its address, `title` what it shows, `sku` the answer."""

    name: str
    title: str
    file: Path
    sku: str


def query_photos() -> list[SampleQuery]:
    """The photos that are there; none before the sample catalogue was loaded."""
    folder = _folder()
    try:
        entries = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    queries = [SampleQuery(**{**entry, "file": folder / entry["file"]}) for entry in entries]
    return [query for query in queries if query.file.is_file()]


def make_query_photos(subjects: Mapping[str, str]) -> list[SampleQuery]:
    """Writes a photo of each product, by SKU, that is there and has an image, and their index;
    `subjects` says what the photo shows. One photo for each kind of edit, eight at most."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    queries = []
    for (sku, subject), (how, edit) in zip(subjects.items(), _EDITS.items(), strict=False):
        product = Product.objects.filter(sku=sku).first()
        image = product.main_image if product else None
        if product and image:
            file = folder / f"{product.slug[:60]}.jpg"
            with image.file.open("rb") as stored, Image.open(stored) as picture:
                _edited(picture.convert("RGB"), edit).save(file, quality=88)
            queries.append(SampleQuery(file.stem, f"{subject}, {how}", file, sku))
    entries = [{**asdict(query), "file": query.file.name} for query in queries]
    (folder / _INDEX).write_text(json.dumps(entries, indent=2), encoding="utf-8")
    return queries


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "sample" / "queries"


def _edited(picture: Image.Image, edit: Edit) -> Image.Image:
    picture.thumbnail((LONGER_SIDE * 5 // 4, LONGER_SIDE * 5 // 4), Image.Resampling.LANCZOS)
    edited = edit(picture)
    edited.thumbnail((LONGER_SIDE, LONGER_SIDE), Image.Resampling.LANCZOS)
    return edited


def _background(picture: Image.Image) -> tuple[int, int, int]:
    """The mean colour along the picture's edges: what a turned frame is filled with."""
    frame = ImageOps.exif_transpose(picture).resize((32, 32), Image.Resampling.BOX)
    edge = [frame.getpixel((at, row)) for at in range(32) for row in (0, 31)]
    reds, greens, blues = zip(*edge, strict=True)
    return tuple(round(sum(each) / len(each)) for each in (reds, greens, blues))


def _at_an_angle(picture: Image.Image) -> Image.Image:
    return picture.rotate(9, Image.Resampling.BICUBIC, expand=True, fillcolor=_background(picture))


def _closer(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    return picture.crop((width // 8, height // 9, width * 15 // 16, height * 15 // 16))


def _in_dim_light(picture: Image.Image) -> Image.Image:
    darker = ImageEnhance.Brightness(picture).enhance(0.62)
    return ImageEnhance.Color(darker).enhance(0.85)


def _by_lamplight(picture: Image.Image) -> Image.Image:
    red, green, blue = picture.split()
    warm = (red.point(lambda v: min(255, v * 1.1)), green, blue.point(lambda v: v * 0.78))
    return Image.merge("RGB", warm)


def _on_a_table(picture: Image.Image) -> Image.Image:
    """The picture as a print on wood: a quarter of the photo is something else."""
    width, height = picture.size
    table = Image.new("RGB", (width * 7 // 6, height * 7 // 6), (141, 110, 82))
    table.paste(picture, (width // 12, height // 10))
    return table


def _mirrored(picture: Image.Image) -> Image.Image:
    return ImageOps.mirror(picture)


def _out_of_focus(picture: Image.Image) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(max(picture.size) / 400))


def _in_bright_sun(picture: Image.Image) -> Image.Image:
    return ImageEnhance.Contrast(ImageEnhance.Brightness(picture).enhance(1.12)).enhance(1.1)


_EDITS: dict[str, Edit] = {
    "photographed at an angle": _at_an_angle,
    "from nearer by": _closer,
    "in dim light": _in_dim_light,
    "by lamplight": _by_lamplight,
    "as a print on a table": _on_a_table,
    "in a mirror": _mirrored,
    "a little out of focus": _out_of_focus,
    "in bright sun": _in_bright_sun,
}
