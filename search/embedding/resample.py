"""Antialiased bicubic resampling of a picture's part to a square, as small matrix products.

The kernel and its reach are Pillow's bicubic, widened by the scale when it shrinks, without its
rounding to grey levels. Pillow's loops take 2.3 ms for one 224-pixel view of 512 x 384 pixels, 4.5
of 800 x 600 and 6.9 of 1024 x 768; these products take half of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]
Doubles = npt.NDArray[np.float64]

# The kernel is zero from here on, in pixels of the smaller of both sides of the resampling.
_REACH = 2
# Output places that share one product. Fewer mean more calls, more mean more products with zero:
# 8 and 32 take 1.6 and 1.2 times as long for two views of 800 x 600.
_TILE = 16
_TILES_PER_STRIP = 4


@dataclass(frozen=True, slots=True)
class Taps:
    """One axis of a resampling: tile `t` of the output is `weights[t]`, shape (tile, span), times
    the `span` inputs that begin at `starts[t]`."""

    starts: tuple[int, ...]
    weights: Floats

    @property
    def span(self) -> int:
        return int(self.weights.shape[2])

    @property
    def reach(self) -> tuple[int, int]:
        """The first input that is needed, and the one behind the last."""
        return min(self.starts), max(self.starts) + self.span


def resample(pixels: Pixels, box: Box, side: int) -> Floats:
    """The part of an RGB picture, shape (height, width, 3), inside `box` (left, top, right, bottom
    in pixels) as float32 of shape (3, side, side) on the scale 0..255.

    Goes strip by strip, so that what lies between the passes stays in the cache and is never
    handed back to the system: as one array, its page faults doubled the time at 1024 x 768.
    """
    height, width, _ = pixels.shape
    left, top, right, bottom = box
    across = taps(width, left, right, side)
    down = taps(height, top, bottom, side)
    first, end = across.reach
    rows = pixels.reshape(height, -1)[:, 3 * first : 3 * end]
    resampled = np.empty((3, side, side), dtype=np.float32)
    for tile in range(0, len(down.starts), _TILES_PER_STRIP):
        top_row = tile * _TILE
        strip = _across(_down(rows, down, tile), across)
        rows_left = side - top_row
        resampled[:, top_row : top_row + strip.shape[1]] = strip[:, :rows_left, :side]
    return resampled


def _down(rows: Pixels, down: Taps, tile: int) -> Floats:
    """One strip of output rows as planes, shape (3, rows, columns); it begins at that tile."""
    starts = down.starts[tile : tile + _TILES_PER_STRIP]
    strip = np.empty((len(starts), _TILE, rows.shape[1]), dtype=np.float32)
    for target, weights, start in zip(strip, down.weights[tile:], starts, strict=False):
        np.matmul(weights, rows[start : start + down.span].astype(np.float32), out=target)
    # A cubic overshoots at edges. Clipped after each pass, as Pillow does.
    np.clip(strip, 0.0, 255.0, out=strip)
    return np.ascontiguousarray(strip.reshape(len(starts) * _TILE, -1, 3).transpose(2, 0, 1))


def _across(planes: Floats, across: Taps) -> Floats:
    """The strip with its columns resampled, shape (3, rows, tiles * tile)."""
    first = across.reach[0]
    lines = planes.reshape(-1, planes.shape[2])
    strip = np.empty((len(lines), len(across.starts) * _TILE), dtype=np.float32)
    for tile, start in enumerate(across.starts):
        source = lines[:, start - first : start - first + across.span]
        np.matmul(source, across.weights[tile].T, out=strip[:, tile * _TILE : (tile + 1) * _TILE])
    np.clip(strip, 0.0, 255.0, out=strip)
    return strip.reshape(3, -1, strip.shape[1])


# .2 ms to make. A shop's photos come in a few sizes, each with two axes and up to three views. Taps
# of an axis of 2,048 pixels take 160 kB; longer ones, up to 1.6 MB, are seldom met again, but a
# stranger could fill the memory with them.
_LONGEST_KEPT = 2_048


def taps(length: int, start: float, stop: float, size: int) -> Taps:
    """How `size` outputs are made of the inputs from `start` to `stop` of an axis of `length`."""
    make = _kept_taps if length <= _LONGEST_KEPT else _made_taps
    return make(length, start, stop, size)


@lru_cache(maxsize=64)
def _kept_taps(length: int, start: float, stop: float, size: int) -> Taps:
    return _made_taps(length, start, stop, size)


def _made_taps(length: int, start: float, stop: float, size: int) -> Taps:
    scale = (stop - start) / size
    widened = max(scale, 1.0)
    centres = start + (np.arange(size) + 0.5) * scale
    first = np.maximum(np.floor(centres - _REACH * widened + 0.5).astype(int), 0)
    end = np.minimum(np.floor(centres + _REACH * widened + 0.5).astype(int), length)
    places = first[:, None] + np.arange((end - first).max())
    used = places < end[:, None]
    weights = np.where(used, _cubic((places + 0.5 - centres[:, None]) / widened), 0.0)
    return _tiled(places, weights / weights.sum(axis=1, keepdims=True), used, length)


def _tiled(
    places: npt.NDArray[np.int_], weights: Doubles, used: npt.NDArray[np.bool_], length: int
) -> Taps:
    size = len(places)
    tile_of = np.arange(size) // _TILE
    ends = (places + 1).max(axis=1, where=used, initial=0)
    span = max(int(ends[tile_of == t].max() - places[t * _TILE, 0]) for t in range(tile_of[-1] + 1))
    starts = np.minimum(places[::_TILE, 0], length - span)
    packed = np.zeros((len(starts) * _TILE, span), dtype=np.float32)
    output, tap = np.nonzero(used)
    packed[output, places[output, tap] - starts[tile_of[output]]] = weights[output, tap]
    return Taps(tuple(starts.tolist()), packed.reshape(len(starts), _TILE, span))


def _cubic(x: Doubles) -> Doubles:
    """Keys' cubic with a = -.5, which is Pillow's and Catmull-Rom's."""
    x = np.abs(x)
    inner = (1.5 * x - 2.5) * x * x + 1.0
    outer = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return np.where(x < 1.0, inner, np.where(x < 2.0, outer, 0.0))
