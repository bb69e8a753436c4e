"""Embedding again, and what staff are told about it."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.errors import LookalikeError
from search import doorbell, services


def embed_again(request: HttpRequest, image_ids: Collection[int]) -> None:
    """Queue the images, whatever became of them before, and say how many there are."""
    try:
        count = services.request_embedding(image_ids=image_ids)
    except LookalikeError as error:
        messages.error(request, error.message)
        return
    told = ngettext(
        "%(count)d image waits to be embedded again.",
        "%(count)d images wait to be embedded again.",
        count,
    )
    messages.success(request, told % {"count": count})
    if count:
        warn_if_unheard(request)


def warn_if_unheard(request: HttpRequest) -> None:
    """Say so where the workers can't be told now. A bell that rings twice does no harm."""
    if doorbell.ring():
        return
    told = _(
        "The queue can't be reached: Redis is down. Nothing is lost; the images are taken up within"
        " %(seconds)d s of its return. Until then photos don't find them."
    )
    messages.warning(request, told % {"seconds": settings.RECONCILE_SECONDS})
