"""What was asked, shown above the answers: the photo and its part, a product, or words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.models import Product
from search.crops import Box
from search.models import PhotoQuery
from search.pages.cards import picture_of
from search.pages.marking import began_with_words
from search.pages.parts import SIDES, WHOLE
from search.pages.query_string import Asked
from search.pages.samples import sample_address


@dataclass(frozen=True)
class Pinned:
    """`kind` is photo (only the shopper's browser has the picture), sample, product, words, shared
    (the photo of whoever passed the link on), or gone (a product that is no longer sold). `box` is
    the part that is searched, and `suggestions` are the parts with a thing in them. `sends` is what
    a search for another part sends along: the name and the value of a field."""

    kind: str
    image: str = ""
    alt: str = ""
    title: str = ""
    url: str = ""
    box: Box = WHOLE
    suggestions: tuple[Box, ...] = ()
    sends: tuple[str, str] | None = None

    @property
    def can_crop(self) -> bool:
        """Whether a part can be pointed at: the browser or the shop has the picture."""
        return self.kind == "photo" or (self.sends is not None and bool(self.image))

    @property
    def percents(self) -> dict[str, str]:
        """The box as its four fields show it, in percent: x, y, w and h."""
        return {side: percent(share) for side, share in zip(SIDES, self.box, strict=True)}

    @property
    def corners(self) -> str:
        """The box for the script, as `x,y,w,h` in 0..1."""
        return corners(self.box)

    @property
    def suggested(self) -> str:
        """The suggestions for the script: boxes parted by spaces."""
        return " ".join(map(corners, self.suggestions))


def pinned_of(query: PhotoQuery, asked: Asked) -> Pinned:
    """The query as its owner sees it; as a stranger does, where it was shared."""
    box = _box(query.crop)
    if query.product and query.product.status != Product.Status.ACTIVE:
        return Pinned(kind="gone")
    if query.product:
        picture = picture_of(query.product.main_image, title=query.product.title)
        return Pinned(
            kind="product",
            image=picture.large if picture else "",
            alt=picture.alt if picture else "",
            title=query.product.title,
            url=query.product.get_absolute_url(),
            box=box,
            sends=("product", query.product.sku),
        )
    if began_with_words(query):
        return Pinned(kind="words", title=asked.words or query.text)
    if query.lender is not None:
        return Pinned(kind="shared")
    suggestions = tuple(_box(each) for each in query.suggestions)
    if asked.sample and (image := sample_address(asked.sample)):
        alt, sends = _("The sample photo"), ("sample", asked.sample)
        return Pinned("sample", image, alt, box=box, suggestions=suggestions, sends=sends)
    return Pinned(kind="photo", alt=_("Your photo"), box=box, suggestions=suggestions)


def _box(stored: Sequence[float] | None) -> Box:
    if stored is None:
        return WHOLE
    x, y, width, height = stored
    return x, y, width, height


def corners(box: Box) -> str:
    return ",".join(f"{share:.4f}".rstrip("0").rstrip(".") for share in box)


def percent(share: float) -> str:
    """`12.5`, in no language's own writing: a number field takes a point."""
    return f"{100 * share:.1f}".rstrip("0").rstrip(".")
