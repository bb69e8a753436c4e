"""The stored pictures of claimed images, opened to be embedded, or why they can't be."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image

from catalog.errors import ImageRejected
from catalog.images import decode
from catalog.models import ProductImage
from search.embedding import Preprocessing, Rejected
from search.services.queue import Claim

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Hiccup:
    """A failure that may pass by itself: the storage didn't answer, memory ran short."""

    reason: str


# Why there is no picture: for good, or for now.
Missing = Rejected | Hiccup


def open_stored(
    claims: Sequence[Claim], rows: Mapping[int, ProductImage], *, recipe: Preprocessing
) -> tuple[dict[Claim, Image.Image], dict[Claim, Missing]]:
    """The stored pictures of the claims, and the reasons of those that can't be had."""
    pictures: dict[Claim, Image.Image] = {}
    reasons: dict[Claim, Missing] = {}
    reads = _all(lambda claim: _read(rows.get(claim.image_id), recipe), claims)
    for claim, found in zip(claims, reads, strict=True):
        if isinstance(found, Image.Image):
            pictures[claim] = found
        else:
            reasons[claim] = found
    return pictures, reasons


def _all(
    read: Callable[[Claim], Image.Image | Missing], claims: Sequence[Claim]
) -> list[Image.Image | Missing]:
    """What `read` says of each. A GPU waits for pictures: they are opened on all cores. On a CPU
    the worker's own threads keep those busy."""
    if settings.EMBEDDER_DEVICE != "cuda":
        return [read(claim) for claim in claims]
    with ThreadPoolExecutor(len(os.sched_getaffinity(0)), "open") as pool:
        return list(pool.map(read, claims))


def _read(row: ProductImage | None, recipe: Preprocessing) -> Image.Image | Missing:
    if row is None:
        return Rejected(_("The image was deleted."))
    name = row.file.name or ""
    try:
        with row.file.storage.open(name) as file:
            content = file.read()
        return decode(content, max_bytes=len(content), at_least=recipe.decode_side).image
    except FileNotFoundError:
        told = _("The picture's file is missing (%(name)s). Upload the picture again.")
        return Rejected(told % {"name": name})
    except ImageRejected as error:
        if isinstance(error.__cause__, MemoryError):
            # It was small enough when it was stored.
            return Hiccup(_("there was not enough memory to open it"))
        told = _("The stored file can't be read: %(reason)s Upload the picture again.")
        return Rejected(told % {"reason": error.message})
    except Exception as error:  # noqa: BLE001 - each storage backend has exceptions of its own
        log.warning("A stored picture could not be opened", image=row.pk, error=str(error))
        return Hiccup(_("its file could not be opened: %(error)s") % {"error": told_of(error)})


def told_of(error: Exception) -> str:
    """Kind and words of an error, for staff."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
