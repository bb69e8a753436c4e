"""How many pixels a picture may have, asked of its header, before they take memory."""

from __future__ import annotations

from catalog.images import rejections

MAX_PIXELS = 50_000_000
MIN_SIDE = 16
MAX_SIDE = 20_000
MAX_ASPECT = 20


def check_size(width: int, height: int) -> None:
    """Raises ImageRejected with `too_small` or `too_many_pixels` unless both sides are 16 to
    20,000 pixels, their product is at most 50 megapixels and the longer at most 20 times the
    shorter."""
    if min(width, height) < MIN_SIDE:
        raise rejections.too_small(width, height, MIN_SIDE)
    if max(width, height) > MAX_SIDE:
        raise rejections.too_long_a_side(width, height, MAX_SIDE)
    if width * height > MAX_PIXELS:
        raise rejections.too_many_megapixels(width, height, MAX_PIXELS // 1_000_000)
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise rejections.too_narrow(width, height)
