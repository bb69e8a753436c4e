"""The log of deliveries: what was sent to whom, what came back, and sending it again."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from search.admin.bases import DeliveryAdminBase, ReadOnly
from search.models import WebhookDelivery
from search.services import webhooks

BADGES = {"pending": "pending", "delivered": "ready", "failed": "failed"}
REPLAY = "search.change_webhookdelivery"


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnly, DeliveryAdminBase):
    list_display = ("what", "about", "to", "outcome", "attempts", "created_at")
    list_display_links = ("what",)
    list_filter = ("state", "webhook", "event__type")
    list_select_related = ("event", "webhook")
    search_fields = ("event__data__sku",)
    ordering = ("-pk",)
    actions = ("send_again",)
    fieldsets = (
        (None, {"fields": ("to", "what", "outcome", "attempts", "next_attempt_at")}),
        (_("Message"), {"fields": ("payload",)}),
        (_("Last answer"), {"fields": ("status_code", "took", "answer")}),
        (_("Times"), {"fields": ("created_at", "attempted_at", "delivered_at")}),
    )
    change_form_template = "admin/search/webhooks/delivery.html"
    change_list_template = "admin/search/webhooks/log.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.replay_view)
        name = "search_webhookdelivery_replay"
        return [path("<int:delivery_id>/replay/", view, name=name), *super().get_urls()]

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(REPLAY)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {**(extra_context or {}), "may_replay": self.has_replay_permission(request)}
        return super().change_view(request, object_id, form_url, context)

    @admin.action(description=_("Send the selected deliveries again"), permissions=["replay"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        self._replay(request, queryset)

    def replay_view(self, request: HttpRequest, delivery_id: int) -> HttpResponse:
        if not self.has_replay_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        chosen = WebhookDelivery.objects.filter(pk=delivery_id)
        if not chosen.exists():
            raise Http404
        self._replay(request, chosen)
        return redirect("admin:search_webhookdelivery_change", delivery_id)

    def _replay(self, request: HttpRequest, chosen: QuerySet[WebhookDelivery]) -> None:
        # By their ids: what is sent again may not be in the chosen state or order any more.
        ids = list(chosen.values_list("pk", flat=True))
        count = webhooks.replay(WebhookDelivery.objects.filter(pk__in=ids))
        told = ngettext(
            "%(count)d delivery is sent again.", "%(count)d deliveries are sent again.", count
        )
        messages.success(request, told % {"count": count})
        off = WebhookDelivery.objects.filter(pk__in=ids, webhook__enabled=False)
        if off.exists():
            told = gettext("Those of webhooks that are turned off wait until they are enabled.")
            messages.warning(request, told)

    @admin.display(description=_("event"), ordering="event__type")
    def what(self, delivery: WebhookDelivery) -> SafeString:
        return format_html("<code>{}</code>", delivery.event.type)

    @admin.display(description=_("SKU"))
    def about(self, delivery: WebhookDelivery) -> str:
        return delivery.event.data.get("sku") or "–"

    @admin.display(description=_("webhook"), ordering="webhook")
    def to(self, delivery: WebhookDelivery) -> SafeString:
        address = reverse("admin:search_webhook_change", args=[delivery.webhook_id])
        return format_html('<a href="{}">{}</a>', address, delivery.webhook)

    @admin.display(description=_("state"), ordering="state")
    def outcome(self, delivery: WebhookDelivery) -> SafeString:
        return format_html(
            '<span class="badge badge-{}">{}</span> <span class="reason">{}</span>',
            BADGES[delivery.state],
            delivery.get_state_display(),
            "" if delivery.state == WebhookDelivery.State.DELIVERED else delivery.error,
        )

    @admin.display(description=_("payload"))
    def payload(self, delivery: WebhookDelivery) -> SafeString:
        told = json.dumps(delivery.event.payload, indent=2, ensure_ascii=False)
        return format_html('<pre class="card">{}</pre>', told)

    @admin.display(description=_("body"))
    def answer(self, delivery: WebhookDelivery) -> SafeString | str:
        if not delivery.response:
            return "–"
        return format_html('<pre class="card">{}</pre>', delivery.response)

    @admin.display(description=_("took"))
    def took(self, delivery: WebhookDelivery) -> str:
        if delivery.duration_ms is None:
            return "–"
        return gettext("%(count)s ms") % {"count": delivery.duration_ms}
