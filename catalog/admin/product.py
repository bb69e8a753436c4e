"""Products: the list, the form, and what can be done with many at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog.admin.bases import ProductAdminBase
from catalog.admin.filters import CategoryFilter, ProductChangeList, facet_filters
from catalog.admin.forms import ProductForm
from catalog.admin.images import ProductImageInline, thumbnail
from catalog.admin.paging import BoundedCountPaginator
from catalog.errors import ImageRejected, LookalikeError, StorageFull
from catalog.models import Product

INSUFFICIENT_STORAGE = 507
BAD_REQUEST = 400


@admin.register(Product)
class ProductAdmin(ProductAdminBase):
    form = ProductForm
    inlines = (ProductImageInline,)
    list_display: tuple[str, ...] = (
        "photo",
        "sku",
        "title",
        "status",
        "category",
        "money",
        "stock",
    )
    list_display_links = ("sku", "title")
    search_fields = ("sku", "title")
    autocomplete_fields = ("category", "tags")
    readonly_fields = ("created_at", "updated_at")
    actions: tuple[str, ...] = ("publish", "archive")
    list_per_page = 50
    paginator = BoundedCountPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # counting every filter value reads the whole table
    fieldsets = (
        (None, {"fields": ("title", "sku", "status", "category", "tags", "description")}),
        (_("Price and stock"), {"fields": (("price", "currency", "stock"),)}),
        (
            _("Address and dates"),
            {"classes": ("collapse",), "fields": ("slug", ("created_at", "updated_at"))},
        ),
        (_("New images"), {"fields": ("new_photos",)}),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ProductChangeList

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return ["status", CategoryFilter, *facet_filters()]

    def get_form(
        self, request: HttpRequest, obj: Product | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Product]]:
        form = super().get_form(request, obj, change, **kwargs)
        form.refused_because = getattr(request, "refused_because", "")  # type: ignore[attr-defined]
        return form

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.add_photos()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's view; where storing a picture fails, nothing is saved and the form says why."""
        view = super().changeform_view
        try:
            return view(request, object_id, form_url, extra_context)
        except (ImageRejected, StorageFull) as error:
            return self._ask_again(request, error, object_id, form_url, extra_context)

    def _ask_again(
        self, request: HttpRequest, error: LookalikeError, *view_arguments: Any
    ) -> HttpResponse:
        """The form as it was typed with the error on top. The first try was rolled back."""
        request.refused_because = error.message  # type: ignore[attr-defined]  # read by get_form
        response: HttpResponse = super().changeform_view(request, *view_arguments)
        full = isinstance(error, StorageFull)
        response.status_code = INSUFFICIENT_STORAGE if full else BAD_REQUEST
        return response

    @admin.display(description=_("photo"))
    def photo(self, product: Product) -> SafeString | str:
        return thumbnail(product.main_image)

    @admin.display(description=_("price"), ordering="price")
    def money(self, product: Product) -> SafeString:
        return format_html('<span class="money">{} {}</span>', product.price, product.currency)

    @admin.action(description=_("Publish the selected products"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self._set_status(request, queryset, Product.Status.ACTIVE)

    @admin.action(description=_("Archive the selected products"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self._set_status(request, queryset, Product.Status.ARCHIVED)

    def _set_status(
        self, request: HttpRequest, queryset: QuerySet[Product], status: Product.Status
    ) -> None:
        """Saves product by product: what follows the catalogue hears of each through its signal."""
        changed = 0
        with transaction.atomic():
            for product in queryset.exclude(status=status).select_for_update(of=("self",)):
                product.status = status
                product.save(update_fields=["status", "updated_at"])
                changed += 1
        told = ngettext(
            "%(count)d product is now %(status)s.",
            "%(count)d products are now %(status)s.",
            changed,
        )
        words = {"count": changed, "status": status.label.lower()}
        self.message_user(request, told % words, messages.SUCCESS)
