"""The six reasons for which a file is refused, each with a sentence that says what to do."""

from __future__ import annotations

from catalog.errors import ImageRejected


def empty() -> ImageRejected:
    return ImageRejected("The file is empty. Choose another photo.", code="empty")


def too_large(limit: int) -> ImageRejected:
    return ImageRejected(
        f"The file is larger than {limit / 2**20:.3g} MB. Save the photo smaller and try again.",
        code="too_large",
    )


def unsupported_type() -> ImageRejected:
    return ImageRejected(
        "This is not a picture we can read. Use a JPEG, PNG, WebP or AVIF file.",
        code="unsupported_type",
    )


def heif_not_installed() -> ImageRejected:
    return ImageRejected(
        "This is a HEIC photo, and HEIC is not switched on here. Save it as JPEG and try again. "
        "(Whoever runs this shop can switch it on: pip install pillow-heif.)",
        code="unsupported_type",
    )


def cut_short() -> ImageRejected:
    return ImageRejected(
        "The file ends too early. Save it again or choose another photo.", code="corrupt"
    )


def damaged() -> ImageRejected:
    return ImageRejected(
        "The file is damaged. Save it again or choose another photo.", code="corrupt"
    )


def too_many_scans(scans: int, limit: int) -> ImageRejected:
    return ImageRejected(
        f"The JPEG is built of {scans:,} layers; at most {limit} are read. Save it again as an "
        "ordinary JPEG.",
        code="corrupt",
    )


def too_many_pixels(detail: str = "The picture has too many pixels") -> ImageRejected:
    return ImageRejected(f"{detail}. Make it smaller and try again.", code="too_many_pixels")


def too_small(detail: str) -> ImageRejected:
    return ImageRejected(f"{detail}. Choose a larger photo.", code="too_small")
