"""Webhooks, and the log of what they were sent. They need a key of the scope `admin`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Unpack

from lookalike_client.addresses import below_root
from lookalike_client.answers import Delivery, DeliveryList, NewWebhookAnswer, Webhook, WebhookList
from lookalike_client.answers.webhooks import DeliveryState, Event
from lookalike_client.calls import Call, Pages, Request, call, silent
from lookalike_client.operations.conditions import once
from lookalike_client.operations.refining import body_of, query_of


class WebhookChanges(TypedDict, total=False):
    """What may change of a webhook."""

    url: str
    events: Sequence[Event]
    description: str | None
    enabled: bool | None


def webhook_page(*, cursor: str | None = None, k: int | None = None) -> Call[WebhookList]:
    """A page of webhooks, newest first; `cursor` stands in the `next` of another."""
    query = query_of({"cursor": cursor, "k": k})
    return call(WebhookList, Request(method="GET", path="webhooks/", query=query))


def webhooks(*, k: int | None = None) -> Pages[WebhookList, Webhook]:
    """All webhooks, newest first, fetched `k` at a time."""
    return Pages(webhook_page(k=k), lambda page: page.results, _following_webhooks)


def _following_webhooks(page: WebhookList) -> Call[WebhookList] | None:
    if page.next is None:
        return None
    path, query = below_root(page.next)
    return call(WebhookList, Request(method="GET", path=path, query=query))


def create_webhook(
    url: str,
    events: Sequence[Event],
    *,
    description: str | None = None,
    enabled: bool | None = None,
    idempotency_key: str | None = None,
) -> Call[NewWebhookAnswer]:
    """Tell an address of events. Keep the `secret`: nobody can ask for it again."""
    given = {"url": url, "events": list(events), "description": description, "enabled": enabled}
    request = Request(
        method="POST", path="webhooks/", headers=once(idempotency_key), json=body_of(given)
    )
    return call(NewWebhookAnswer, request)


def webhook(webhook_id: int) -> Call[Webhook]:
    """A webhook."""
    return call(Webhook, Request(method="GET", path=_path(webhook_id)))


def change_webhook(
    webhook_id: int, *, idempotency_key: str | None = None, **changes: Unpack[WebhookChanges]
) -> Call[Webhook]:
    """Change what is named; `enabled=True` begins anew after failures."""
    request = Request(
        method="PATCH",
        path=_path(webhook_id),
        headers=once(idempotency_key),
        json=body_of(changes),
    )
    return call(Webhook, request)


def delete_webhook(webhook_id: int, *, idempotency_key: str | None = None) -> Call[None]:
    """Delete a webhook and its log."""
    headers = once(idempotency_key)
    return silent(Request(method="DELETE", path=_path(webhook_id), headers=headers))


def ping_webhook(webhook_id: int, *, idempotency_key: str | None = None) -> Call[Delivery]:
    """Send a message of the type `ping`, to see whether it arrives."""
    path, headers = f"{_path(webhook_id)}ping/", once(idempotency_key)
    return call(Delivery, Request(method="POST", path=path, headers=headers))


def delivery_page(
    webhook_id: int,
    *,
    cursor: str | None = None,
    k: int | None = None,
    state: DeliveryState | None = None,
) -> Call[DeliveryList]:
    """A page of a webhook's log, newest first; `cursor` stands in the `next` of another."""
    query = query_of({"cursor": cursor, "k": k, "state": state})
    path = f"{_path(webhook_id)}deliveries/"
    return call(DeliveryList, Request(method="GET", path=path, query=query))


def deliveries(
    webhook_id: int, *, k: int | None = None, state: DeliveryState | None = None
) -> Pages[DeliveryList, Delivery]:
    """A webhook's log, newest first, fetched `k` at a time."""
    first = delivery_page(webhook_id, k=k, state=state)
    return Pages(first, lambda page: page.results, _following_deliveries)


def _following_deliveries(page: DeliveryList) -> Call[DeliveryList] | None:
    if page.next is None:
        return None
    path, query = below_root(page.next)
    return call(DeliveryList, Request(method="GET", path=path, query=query))


def replay(delivery_id: int, *, idempotency_key: str | None = None) -> Call[Delivery]:
    """Send a message once more, under the same id."""
    path = f"webhooks/deliveries/{int(delivery_id)}/replay/"
    return call(Delivery, Request(method="POST", path=path, headers=once(idempotency_key)))


def _path(webhook_id: int) -> str:
    return f"webhooks/{int(webhook_id)}/"
