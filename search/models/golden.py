"""Pictures that staff ask about whenever two spaces are compared."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, ProductImage


class GoldenQuery(models.Model):
    """A picture of the catalogue that is always among the questions of a comparison.

    Products `expected` among its first ten hits make it a check: a space that loses one of them is
    told apart from one that merely finds others. Deleted with its picture.
    """

    image = models.OneToOneField(
        ProductImage, models.CASCADE, related_name="golden_query", verbose_name=_("picture")
    )
    expected = models.ManyToManyField(
        Product,
        blank=True,
        related_name="+",
        verbose_name=_("expected products"),
        help_text=_("Products that must be among the first ten. None: it is only looked at."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("golden query")
        verbose_name_plural = _("golden queries")

    def __str__(self) -> str:
        return self.note or str(_("Picture %(number)d") % {"number": self.image_id})
