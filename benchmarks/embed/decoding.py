"""Decode and resize: what the shop does, beside other ways to the same tensor."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.embed.engines import Forward, distances
from benchmarks.embed.interleaved import interleaved
from benchmarks.embed.pictures import SIZES, jpeg
from catalog.images import decode
from search.embedding import Card
from search.embedding.batching import Batch
from search.embedding.preprocess import to_tensor
from search.embedding.protocol import Preprocessing

Read = Callable[[bytes], Image.Image]
Row = dict[str, Any]

FULL = "Pillow, whole, bicubic"
OURS = "the decode contract, as configured"


def decode_rows(
    card: Card, forward: Forward, pictures: Sequence[Image.Image], *, rounds: int
) -> list[Row]:
    """A row for each way: ms per picture at each size, and how far the vectors of the squash view
    lie from those of the whole decode (cosine distance, mean and largest, over all sizes)."""
    recipe = card.preprocessing
    ways = _ways(recipe)
    rows: dict[str, Row] = {name: {"decode": name} for name in ways}
    found: dict[str, list[Batch]] = {name: [] for name in ways}
    for size, side in SIZES.items():
        files = [jpeg(picture, side=side) for picture in pictures]
        works = {name: _bound(way, files) for name, way in ways.items()}
        for name, ms in interleaved(works, rounds=rounds, per=len(files), warm=1).items():
            rows[name][f"ms_{size}"] = ms
        for name, way in ways.items():
            found[name].append(forward(np.stack([way(file) for file in files])))
    expected = np.concatenate(found[FULL])
    for name, features in found.items():
        rows[name] |= distances(expected, np.concatenate(features))
    return list(rows.values())


def _ways(recipe: Preprocessing) -> dict[str, Callable[[bytes], Batch]]:
    pillow = replace(recipe, interpolation="bicubic")
    return {
        FULL: lambda file: to_tensor(_opened(file), pillow),
        "whole, the shop's resampler": lambda file: to_tensor(_opened(file), recipe),
        OURS: lambda file: to_tensor(
            decode(file, max_bytes=len(file), at_least=recipe.decode_side).image, recipe
        ),
        "draft to 448, bicubic": lambda file: to_tensor(_opened(file, draft=448), pillow),
        "draft to 224, bicubic": lambda file: to_tensor(_opened(file, draft=224), pillow),
        "whole, bilinear": lambda file: to_tensor(_opened(file), _bilinear(recipe)),
    }


def _opened(file: bytes, *, draft: int = 0) -> Image.Image:
    image = Image.open(io.BytesIO(file))
    if draft:
        image.draft("RGB", (draft, draft))
    image.load()
    return image


def _bilinear(recipe: Preprocessing) -> Preprocessing:
    return replace(recipe, interpolation="bilinear")


def _bound(way: Callable[[bytes], Batch], files: Sequence[bytes]) -> Callable[[], object]:
    return lambda: [way(file) for file in files]
