"""JPEG photos of the sizes that shops and phones make."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from search.embedding.drawn import draw_picture

# The longer side in pixels, and what it stands for.
SIZES = {"512": 512, "1600": 1600, "12 MP": 4000}
QUALITY = 88
GRAIN = 6.0


def photos(folder: Path | None, *, count: int) -> list[Image.Image]:
    """`count` pictures: of the folder, in the order of their names and again from the start where
    there are fewer; drawn ones with the grain of a sensor without a folder."""
    if folder is None:
        return [_drawn(number) for number in range(count)]
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in {".jpg", ".jpeg", ".png"})
    if not paths:
        raise SystemExit(f"{folder} holds no JPEG or PNG. Name another folder with --photos.")
    return [Image.open(paths[n % len(paths)]).convert("RGB") for n in range(count)]


def jpeg(picture: Image.Image, *, side: int) -> bytes:
    """The picture as JPEG whose longer side has `side` pixels."""
    scale = side / max(picture.size)
    size = (max(16, round(picture.width * scale)), max(16, round(picture.height * scale)))
    file = io.BytesIO()
    picture.resize(size, Image.Resampling.LANCZOS).save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def _drawn(number: int) -> Image.Image:
    pixels = np.asarray(draw_picture(number, width=1024, height=768), dtype=np.float32)
    noise = np.random.default_rng(number).normal(0, GRAIN, pixels.shape)
    return Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8), "RGB")
