"""The catalogue's product admin, with what the index knows of each product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from catalog.admin import ImageFormSet, ProductAdmin, ProductImageInline
from catalog.admin.filters import ProductChangeList
from catalog.models import Product, ProductImage
from search import selectors
from search.admin.again import embed_again, warn_if_unheard
from search.admin.badges import image_badges, product_badges
from search.errors import SearchUnavailable
from search.models import EmbeddingJob, GoldenQuery

FOUND = 302


class IndexedChangeList(ProductChangeList):
    """Hangs its badge on every product of the page."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        products: Any = self.result_list
        badges = product_badges(list(products))
        for product in products:
            product.index_badge = badges[product.pk]


class IndexedImageFormSet(ImageFormSet):
    """Hangs its badge on every image of the form."""

    def get_queryset(self) -> QuerySet[Any]:
        images = super().get_queryset()
        if images and not hasattr(images[0], "index_badge"):
            badges = image_badges(images)
            for image in images:
                image.index_badge = badges[image.pk]
        return images


class IndexedImageInline(ProductImageInline):
    formset = IndexedImageFormSet
    fields = (*ProductImageInline.fields, "index_state")
    readonly_fields = (*ProductImageInline.readonly_fields, "index_state")

    @admin.display(description=_("index"))
    def index_state(self, image: Any) -> SafeString | str:
        return image.index_badge.explain() if image.pk else "–"


class IndexedProductAdmin(ProductAdmin):
    inlines = (IndexedImageInline,)
    list_display = (*ProductAdmin.list_display, "index_state")
    actions = (*ProductAdmin.actions, "embed_again")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return IndexedChangeList

    @admin.display(description=_("index"))
    def index_state(self, product: Any) -> SafeString:
        rendered: SafeString = product.index_badge.render()
        return rendered

    @admin.action(description=_("Embed the images again"), permissions=["change"])
    def embed_again(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        images = ProductImage.objects.filter(product__in=queryset.order_by().values("pk"))
        embed_again(request, list(images.values_list("pk", flat=True)))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Rows that the index derived go along with their product: nobody deletes them by hand, so
        nobody needs a permission of their own for it."""
        shown, counts, lacking, kept = super().get_deleted_objects(objs, request)
        derived = {str(model._meta.verbose_name) for model in (EmbeddingJob, GoldenQuery)}
        return shown, counts, lacking - derived, kept

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        request.saved_product = form.instance  # type: ignore[attr-defined]  # read once committed

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The catalogue's view; says so where a saved picture can't be embedded at once."""
        response = super().changeform_view(request, *args, **kwargs)
        saved: Product | None = getattr(request, "saved_product", None)
        if saved is not None and response.status_code == FOUND and _is_waiting(saved):
            warn_if_unheard(request)
        return response


def _is_waiting(product: Product) -> bool:
    ids: Sequence[int] = list(
        ProductImage.objects.filter(product=product).values_list("pk", flat=True)
    )
    try:
        return "pending" in selectors.index_state(ids).values()
    except SearchUnavailable:
        return bool(ids)


admin.site.unregister(Product)
admin.site.register(Product, IndexedProductAdmin)
