"""sRGB pixels in CIE L*a*b*, the space in which equal steps look about equally large."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Lab = npt.NDArray[np.float32]

# Linear sRGB to XYZ, IEC 61966-2-1:1999, D65; the rows sum to the white point.
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ],
    dtype=np.float64,
)
_TO_RELATIVE_XYZ = (_TO_XYZ / _TO_XYZ.sum(axis=1, keepdims=True)).T.astype(np.float32)

# f(t) of CIE 15:2004: a cube root above (6/29)^3, its tangent below. fx, fy, fz to L*, a*, b*.
_KNEE = np.float32((6 / 29) ** 3)
_SLOPE = np.float32((29 / 6) ** 2 / 3)
_TO_LAB = np.array([[0, 500, 0], [116, -500, 200], [0, 0, -200]], dtype=np.float32)
_LAB_OFFSET = np.array([-16, 0, 0], dtype=np.float32)


def _linear(levels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """sRGB's transfer function undone, IEC 61966-2-1:1999; 0..1 to 0..1."""
    return np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)


_LINEAR = _linear(np.arange(256) / 255).astype(np.float32)


def to_lab(pixels: Pixels) -> Lab:
    """RGB pixels of shape (..., 3) as float32 L* 0..100, a* and b* about -110..110, same shape."""
    xyz = _LINEAR[pixels] @ _TO_RELATIVE_XYZ
    bent = np.where(xyz > _KNEE, np.cbrt(xyz), xyz * _SLOPE + np.float32(4 / 29))
    lab: Lab = bent @ _TO_LAB + _LAB_OFFSET
    return lab
