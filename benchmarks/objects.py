"""Whether the suggested boxes lie around the things in a photo, and what a search by them is worth.

    python -m benchmarks.objects --set DIR [--set DIR] --grounds DIR [--grounds DIR] [--photos 120]

Things are cut out of a set's query pictures (a folder with manifest.csv, as for `manage.py
evaluate`) where these stand on one colour, and pasted at random places of pictures from the
folders of grounds, which show other things already: one to three a photo. Then photos with one
thing that fills 10 to 30 per cent are searched by, whole and by crop, among the set's gallery.
Writes benchmarks/out/objects.json.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.embed.interleaved import interleaved
from catalog.images import crop
from search.embedding import Embedded, Embedder, make_embedder
from search.embedding.batching import Batch
from search.embedding.exported import exported_model
from search.embedding.objects import Box, boxes_of
from search.embedding.onnx_session import look_with, open_session
from search.embedding.probes import probes

OUT = Path(__file__).parent / "out" / "objects.json"
WHOLE, MIDDLE = (0.0, 0.0, 1.0, 1.0), (0.2, 0.2, 0.6, 0.6)
SIDE = 480
# A thing on one colour: so much of the border lies this near to it, and it fills so much.
UNIFORM, NEAR, FILLS = 0.9, 20, (0.08, 0.9)
_MARK = (255, 0, 254)


@dataclass(frozen=True, slots=True)
class Thing:
    """A cut-out with transparent ground; `product` as in its set's manifest."""

    set: Path
    product: str
    picture: Image.Image


@dataclass(frozen=True, slots=True)
class Photo:
    """A ground with things on it, and where these are."""

    picture: Image.Image
    things: list[Thing]
    boxes: list[Box]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", type=Path, action="append", required=True)
    parser.add_argument("--grounds", type=Path, action="append", required=True)
    parser.add_argument("--card", default="efficientnet-lite0/balanced@1")
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--photos", type=int, default=120)
    asked = parser.parse_args()
    random = np.random.default_rng(7)
    things = [thing for folder in asked.set for thing in _things(folder)]
    grounds = sorted(path for folder in asked.grounds for path in folder.iterdir())
    embedder = make_embedder(asked.card, data_dir=asked.data_dir)
    mixed = [_photo(random, things, grounds, 1 + n % 3, (0.06, 0.2)) for n in range(asked.photos)]
    alone = [_photo(random, things, grounds, 1, (0.1, 0.3)) for _ in range(asked.photos)]
    found = {
        "things": len(things),
        "boxes": _box_rows(mixed, embedder),
        "search": [row for folder in asked.set for row in _search_rows(folder, alone, embedder)],
        "cost": _cost(embedder, asked.data_dir),
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=2) + "\n")
    print(OUT.read_text())


def _rows(folder: Path, split: str) -> Iterable[dict[str, str]]:
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["split"] == split]


def _things(folder: Path) -> Iterable[Thing]:
    for row in _rows(folder, "query"):
        picture = _cut_out(_open(folder / row["file"]))
        if picture is not None:
            yield Thing(folder, row["product_id"], picture)


def _open(path: Path) -> Image.Image:
    picture = Image.open(path).convert("RGB")
    picture.thumbnail((SIDE, SIDE))
    return picture


def _cut_out(picture: Image.Image) -> Image.Image | None:
    """The picture without the ground at its border, or None where that isn't plain."""
    pixels = np.asarray(picture).astype(int)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colour = np.median(border, axis=0)
    framed = Image.new("RGB", (picture.width + 2, picture.height + 2), tuple(map(int, colour)))
    framed.paste(picture, (1, 1))
    ImageDraw.floodfill(framed, (0, 0), _MARK, thresh=2 * NEAR)
    ground = (np.asarray(framed)[1:-1, 1:-1] == _MARK).all(axis=2)
    mask = Image.fromarray(~ground).convert("L").filter(ImageFilter.MedianFilter(5))
    uniform = (np.abs(border - colour).max(axis=1) < NEAR).mean()
    fills = (np.asarray(mask) > 127).mean()
    if uniform < UNIFORM or not FILLS[0] < fills < FILLS[1]:
        return None
    cut = picture.convert("RGBA")
    cut.putalpha(mask)
    return cut.crop(mask.getbbox())


def _photo(
    random: np.random.Generator,
    things: Sequence[Thing],
    grounds: Sequence[Path],
    count: int,
    share: tuple[float, float],
) -> Photo:
    """`count` things on a ground, none on another, each in a box of that share of the picture."""
    picture = _open(grounds[random.integers(len(grounds))])
    photo = Photo(picture, [], [])
    while len(photo.boxes) < count:
        thing = things[random.integers(len(things))]
        pasted, box = _placed(random, thing.picture, picture.size, random.uniform(*share))
        if box is None or any(_iou(box, other) > 0 for other in photo.boxes):
            continue
        place = (round(box[0] * picture.width), round(box[1] * picture.height))
        picture.paste(pasted, place, pasted)
        photo.things.append(thing)
        photo.boxes.append(box)
    return photo


