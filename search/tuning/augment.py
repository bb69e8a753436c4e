"""What a customer's phone does to a catalogue picture, drawn at random but the same every time."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from search.tuning.scenes import (
    border_colour,
    close_in,
    move_to_another_ground,
    put_on_a_shelf,
)

Random = np.random.Generator
Point = tuple[float, float]

# Long side of an augmented picture. Above the largest view's 320 by the tightest crop, and a
# tenth of the work of a full-size photo.
SIDE = 448
_SMALLEST_CROP = 0.6
_MAX_TURN = 14.0
_MAX_LEAN = 0.09


def augment(image: Image.Image, *, count: int, seed: int) -> list[Image.Image]:
    """`count` RGB pictures of the same thing, as other cameras would have taken them.

    Equal picture, count and seed give equal pixels; picture i does not depend on `count`.
    """
    small = _shrunk(image.convert("RGB"))
    return [_augmented(small, np.random.default_rng((seed, index))) for index in range(count)]


def _augmented(image: Image.Image, random: Random) -> Image.Image:
    for chance, step in _STEPS:
        if random.random() < chance:
            image = _shrunk(step(image, random))
    return image


def _shrunk(image: Image.Image) -> Image.Image:
    scale = SIDE / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _crop(image: Image.Image, random: Random) -> Image.Image:
    """A part of 60 to 100 % of each side, nearly of the same shape."""
    share = random.uniform(_SMALLEST_CROP, 1.0)
    wide = int(max(8, image.width * min(1.0, share * random.uniform(0.9, 1.1))))
    high = int(max(8, image.height * min(1.0, share * random.uniform(0.9, 1.1))))
    left = int(random.uniform(0, max(0, image.width - wide)))
    top = int(random.uniform(0, max(0, image.height - high)))
    return image.crop((left, top, left + wide, top + high))


def _surround(image: Image.Image, random: Random) -> Image.Image:
    """The picture further away, on a table or a wall of some colour."""
    factor = random.uniform(1.1, 1.6)
    size = (int(image.width * factor), int(image.height * factor))
    wall = _wall(size, image, random)
    left = int(random.uniform(0, size[0] - image.width))
    top = int(random.uniform(0, size[1] - image.height))
    wall.paste(image, (left, top))
    return wall


def _wall(size: tuple[int, int], image: Image.Image, random: Random) -> Image.Image:
    """Half of the time the picture's own border colour, else any, with coarse light and shade."""
    colour = np.array(border_colour(image) if random.random() < 0.5 else random.uniform(30, 240, 3))
    shade = random.normal(0, random.uniform(0, 25), (4, 4, 1))
    pixels = np.clip(colour + shade, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels, "RGB").resize(size, Image.Resampling.BICUBIC)


def _flip(image: Image.Image, _random: Random) -> Image.Image:
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _turn(image: Image.Image, random: Random) -> Image.Image:
    fill = tuple(int(value) for value in border_colour(image))
    return image.rotate(
        random.uniform(-_MAX_TURN, _MAX_TURN), Image.Resampling.BILINEAR, fillcolor=fill
    )


def _lean(image: Image.Image, random: Random) -> Image.Image:
    """Seen from a little aside: every corner moves by up to 9 % of its side."""
    width, height = image.size
    corners: list[Point] = [(0, 0), (width, 0), (width, height), (0, height)]
    moves = random.uniform(-_MAX_LEAN, _MAX_LEAN, (4, 2)) * (width, height)
    moved = [(x + dx, y + dy) for (x, y), (dx, dy) in zip(corners, moves.tolist(), strict=True)]
    fill = tuple(int(value) for value in border_colour(image))
    return image.transform(
        image.size,
        Image.Transform.PERSPECTIVE,
        _perspective(corners, moved),
        Image.Resampling.BILINEAR,
        fillcolor=fill,
    )


def _perspective(target: list[Point], source: list[Point]) -> list[float]:
    """The eight coefficients with which Pillow fetches `target` points from `source` points."""
    rows, wanted = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    solved: list[float] = np.linalg.solve(np.array(rows), np.array(wanted)).tolist()
    return solved


def _light(image: Image.Image, random: Random) -> Image.Image:
    """Exposure, gamma and the colour of the lamp, through one table per channel."""
    levels = np.linspace(0, 1, 256)
    cast = np.exp(random.normal(0, 0.09, 3))
    gain, gamma = np.exp(random.normal(0, 0.16)), np.exp(random.normal(0, 0.22))
    tables = [np.clip(levels**gamma * gain * lamp, 0, 1) * 255 for lamp in cast]
    return image.point(np.concatenate(tables).round().astype(int).tolist())


def _contrast(image: Image.Image, random: Random) -> Image.Image:
    image = ImageEnhance.Contrast(image).enhance(random.uniform(0.65, 1.35))
    return ImageEnhance.Color(image).enhance(random.uniform(0.5, 1.5))


def _hide(image: Image.Image, random: Random) -> Image.Image:
    """A hand, a price tag or a shelf edge over 2 to 12 % of the picture."""
    share = random.uniform(0.02, 0.12)
    stretch = np.exp(random.normal(0, 0.5))
    wide = int(min(0.6, np.sqrt(share) * stretch) * image.width)
    high = int(min(0.6, np.sqrt(share) / stretch) * image.height)
    left = int(random.uniform(-wide / 2, image.width - wide / 2))
    top = int(random.uniform(-high / 2, image.height - high / 2))
    colour = tuple(int(value) for value in random.uniform(20, 245, 3))
    covered = image.copy()
    draw = ImageDraw.Draw(covered)
    shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
    shape((left, top, left + wide, top + high), fill=colour)
    return covered


def _blur(image: Image.Image, random: Random) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(random.uniform(0.4, 2.0)))


def _noise(image: Image.Image, random: Random) -> Image.Image:
    pixels = np.asarray(image, dtype=np.float32)
    grain = random.normal(0, random.uniform(2, 9), pixels.shape).astype(np.float32)
    return Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8), "RGB")


def _recompress(image: Image.Image, random: Random) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=int(random.integers(35, 90)))
    with Image.open(buffer) as again:
        return again.convert("RGB")


# In the order of the real thing: the scene, the viewpoint, the light, the camera, the file.
_STEPS: tuple[tuple[float, Callable[[Image.Image, Random], Image.Image]], ...] = (
    (0.3, close_in),
    (0.4, put_on_a_shelf),
    (0.5, move_to_another_ground),
    (0.5, _flip),
    (0.45, _surround),
    (0.5, _turn),
    (0.5, _lean),
    (0.75, _crop),
    (0.2, _hide),
    (0.85, _light),
    (0.5, _contrast),
    (0.3, _blur),
    (0.2, _noise),
    (0.4, _recompress),
)
