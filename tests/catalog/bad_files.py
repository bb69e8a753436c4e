"""Files that no shop should choke on, made in memory."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

from tests.factories import draw_photo, encoded, jpeg_bytes

PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, content: bytes, *, crc: int | None = None) -> bytes:
    """A PNG chunk; a `crc` of your own makes it a damaged one."""
    sum_ = zlib.crc32(kind + content) if crc is None else crc
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", sum_)


def png_header(width: int, height: int, *, depth: int = 8, colour: int = 2) -> bytes:
    return struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)


def empty_png(width: int, height: int, *, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG that says how large it is and brings ten kilobytes of pixels."""
    header = chunk(b"IHDR", png_header(width, height, depth=depth, colour=colour))
    pixels = chunk(b"IDAT", zlib.compress(bytes(10_000_000), 9))
    return PNG_HEAD + header + pixels + chunk(b"IEND", b"")


def png_with(kind: bytes, content: bytes) -> bytes:
    """A good PNG with one more chunk behind its header."""
    good = encoded(draw_photo(), "PNG")
    after_header = len(PNG_HEAD) + 25
    return good[:after_header] + chunk(kind, content) + good[after_header:]


def text_bomb() -> bytes:
    return png_with(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(50_000_000), 9))


def profile_bomb() -> bytes:
    return png_with(b"iCCP", b"icc\x00\x00" + zlib.compress(bytes(50_000_000), 9))


def flat(kind: str, size: tuple[int, int]) -> bytes:
    """One colour: a few kilobytes for as many pixels as one likes."""
    options = {"AVIF": {"speed": 10, "quality": 10}, "WEBP": {"quality": 10, "method": 0}}
    return encoded(Image.new("L", size, 90), kind, **options.get(kind, {}))


def scan_bomb(scans: int = 3005) -> bytes:
    """A progressive JPEG whose last scan is written again and again."""
    photo = jpeg_bytes(draw_photo(), progressive=True)
    last = photo.rindex(b"\xff\xda")
    return photo[:last] + photo[last:-2] * scans + b"\xff\xd9"


def animation(kind: str) -> bytes:
    frames = [draw_photo(seed) for seed in range(3)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)


def with_exif(*, orientation: int = 1, gps: bool = False) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "Grandmother's garden"
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.0), 3: "E", 4: (11.0, 34.0, 0.0)})
    return jpeg_bytes(draw_photo(), exif=exif)


def zip_tail() -> bytes:
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("payload.class", b"\xca\xfe\xba\xbe")
    return buffer.getvalue()


SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9"/></svg>"""
SVG_ENTITY = b"""<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>"""
HEIC = struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(100)
OTHER_FORMATS = {
    "mvg": b"push graphic-context\nimage over 0,0 0,0 'https://example.org/x'",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n",
    "pdf": b"%PDF-1.7\n1 0 obj\n",
    "psd": b"8BPS\x00\x01" + bytes(40),
    "fits": b"SIMPLE  =                    T" + bytes(200),
    "jp2": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(40),
    "svg": SVG,
    "svg entity": SVG_ENTITY,
    "text": b"This is a shopping list, not a photo.",
    "one byte": b"\xff",
    "movie": struct.pack(">I", 24) + b"ftypisom" + bytes(4) + b"isommp42" + bytes(50),
}
