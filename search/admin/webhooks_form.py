"""The form of a webhook. What it refuses, the service refuses everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from search.admin.bases import WebhookFormBase
from search.errors import InvalidWebhook
from search.models import Webhook
from search.services import webhooks
from search.webhooks import (
    IMAGE_FAILED,
    IMAGE_READY,
    PRODUCT_CREATED,
    PRODUCT_DELETED,
    PRODUCT_UPDATED,
)

Checked = TypeVar("Checked")

WORDS = {
    IMAGE_READY: _("An image can be found by photo"),
    IMAGE_FAILED: _("An image could not be embedded"),
    PRODUCT_CREATED: _("A product is new"),
    PRODUCT_UPDATED: _("A product has changed: its words, price, stock, tags or images"),
    PRODUCT_DELETED: _("A product is gone"),
}


class WebhookForm(WebhookFormBase):
    url = forms.CharField(
        label=_("Address"),
        widget=forms.URLInput({"class": "vURLField", "placeholder": "https://"}),
        help_text=_("Where messages are sent. HTTPS, and reachable from the Internet."),
    )
    events = forms.MultipleChoiceField(
        label=_("Events"), choices=list(WORDS.items()), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Webhook
        fields = ("url", "description", "events", "enabled")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if url == self.initial.get("url"):
            return url
        return _or_invalid(lambda: webhooks.check_url(url))

    def clean_events(self) -> list[str]:
        return _or_invalid(lambda: webhooks.check_events(self.cleaned_data["events"]))

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.instance.pk:
            _or_invalid(webhooks.check_room)
        return self.cleaned_data


def _or_invalid(check: Callable[[], Checked]) -> Checked:
    try:
        return check()
    except InvalidWebhook as error:
        raise ValidationError(error.message, code="invalid") from error
