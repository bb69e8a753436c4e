"""The queue of images: what failed and why, what waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from catalog.admin.images import thumbnail
from search.admin.again import embed_again
from search.admin.badges import REASONS, Badge
from search.admin.bases import JobAdminBase, ReadOnly
from search.models import EmbeddingJob
from search.services.spaces import followed_roots


class StateFilter(admin.SimpleListFilter):
    """Failed jobs unless something else is asked for: they are what someone must look at."""

    title = _("state")
    parameter_name = "state"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
        return [*EmbeddingJob.State.choices, ("all", _("All"))]

    def value(self) -> str:
        return super().value() or EmbeddingJob.State.FAILED

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Without the usual "All" on top, which would stand for failed here."""
        choices = super().choices(changelist)
        next(choices)
        yield from choices

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[EmbeddingJob]
    ) -> QuerySet[EmbeddingJob]:
        return queryset if self.value() == "all" else queryset.filter(state=self.value())


@admin.register(EmbeddingJob)
class EmbeddingJobAdmin(ReadOnly, JobAdminBase):
    list_display = ("photo", "product", "state_badge", "attempts", "error", "changed_at")
    list_display_links = None
    list_filter = (StateFilter, "space")
    list_select_related = ("image__product", "space")
    search_fields = ("image__product__sku", "image__product__title")
    ordering = ("-pk",)
    actions = ("retry",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[EmbeddingJob]:
        """Of the spaces that new pictures go to: nobody works on what was left."""
        roots = [root.pk for root in followed_roots()]
        return super().get_queryset(request).filter(space__in=roots)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("search.change_embeddingjob")

    @admin.action(description=_("Retry the selected images"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[EmbeddingJob]) -> None:
        images = queryset.order_by().values_list("image_id", flat=True).distinct()
        embed_again(request, list(images))

    @admin.display(description=_("photo"))
    def photo(self, job: EmbeddingJob) -> SafeString | str:
        return thumbnail(job.image)

    @admin.display(description=_("product"))
    def product(self, job: EmbeddingJob) -> SafeString:
        product = job.image.product
        address = reverse("admin:catalog_product_change", args=[product.pk])
        return format_html('<a href="{}">{} {}</a>', address, product.sku, product.title)

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, job: EmbeddingJob) -> SafeString:
        return Badge(job.state, job.error or str(REASONS[job.state])).render()
