"""A product's images inside its form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from catalog.admin.bases import ImageInlineBase
from catalog.admin.forms import ProductImageForm
from catalog.duplicates import Twin, twins_elsewhere
from catalog.models import ProductImage

PREVIEW_SIZE = 160
PRODUCTS_NAMED = 5


def thumbnail(image: ProductImage | None) -> SafeString | str:
    """A small picture for a list row, or a dash where the product has none."""
    if image is None:
        return "–"
    return format_html(
        '<img class="thumbnail" src="{}" alt="" loading="lazy">', image.thumbnail_url(PREVIEW_SIZE)
    )


class ImageFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # no brackets at run time
    """Knows which image is the main one, the first, and where else each image's photo is."""

    def get_queryset(self) -> QuerySet[Any]:
        images = super().get_queryset()
        for place, image in enumerate(images):
            image.is_main = place == 0
            image.siblings = self
        return images

    @cached_property
    def twins(self) -> dict[int, list[Twin]]:
        """For all images at once, and only when a page is drawn."""
        return twins_elsewhere(images=list(self.get_queryset()))


class ProductImageInline(ImageInlineBase):
    model = ProductImage
    form = ProductImageForm
    formset = ImageFormSet
    extra = 0
    fields: ClassVar[tuple[str, ...]] = ("preview", "photo", "alt", "position")
    readonly_fields: ClassVar[tuple[str, ...]] = ("preview",)

    @admin.display(description=gettext_lazy("Image"))
    def preview(self, image: Any) -> SafeString | str:
        """The picture, leading to its full size; what it measures; whether it is the main one."""
        if image.pk is None:
            return "–"
        return format_html(
            '<a href="{}" target="_blank" rel="noopener"><img class="preview" src="{}" alt="{}">'
            '</a> <span class="facts">{} × {}, {}</span>{}{}',
            image.file.url,
            image.thumbnail_url(PREVIEW_SIZE),
            image.alt or _("Image %(place)d, full size") % {"place": image.position},
            image.width,
            image.height,
            filesizeformat(image.size),
            format_html(' <strong class="main-image">{}</strong>', _("Main image"))
            if image.is_main
            else "",
            elsewhere(image.siblings.twins[image.pk]),
        )


def elsewhere(twins: Sequence[Twin]) -> SafeString | str:
    """Links to the other products that show the photo, the first few of them; "" without any."""
    products = {twin.image.product_id: twin.image.product for twin in twins}
    if not products:
        return ""
    named = list(products.values())[:PRODUCTS_NAMED]
    links = format_html_join(
        pgettext("between two names", ", "),
        '<a href="{}" title="{}">{}</a>',
        ((reverse("admin:catalog_product_change", args=[p.pk]), p.title, p.sku) for p in named),
    )
    told = (
        _("The same photo is on: {products} and others")
        if len(products) > len(named)
        else _("The same photo is on: {products}")
    )
    return format_html('<p class="elsewhere">{}</p>', format_html(told, products=links))
