"""What shoppers made of an answer, counted without a trace of who they were.

A row names neither its query nor its browser. How much was said about a query is counted at the
query itself, which is gone within the hour.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from catalog.models import Product
from search import selectors
from search.engine.bands import WEAK, bands_of
from search.errors import InvalidSearch
from search.models import PhotoQuery, SearchFeedback

# A person opens a handful of hits; a script that says more isn't heard.
MOST_SAID = 100
# What "not what I meant" adds to `said` beside its row, so that it is known to have been said.
MISSED = 1_000


@transaction.atomic
def record_click(*, query: PhotoQuery, product: Product, position: int, band: str) -> bool:
    """Counts that a hit was opened, `position` being its place, from 1; False where it doesn't
    count: the query is gone, didn't find the product or not so much, or enough was said.

    Raises InvalidSearch for a place or a band that no hit has, QueryExpired where the query can't
    be answered any more.
    """
    _check(query, position=position, band=band)
    room = Q(said__lt=MOST_SAID) | Q(said__gte=MISSED, said__lt=MISSED + MOST_SAID)
    found = query.candidate_sets.filter(
        product_ids__contains=[product.pk], total__gte=position
    ).exists()
    if not (found and _counted(query, room, step=1)):
        return False
    _keep(query, SearchFeedback.Kind.CLICK, product=product, position=position, band=band)
    return True


@transaction.atomic
def record_missed(*, query: PhotoQuery) -> bool:
    """Counts that the answer was not what was meant; False where that was said before, or the
    query is gone. Raises QueryExpired where it can't be answered any more."""
    if not _counted(query, Q(said__lt=MOST_SAID), step=MISSED + 1):
        return False
    _keep(query, SearchFeedback.Kind.MISSED)
    return True


def _check(query: PhotoQuery, *, position: int, band: str) -> None:
    if not 1 <= position <= settings.CANDIDATES:
        told = _("A hit's place is 1 to %(most)s, not %(given)s.")
        raise InvalidSearch(
            told % {"most": settings.CANDIDATES, "given": position}, field="position"
        )
    known = {*bands_of(query.space), WEAK, ""}
    if band not in known:
        told = _("No hit of this search is called %(given)s.")
        raise InvalidSearch(told % {"given": repr(band[:40])}, field="band")


def _counted(query: PhotoQuery, room: Q, *, step: int) -> bool:
    """Whether there was room for one more, and it was taken: in one statement, so that many at once
    can't take more."""
    alive = PhotoQuery.objects.alive().filter(room, pk=query.pk)
    return alive.update(said=F("said") + step) == 1


def _keep(query: PhotoQuery, kind: str, **columns: Product | int | str) -> None:
    SearchFeedback.objects.create(
        kind=kind,
        asked_by=selectors.question_of(query).kind,
        space=query.space.name if query.space else "",
        **columns,
    )
