"""The trail of steps from the photo to the page that is shown, each with a way back to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Product
from search import selectors
from search.models import PhotoQuery
from search.pages.cards import picture_of
from search.pages.query_string import Asked
from search.pages.samples import sample_address


@dataclass(frozen=True)
class Step:
    """`kind` is photo, product or words; `url` is "" where the shopper is; `image` is "" for a
    photo, which only the shopper's browser has."""

    kind: str
    label: str
    url: str
    image: str = ""


def steps_of(query: PhotoQuery, asked: Asked) -> list[Step]:
    """The steps, the first one first; none where there is only one."""
    way = selectors.steps_to(query)
    if len(way) < 2:
        return []
    state = asked.query(words=None, sort="similarity", colour=0).removesuffix("?")
    steps = [_step(each, reverse("results", args=[each.pk]) + state, asked) for each in way]
    return [*steps[:-1], replace(steps[-1], url="")]


def _step(query: PhotoQuery, url: str, asked: Asked) -> Step:
    kind = kind_of(query)
    if query.product is not None and query.product.status != Product.Status.ACTIVE:
        return Step(kind, _("No longer sold"), url)
    if kind == "product" and query.product is not None:
        picture = picture_of(query.product.main_image, title="")
        return Step(kind, _label(query), url, picture.small if picture else "")
    image = sample_address(asked.sample) if kind == "photo" and asked.sample else ""
    return Step(kind, _label(query), url, image)


def kind_of(query: PhotoQuery) -> str:
    """What a step started from, as far as the query itself tells."""
    if query.product_id is not None:
        return "product"
    return "words" if query.vector is None or query.worded else "photo"


def _label(query: PhotoQuery) -> str:
    if query.liked:
        return _("More like %(title)s") % {"title": query.liked[0]}
    if query.disliked:
        return _("Less like %(title)s") % {"title": query.disliked[0]}
    if query.product is not None:
        return query.product.title
    if query.lender is not None and kind_of(query) == "photo":
        return _("A search passed on to you")
    if kind_of(query) == "words":
        return f"“{query.text}”"
    return _("Part of your photo") if query.crop else _("Your photo")
