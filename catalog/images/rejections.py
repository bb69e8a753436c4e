"""The reasons for which a file is refused, each with a sentence that says what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.errors import ImageRejected


def empty() -> ImageRejected:
    return ImageRejected(_("The file is empty. Choose another photo."), code="empty")


def too_large(limit: int) -> ImageRejected:
    told = _("The file is larger than %(limit)s MB. Save the photo smaller and try again.")
    return ImageRejected(told % {"limit": f"{limit / 2**20:.3g}"}, code="too_large")


def unsupported_type() -> ImageRejected:
    return ImageRejected(
        _("This is not a picture we can read. Use a JPEG, PNG, WebP or AVIF file."),
        code="unsupported_type",
    )


def heif_not_installed() -> ImageRejected:
    return ImageRejected(
        _(
            "This is a HEIC photo, and HEIC is not switched on here. Save it as JPEG and try "
            "again. (Whoever runs this shop can switch it on: pip install pillow-heif.)"
        ),
        code="unsupported_type",
    )


def cut_short() -> ImageRejected:
    return ImageRejected(
        _("The file ends too early. Save it again or choose another photo."), code="corrupt"
    )


def damaged() -> ImageRejected:
    return ImageRejected(
        _("The file is damaged. Save it again or choose another photo."), code="corrupt"
    )


def too_many_scans(scans: int, limit: int) -> ImageRejected:
    told = _(
        "The JPEG is built of %(scans)s layers; at most %(limit)s are read. Save it again as an "
        "ordinary JPEG."
    )
    return ImageRejected(told % {"scans": f"{scans:,}", "limit": limit}, code="corrupt")


def too_many_pixels() -> ImageRejected:
    return ImageRejected(
        _("The picture has too many pixels. Make it smaller and try again."),
        code="too_many_pixels",
    )


def too_long_a_side(width: int, height: int, limit: int) -> ImageRejected:
    told = _(
        "The picture has %(size)s pixels; a side may have at most %(limit)s. Make it smaller and "
        "try again."
    )
    return ImageRejected(
        told % {"size": _size(width, height), "limit": f"{limit:,}"}, code="too_many_pixels"
    )


def too_many_megapixels(width: int, height: int, limit: int) -> ImageRejected:
    told = _(
        "The picture has %(size)s pixels; at most %(limit)s megapixels are taken. Make it smaller "
        "and try again."
    )
    return ImageRejected(
        told % {"size": _size(width, height), "limit": limit}, code="too_many_pixels"
    )


def too_small(width: int, height: int, least: int) -> ImageRejected:
    told = _(
        "The picture has %(size)s pixels; each side needs at least %(least)s. Choose a larger "
        "photo."
    )
    return ImageRejected(told % {"size": _size(width, height), "least": least}, code="too_small")


def too_narrow(width: int, height: int) -> ImageRejected:
    told = _(
        "The picture has %(size)s pixels; it is too narrow to show a thing. Choose a larger photo."
    )
    return ImageRejected(told % {"size": _size(width, height)}, code="too_small")


def too_dark() -> ImageRejected:
    return ImageRejected(
        _("There is nothing to be seen in this photo: it is too dark. Choose another one."),
        code="too_dark",
    )


def _size(width: int, height: int) -> str:
    return f"{width:,} × {height:,}"
