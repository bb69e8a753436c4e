"""What is typed or chosen on the Spaces page."""

from __future__ import annotations

from importlib.util import find_spec

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from search.embedding.fake import FAKE
from search.embedding.registry import card_names, get_card
from search.models import EmbeddingSpace
from search.services.spaces import LONGEST_NAME, create_space

# Packages with cards of their own. Nothing is offered of one that isn't installed.
PACKAGES = ("torchvision", "timm", "open_clip")

Choices = list[tuple[str, str]]


def card_choices() -> list[tuple[str, Choices]]:
    """The cards that come with the shop, the default first, then those of other packages, each
    with what its vectors are like. Fakes are for tests."""
    kinds: dict[str, Choices] = {}
    for name in card_names():
        if get_card(name).backbone != FAKE.backbone:
            package = name.partition("/")[0]
            kind = package if package in PACKAGES else ""
            kinds.setdefault(kind, []).append((name, _told(name)))
    own = (_("They come with Lookalike"), kinds.pop(""))
    fetched = _("%(package)s: the network is fetched from the Internet, once")
    installed = [(kind, cards) for kind, cards in kinds.items() if find_spec(kind)]
    return [own, *((fetched % {"package": kind}, cards) for kind, cards in installed)]


def _told(name: str) -> str:
    card = get_card(name)
    views = len(card.views)
    told = ngettext(
        "%(name)s: %(dim)d numbers, looks once, %(licence)s",
        "%(name)s: %(dim)d numbers, looks %(views)d times, %(licence)s",
        views,
    )
    return told % {"name": name, "dim": card.dim, "views": views, "licence": card.licence}


class CreateSpaceForm(forms.Form):
    card = forms.ChoiceField(label=gettext_lazy("Way of seeing"), choices=card_choices)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("Only needed for a second space of the same kind."),
    )

    def create(self) -> EmbeddingSpace:
        """The new space. Raises SpaceRefused where there is one of that name."""
        return create_space(self.cleaned_data["card"], name=self.cleaned_data["name"] or None)


class PinForm(forms.Form):
    """A picture of a comparison by its id, or a product."""

    image = forms.IntegerField(required=False, min_value=1)
    sku = forms.CharField(
        label=gettext_lazy("SKU"),
        required=False,
        max_length=64,
        widget=forms.TextInput({"required": True}),
    )