def _placed(
    random: np.random.Generator, thing: Image.Image, size: tuple[int, int], share: float
) -> tuple[Image.Image, Box | None]:
    width, height = size
    scale = (share * width * height / (thing.width * thing.height)) ** 0.5
    across, down = int(thing.width * scale), int(thing.height * scale)
    if across >= width or down >= height:
        return thing, None
    x, y = int(random.integers(width - across)), int(random.integers(height - down))
    box = (x / width, y / height, across / width, down / height)
    return thing.resize((across, down), Image.Resampling.LANCZOS), box


def _box_rows(photos: Sequence[Photo], embedder: Embedder) -> list[dict[str, Any]]:
    suggested = [each.boxes for each in _embedded(embedder, [each.picture for each in photos])]
    ways = {
        "suggested": suggested,
        "first suggested": [boxes[:1] for boxes in suggested],
        "middle 60 %": [(MIDDLE,)] * len(photos),
        "whole": [(WHOLE,)] * len(photos),
    }
    return [{"way": way, **_agreement(photos, boxes)} for way, boxes in ways.items()]


def _agreement(photos: Sequence[Photo], boxes: Sequence[Sequence[Box]]) -> dict[str, float]:
    pairs = list(zip(photos, boxes, strict=True))
    best = [max((_iou(a, b) for a in some for b in each.boxes), default=0) for each, some in pairs]
    of_things = [
        max((_iou(a, b) for a in some), default=0) for each, some in pairs for b in each.boxes
    ]
    return {
        "boxes": float(np.mean([len(some) for some in boxes])),
        "photos_with_a_right_box": float(np.mean(np.array(best) >= 0.5)),
        "mean_best_iou": float(np.mean(best)),
        "things_found": float(np.mean(np.array(of_things) >= 0.5)),
    }


def _search_rows(folder: Path, photos: Sequence[Photo], embedder: Embedder) -> list[dict[str, Any]]:
    """R@1 by product; of photos whose product is in the set's gallery."""
    rows = list(_rows(folder, "gallery"))
    products = np.array([row["product_id"] for row in rows])
    asked = [each for each in photos if each.things[0].set == folder]
    known = [each for each in asked if each.things[0].product in products]
    if not known:
        return []
    gallery = _vectors(embedder, [_open(folder / row["file"]) for row in rows])
    suggested = [each.boxes for each in _embedded(embedder, [each.picture for each in known])]
    own = [each.boxes[0] for each in known]
    pairs = [([*boxes, WHOLE], box) for boxes, box in zip(suggested, own, strict=True)]
    ways = {
        "whole photo": [WHOLE] * len(known),
        "middle 60 %": [MIDDLE] * len(known),
        "first suggestion": [boxes[0] for boxes, _ in pairs],
        "the best suggestion": [max(boxes, key=partial(_iou, box)) for boxes, box in pairs],
        "the thing's own box": own,
    }
    right = np.array([each.things[0].product for each in known])
    found = []
    for way, boxes in ways.items():
        crops = [crop(each.picture, box) for each, box in zip(known, boxes, strict=True)]
        nearest = products[(_vectors(embedder, crops) @ gallery.T).argmax(axis=1)]
        row = {"set": folder.name, "photos": len(known), "by": way}
        found.append({**row, "recall_at_1": float(np.mean(nearest == right))})
    return found


def _embedded(embedder: Embedder, pictures: Sequence[Image.Image]) -> list[Embedded]:
    outcomes = embedder.embed(pictures)
    return [each for each in outcomes if isinstance(each, Embedded)]


def _vectors(embedder: Embedder, pictures: Sequence[Image.Image]) -> Batch:
    return np.stack([each.vector for each in _embedded(embedder, pictures)])


def _iou(one: Box, other: Box) -> float:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(across, 0.0) * max(down, 0.0)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def _cost(embedder: Embedder, data_dir: Path) -> dict[str, float]:
    """CPU ms of one forward pass with the map and without it, and of finding the boxes."""
    network = exported_model(embedder.card, data_dir).network
    with_map, batch = open_session(network, threads=1), probes(embedder.card)[:1]
    with tempfile.TemporaryDirectory() as folder:
        bare = onnx.load(network)
        del bare.graph.output[1:]
        onnx.save(bare, Path(folder) / "bare.onnx")
        without = open_session(Path(folder) / "bare.onnx", threads=1)
    attention = look_with(with_map, batch).attention
    if attention is None:
        raise SystemExit(f"{network} was exported without a map: delete its folder and try again.")
    ways: dict[str, Callable[[], object]] = {
        "forward, features alone": lambda: look_with(without, batch),
        "forward with the map": lambda: look_with(with_map, batch),
        "boxes": lambda: boxes_of(attention[0]),
    }
    return interleaved(ways, rounds=60, per=1)


if __name__ == "__main__":
    main()
