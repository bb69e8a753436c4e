"""From untrusted bytes to a picture, or to one of six reasons why not."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings
from PIL import Image

from catalog.errors import ImageRejected
from catalog.images import rejections
from catalog.images.colour import to_srgb, upright
from catalog.images.jpeg import check_scans
from catalog.images.limits import check_size
from catalog.images.sniff import sniff


class Readable(Protocol):
    """An open binary file, or Django's uploaded file."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded upload.

    `image` is RGB, upright, in sRGB and carries no metadata; `format` is what the file was;
    `content` are the bytes that were given and `checksum` is their SHA-256 (hex).
    """

    image: Image.Image
    format: str
    checksum: str
    content: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """The length of what was given, in bytes."""
        return len(self.content)


def decode(data: bytes | Readable, *, max_bytes: int | None = None) -> Picture:
    """The picture in `data` (bytes, or a file read from where it stands).

    Raises ImageRejected, and nothing else, for whatever the bytes may be: `empty`, `too_large`
    (more than `max_bytes`, by default the setting MAX_PHOTO_BYTES), `unsupported_type`, `corrupt`,
    `too_many_pixels` or `too_small`.
    """
    content = _read(data, settings.MAX_PHOTO_BYTES if max_bytes is None else max_bytes)
    kind = sniff(content)
    if kind == "JPEG":
        check_scans(content)
    image = read_pixels(content, kind)
    return Picture(image, kind, hashlib.sha256(content).hexdigest(), content)


def read_pixels(content: bytes, kind: str) -> Image.Image:
    """The pixels of a file of the given format: upright, sRGB, on white.

    All of the parsing of hostile bytes by C libraries happens below this line, and takes and gives
    plain values.
    """
    try:
        return _read_pixels(content, kind)
    except ImageRejected:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise rejections.too_many_pixels() from error
    except Exception as error:
        raise _rejection_of(error) from error


def _read_pixels(content: bytes, kind: str) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=[kind]) as image:
        check_size(*image.size)
        # Only the first frame of an animation is read. `draft()` would halve the decode of a large
        # JPEG and shift pixels a little; both sides of a comparison go without it.
        image.load()
        return to_srgb(upright(image))


def _rejection_of(error: Exception) -> ImageRejected:
    """Pillow says in words alone that a file stops short."""
    return rejections.cut_short() if "truncated" in str(error) else rejections.damaged()


def _read(data: bytes | Readable, limit: int) -> bytes:
    content = data if isinstance(data, bytes) else data.read(limit + 1)
    if not content:
        raise rejections.empty()
    if len(content) > limit:
        raise rejections.too_large(limit)
    return content
