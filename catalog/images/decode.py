"""From untrusted bytes to a picture, or to one of the reasons why not."""

from __future__ import annotations

import hashlib
import io
import math
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from catalog.errors import ImageRejected
from catalog.images import rejections
from catalog.images.colour import is_turned, to_srgb, upright
from catalog.images.crop import Box, check_box
from catalog.images.jpeg import check_scans
from catalog.images.limits import MAX_SIDE, check_size
from catalog.images.sniff import sniff

# Width and height, in pixels.
Sides = tuple[int, int]


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


def decode(
    data: bytes | Readable,
    *,
    max_bytes: int | None = None,
    at_least: int | None = None,
    crop: Box | None = None,
) -> Picture:
    """The picture in `data` (bytes, or a file read from where it stands).

    `at_least` says that no more than so many pixels a side are needed, of the part inside `crop`
    where only that will be looked at (it is not cut out): a JPEG may then come out at a half, a
    quarter or an eighth of its size. Never give it for a picture that will be stored.

    Raises ImageRejected, and nothing else, for whatever the bytes may be: `empty`, `too_large`
    (more than `max_bytes`, by default the setting MAX_PHOTO_BYTES), `unsupported_type`, `corrupt`,
    `too_many_pixels` or `too_small`; with field `crop` where the box is none.
    """
    if crop is not None:
        check_box(crop)
    content = _read(data, settings.MAX_PHOTO_BYTES if max_bytes is None else max_bytes)
    kind = sniff(content)
    if kind == "JPEG":
        check_scans(content)
    image = read_pixels(content, kind, _sides_needed(at_least, crop))
    return Picture(image, kind, hashlib.sha256(content).hexdigest(), content)


def _sides_needed(at_least: int | None, crop: Box | None) -> Sides | None:
    """How wide and high the whole upright picture must stay for its part inside `crop` to keep
    `at_least` pixels a side; None where nothing may be lost."""
    if at_least is None:
        return None
    _, _, width, height = crop or (0.0, 0.0, 1.0, 1.0)
    return _side_needed(at_least, width), _side_needed(at_least, height)


def _side_needed(at_least: int, share: float) -> int:
    """No side is longer than MAX_SIDE, so a share below that, down to 0, asks for the whole."""
    return math.ceil(at_least / share) if share * MAX_SIDE > at_least else MAX_SIDE


def read_pixels(content: bytes, kind: str, needed: Sides | None = None) -> Image.Image:
    """The pixels of a file of the given format: upright, sRGB, on white; a JPEG perhaps smaller,
    but no smaller than `needed` (width and height when upright).

    All of the parsing of hostile bytes by C libraries happens below this line, and takes and gives
    plain values.
    """
    try:
        return _read_pixels(content, kind, needed)
    except ImageRejected:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise rejections.too_many_pixels() from error
    except Exception as error:
        raise _rejection_of(error) from error


def _read_pixels(content: bytes, kind: str, needed: Sides | None) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=[kind]) as image:
        check_size(*image.size)
        if needed and isinstance(image, JpegImageFile):
            # Half of the time at 12 megapixels, and less to resize afterwards. It moves pixels a
            # little, so both sides of a comparison ask for the same, and what is stored never does.
            image.draft(None, needed[::-1] if is_turned(image) else needed)
        # Only the first frame of an animation is read.
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
