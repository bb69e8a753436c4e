"""The index-state badge: may an image, or a product, be found by photo yet, and if not, why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, ProductImage
from search import selectors
from search.engine.progress import active_jobs
from search.errors import SearchUnavailable
from search.models import EmbeddingJob

# The worst first: a product's badge is that of its worst image.
WORDS = {
    "failed": _("Failed"),
    "stale": _("Stale"),
    "pending": _("Pending"),
    "ready": _("Ready"),
    "none": _("No images"),
}
REASONS = {
    "failed": _("This picture could not be embedded. Replace it, or embed it again."),
    "stale": _("Not in the index as it is now. The next sweep takes it up, or embed it again."),
    "pending": _("Waits for the embedding worker."),
    "ready": _("Found by photo."),
    "none": _("A product without images can't be found by photo."),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A state of WORDS, why it is so, and how many of how many images are in it."""

    state: str
    reason: str
    count: int = 1
    total: int = 1

    def render(self) -> SafeString:
        share = f" {self.count}/{self.total}" if self.count < self.total else ""
        return format_html(
            '<span class="badge badge-{}" title="{}">{}{}</span>',
            self.state,
            self.reason,
            WORDS[self.state],
            share,
        )

    def explain(self) -> SafeString:
        """The badge with its reason in plain sight, for a page with room for it."""
        return format_html('{} <span class="reason">{}</span>', self.render(), self.reason)


def image_badges(images: Iterable[ProductImage]) -> dict[int, Badge]:
    """Each image's badge, by its id. One query; a second one where some have failed."""
    ids = [image.pk for image in images]
    states = _states(ids)
    reasons = _failure_reasons([pk for pk in ids if states[pk] == "failed"])
    return {pk: Badge(states[pk], reasons.get(pk) or str(REASONS[states[pk]])) for pk in ids}


def product_badges(products: Sequence[Product]) -> dict[int, Badge]:
    """Each product's badge, by its id, in as many queries as `image_badges`.

    The products' images should be prefetched.
    """
    badges = image_badges(image for product in products for image in product.images.all())
    return {
        product.pk: worst([badges[image.pk] for image in product.images.all()])
        for product in products
    }


def worst(badges: Sequence[Badge]) -> Badge:
    """The badge of a product whose images have these."""
    if not badges:
        return Badge("none", str(REASONS["none"]))
    counts = Counter(badge.state for badge in badges)
    state = next(state for state in WORDS if counts[state])
    reason = next(badge.reason for badge in badges if badge.state == state)
    return Badge(state, reason, counts[state], len(badges))


def _states(image_ids: list[int]) -> dict[int, str]:
    """The state of every id; an image that the index knows nothing of is stale."""
    try:
        known = selectors.index_state(image_ids) if image_ids else {}
    except SearchUnavailable:
        known = {}
    return {pk: known.get(pk, "stale") for pk in image_ids}


def _failure_reasons(image_ids: list[int]) -> dict[int, str]:
    if not image_ids:
        return {}
    jobs = active_jobs().filter(image__in=image_ids, state=EmbeddingJob.State.FAILED)
    return dict(jobs.values_list("image_id", "error"))
