"""What is typed or chosen on the Spaces page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from search.embedding.registry import card_names, get_card
from search.models import EmbeddingSpace
from search.services.spaces import create_space


def card_choices() -> list[tuple[str, str]]:
    """The cards that come with the shop, the default first, with what their vectors are like."""
    names = [name for name in card_names() if name != "fake@1"]
    return [(name, _told(name)) for name in names]


def _told(name: str) -> str:
    card = get_card(name)
    views = len(card.views)
    told = _("%(name)s: %(dim)d numbers, looks %(views)d times, %(licence)s")
    return str(told) % {"name": name, "dim": card.dim, "views": views, "licence": card.licence}


class CreateSpaceForm(forms.Form):
    card = forms.ChoiceField(label=_("Way of seeing"), choices=card_choices)
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=120,
        help_text=_("Only needed for a second space of the same kind."),
    )

    def create(self) -> EmbeddingSpace:
        """The new space. Raises SpaceRefused where there is one of that name."""
        return create_space(self.cleaned_data["card"], name=self.cleaned_data["name"] or None)


class PinForm(forms.Form):
    sku = forms.CharField(label=_("SKU"), max_length=64)
