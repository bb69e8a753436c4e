"""Webhooks: who is told of what, whether they listen, and their secrets, each shown once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_value
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.errors import LookalikeError
from search.admin.bases import WebhookAdminBase
from search.admin.webhooks_form import WebhookForm
from search.models import Webhook, WebhookDelivery
from search.services import webhooks

CHANGE = "admin:search_webhook_change"
# In a session: the webhook whose secret the next page shows.
SHOWN_ONCE = "webhook_secret_of"


@admin.register(Webhook)
class WebhookAdmin(WebhookAdminBase):
    form = WebhookForm
    list_display = ("name", "events_told", "health", "delivered_count", "failed_count")
    list_display_links = ("name",)
    ordering = ("-pk",)
    list_per_page = 100
    readonly_fields = ("health", "delivered_count", "failed_count", "created_at")
    fieldsets = (
        (None, {"fields": ("url", "description", "events", "enabled")}),
        (
            gettext_lazy("So far"),
            {"fields": ("health", ("delivered_count", "failed_count"), "created_at")},
        ),
    )
    change_form_template = "admin/search/webhooks/change_form.html"
    change_list_template = "admin/search/webhooks/change_list.html"

    def get_fieldsets(self, request: HttpRequest, obj: Webhook | None = None) -> Any:
        """A new one has nothing behind it."""
        return self.fieldsets if obj else self.fieldsets[:1]

    def get_urls(self) -> list[URLPattern]:
        ways: list[tuple[str, Callable[..., HttpResponse]]] = [
            ("ping", self.ping_view),
            ("rotate", self.rotate_view),
        ]
        wrap = self.admin_site.admin_view
        own = [
            path(f"<int:webhook_id>/{name}/", wrap(view), name=f"search_webhook_{name}")
            for name, view in ways
        ]
        return [*own, *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's view, with the secret where it is to be shown; it never is a second time."""
        context = dict(extra_context or {})
        if object_id and request.session.get(SHOWN_ONCE) == object_id:
            del request.session[SHOWN_ONCE]
            found = Webhook.objects.filter(pk=object_id).first()
            context["secret"] = found and found.secret
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except LookalikeError as error:
            messages.error(request, error.message)
            return redirect(request.path)

    def save_model(self, request: HttpRequest, obj: Webhook, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in WebhookForm.Meta.fields}
        if change:
            webhooks.change_webhook(obj, **values)
        else:
            obj.pk = webhooks.create_webhook(**values).pk

    def delete_model(self, request: HttpRequest, obj: Webhook) -> None:
        webhooks.delete_webhook(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        for webhook in queryset:
            webhooks.delete_webhook(webhook)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The log goes along, counted and not listed: it may be very long, and nobody may delete
        from it otherwise."""
        rows: Sequence[Webhook] = list(objs)
        log = WebhookDelivery.objects.filter(webhook__in=rows).count()
        counts = {
            Webhook._meta.verbose_name_plural: len(rows),
            WebhookDelivery._meta.verbose_name_plural: log,
        }
        return [str(row) for row in rows], counts, set(), []

    def response_add(
        self, request: HttpRequest, obj: Webhook, post_url_continue: str | None = None
    ) -> HttpResponse:
        """To its own page, which shows the secret."""
        request.session[SHOWN_ONCE] = str(obj.pk)
        messages.success(request, _("The webhook is there. Send it a ping to see if it arrives."))
        return redirect(CHANGE, obj.pk)

    def ping_view(self, request: HttpRequest, webhook_id: int) -> HttpResponse:
        webhook = self._changeable(request, webhook_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        delivery = webhooks.ping(webhook)
        self.log_change(request, webhook, _("Sent a ping."))
        if not request.user.has_perm("search.view_webhookdelivery"):
            messages.success(request, _("A ping is on its way."))
            return redirect(CHANGE, webhook.pk)
        return redirect("admin:search_webhookdelivery_change", delivery.pk)

    def rotate_view(self, request: HttpRequest, webhook_id: int) -> HttpResponse:
        """Asks whether it is really meant, and does it when that is posted."""
        webhook = self._changeable(request, webhook_id)
        if request.method == "POST":
            webhooks.rotate_secret(webhook)
            self.log_change(request, webhook, _("Made a new secret."))
            request.session[SHOWN_ONCE] = str(webhook.pk)
            return redirect(CHANGE, webhook.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("A new secret for %(webhook)s") % {"webhook": webhook},
            "webhook": webhook,
        }
        return TemplateResponse(request, "admin/search/webhooks/rotate.html", context)

    def _changeable(self, request: HttpRequest, webhook_id: int) -> Webhook:
        webhook = self.get_object(request, str(webhook_id))
        if not self.has_change_permission(request, webhook):
            raise PermissionDenied
        if webhook is None:
            raise Http404
        return webhook

    @admin.display(description=gettext_lazy("webhook"), ordering="description")
    def name(self, webhook: Webhook) -> SafeString:
        if not webhook.description:
            return format_html("{}", webhook.host)
        return format_html('{}<span class="host">{}</span>', webhook.description, webhook.host)

    @admin.display(description=gettext_lazy("events"))
    def events_told(self, webhook: Webhook) -> SafeString:
        return format_html_join(" ", "<code>{}</code>", ((each,) for each in webhook.events))

    @admin.display(description=gettext_lazy("state"))
    def health(self, webhook: Webhook) -> SafeString:
        badge, word, reason = _health(webhook)
        return format_html(
            '<span class="badge badge-{}">{}</span> <span class="reason">{}</span>',
            badge,
            word,
            reason,
        )


def _health(webhook: Webhook) -> tuple[str, str, str]:
    """The badge, its word, and why."""
    if webhook.disabled_because:
        return "failed", _("Disabled"), webhook.disabled_because
    if not webhook.enabled:
        return "none", _("Off"), ""
    if webhook.failing_since is not None:
        since = display_for_value(webhook.failing_since, "–")
        return "stale", _("Failing"), _("since %(time)s") % {"time": since}
    return "ready", _("On"), ""
