"""The decode contract: the one way by which an uploaded byte becomes a picture.

Catalogue images and customers' photos take the same path, so that their vectors agree.
"""

from __future__ import annotations

from catalog.images.crop import Box, crop
from catalog.images.decode import Picture, Readable, decode
from catalog.images.light import check_light
from catalog.images.phash import FLAT, phash
from catalog.images.variants import FULL_NAME, THUMBNAIL_SIZES, variant_names, variants

__all__ = [
    "FLAT",
    "FULL_NAME",
    "THUMBNAIL_SIZES",
    "Box",
    "Picture",
    "Readable",
    "check_light",
    "crop",
    "decode",
    "phash",
    "variant_names",
    "variants",
]
