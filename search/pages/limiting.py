"""How often one client may search from the page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import ngettext

from search.errors import Throttled
from search.throttling import Kind, Limit, allow, client_key, count_search

SAID_PER_MINUTE = 30


def limit_searches(request: HttpRequest) -> None:
    """Counts the search that is asked for. Raises Throttled where there were too many, and
    SearchUnavailable where that can't be known and THROTTLE_FAIL_OPEN is off."""
    _limit(request, "photo" if _has_picture(request) else "words")


def limit_words(request: HttpRequest) -> None:
    """Counts a search that needs no picture, as `limit_searches` does."""
    _limit(request, "words")


def heard(request: HttpRequest) -> bool:
    """Whether what this client says of the answers still counts: a person opens a hit or two a
    minute, a script that says more would make up what the shop's owner sees."""
    if not settings.PHOTO_SEARCHES_PER_MINUTE:
        return True
    limit = Limit(SAID_PER_MINUTE, burst=SAID_PER_MINUTE)
    return allow(f"said:{client_key(request)}", limit).allowed


def _limit(request: HttpRequest, kind: Kind) -> None:
    verdict = count_search(request, kind)
    if not verdict.allowed:
        raise Throttled(_sentence(kind, verdict.retry_after), retry_after=verdict.retry_after)


def _has_picture(request: HttpRequest) -> bool:
    """Whether a photo, a sample or a product is asked by; words may be with it."""
    return bool(
        request.FILES.get("image") or request.POST.get("sample") or request.POST.get("product")
    )


def _sentence(kind: Kind, seconds: int) -> str:
    if kind == "photo":
        told = ngettext(
            "Too many photos in a short time. Try again in %(seconds)s second.",
            "Too many photos in a short time. Try again in %(seconds)s seconds.",
            seconds,
        )
    else:
        told = ngettext(
            "Too many searches in a short time. Try again in %(seconds)s second.",
            "Too many searches in a short time. Try again in %(seconds)s seconds.",
            seconds,
        )
    return told % {"seconds": seconds}
