"""Making, changing and deleting webhooks, and their secrets."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from search.errors import InvalidWebhook, UnknownWebhook
from search.models import Webhook
from search.services.webhooks.wording import refusal
from search.webhooks import EVENTS, Policy, Refused, addresses_of, make_secret, read_target

MAX_WEBHOOKS = 50
MAX_DESCRIPTION = 200
# Both secrets sign while a receiver changes from one to the other.
ROTATION = timedelta(hours=24)
RESOLVE_SECONDS = 5.0


def policy() -> Policy:
    """Where the operator lets webhooks point to."""
    return Policy(settings.WEBHOOK_ALLOW_HTTP, settings.WEBHOOK_ALLOWED_PRIVATE)


def check_url(url: str) -> str:
    """The address, if it may be sent to as far as one can know now. Raises InvalidWebhook."""
    try:
        target = read_target(url, policy())
        addresses_of(target, policy(), seconds=RESOLVE_SECONDS)
    except Refused as error:
        raise InvalidWebhook(refusal(error.reason, error.detail), field="url") from error
    except TimeoutError as error:
        told = _("The name servers don't answer. Try again in a moment.")
        raise InvalidWebhook(told, field="url") from error
    return url


def check_events(events: Collection[str]) -> list[str]:
    """The events in their usual order, each once. Raises InvalidWebhook for an unknown one, and for
    none at all."""
    for each in events:
        if each not in EVENTS:
            told = _("There is no event %(name)s. There are: %(names)s.")
            names = {"name": each[:40], "names": ", ".join(EVENTS)}
            raise InvalidWebhook(told % names, field="events")
    if not events:
        raise InvalidWebhook(_("Choose one event at least."), field="events")
    return [each for each in EVENTS if each in events]


def check_room() -> None:
    """Raises InvalidWebhook where there are as many webhooks as there may be."""
    if Webhook.objects.count() >= MAX_WEBHOOKS:
        told = _("There are %(count)s webhooks, and that is the most. Delete one first.")
        raise InvalidWebhook(told % {"count": MAX_WEBHOOKS})


def create_webhook(
    *, url: str, events: Collection[str], description: str = "", enabled: bool = True
) -> Webhook:
    """A new webhook with a secret of its own. Raises InvalidWebhook."""
    check_room()
    return Webhook.objects.create(
        url=check_url(url),
        events=check_events(events),
        description=description,
        enabled=enabled,
        secret=make_secret(),
    )


def change_webhook(webhook: Webhook, **changes: Any) -> Webhook:
    """Change url, events, description or enabled. Raises InvalidWebhook, and UnknownWebhook where
    it was deleted meanwhile.

    Another address is checked, the one it has isn't again. Turned on again, it begins anew.
    """
    if changes.get("url", webhook.url) != webhook.url:
        check_url(changes["url"])
    if "events" in changes:
        changes["events"] = check_events(changes["events"])
    with transaction.atomic():
        stored = _held(webhook)
        if changes.get("enabled") and not stored.enabled:
            changes |= {"failing_since": None, "disabled_because": ""}
        for name, value in changes.items():
            setattr(stored, name, value)
        # The worker counts in the other columns meanwhile.
        stored.save(update_fields=list(changes))
    return stored


def rotate_secret(webhook: Webhook) -> Webhook:
    """Give it a new secret; the present one signs too for ROTATION."""
    with transaction.atomic():
        stored = _held(webhook)
        stored.previous_secret, stored.secret = stored.secret, make_secret()
        stored.previous_until = timezone.now() + ROTATION
        stored.save(update_fields=["previous_secret", "previous_until", "secret"])
    return stored


def delete_webhook(webhook: Webhook) -> None:
    """Delete it with its deliveries; nothing happens where it is gone already."""
    with transaction.atomic():
        # Before its deliveries, as everyone locks them.
        stored = Webhook.objects.select_for_update().filter(pk=webhook.pk).first()
        if stored is not None:
            stored.delete()


def _held(webhook: Webhook) -> Webhook:
    stored = Webhook.objects.select_for_update(no_key=True).filter(pk=webhook.pk).first()
    if stored is None:
        raise UnknownWebhook(_("The webhook was deleted meanwhile."))
    return stored
