"""What a file is, by its first bytes; its name and declared type are never asked."""

from __future__ import annotations

from catalog.images import heif, rejections

_HEAD = 64
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def sniff(data: bytes) -> str:
    """Pillow's name of the format: JPEG, PNG, WEBP, AVIF, or HEIF where its extra is installed.

    Raises ImageRejected with code `unsupported_type` for everything else.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _sniff_ftyp(data[:_HEAD])
    raise rejections.unsupported_type()


def _sniff_ftyp(head: bytes) -> str:
    """AVIF and HEIC share a container: a box that lists the brands it may be read as."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, end, 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if brands & _HEIF_BRANDS:
        if heif.available():
            return "HEIF"
        raise rejections.heif_not_installed()
    raise rejections.unsupported_type()
