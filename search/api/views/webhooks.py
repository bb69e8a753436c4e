"""Webhooks: who is told of what, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.urls import reverse
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from search import inputs
from search.api import cursors
from search.api.answers import absolute, origin_of
from search.api.describe import webhooks as describe
from search.api.idempotency import Repeatable
from search.api.parsers import JSONParser
from search.api.refinement import page_size, query_params
from search.api.webhooks.answers import (
    delivery_card,
    new_webhook,
    webhook_card,
    with_secret,
    without_secret,
)
from search.api.webhooks.serializers import read_changes, read_webhook
from search.errors import InvalidSearch
from search.models import WebhookDelivery
from search.services import webhooks
from search.services.idempotency import Answered

Row = TypeVar("Row", bound=Model)

ADMIN = dict.fromkeys(("GET", "POST", "PATCH", "DELETE"), "admin")


class WebhookDoor(Repeatable):
    """Who may see or set where the shop's news go is an administrator."""

    scopes = ADMIN
    parser_classes = [JSONParser]
    no_store = True


class WebhookList(WebhookDoor):
    """`webhooks/`: all of them, and a new one."""

    @describe.webhook_list
    def get(self, request: Request) -> Response:
        shown, following = _page(request, webhooks.webhooks(), reverse("api:webhooks"))
        results = [webhook_card(origin_of(request), each) for each in shown]
        return Response({"results": results, "next": following})

    @describe.webhook_create
    def post(self, request: Request) -> Response:
        self.refuse_params(request)
        made = webhooks.create_webhook(**read_webhook(request.data))
        answer = new_webhook(origin_of(request), made)
        return Response(answer, status=status.HTTP_201_CREATED)

    def to_store(self, answered: Answered) -> Answered:
        return replace(answered, body=without_secret(answered.body))

    def from_store(self, answered: Answered) -> Answered:
        return replace(answered, body=with_secret(answered.body))


class WebhookView(WebhookDoor):
    """`webhooks/{id}/`: one of them, to read, change or delete."""

    @describe.webhook
    def get(self, request: Request, webhook_id: int) -> Response:
        self.refuse_params(request)
        return Response(webhook_card(origin_of(request), webhooks.get_webhook(webhook_id)))

    @describe.webhook_change
    def patch(self, request: Request, webhook_id: int) -> Response:
        self.refuse_params(request)
        webhook = webhooks.get_webhook(webhook_id)
        changes = read_changes(request.data)
        return Response(
            webhook_card(origin_of(request), webhooks.change_webhook(webhook, **changes))
        )

    @describe.webhook_delete
    def delete(self, request: Request, webhook_id: int) -> Response:
        self.refuse_params(request)
        webhooks.delete_webhook(webhooks.get_webhook(webhook_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PingView(WebhookDoor):
    """`POST webhooks/{id}/ping/`: whether anything arrives there."""

    @describe.webhook_ping
    def post(self, request: Request, webhook_id: int) -> Response:
        self.refuse_params(request)
        delivery = webhooks.ping(webhooks.get_webhook(webhook_id))
        return Response(delivery_card(delivery), status=status.HTTP_202_ACCEPTED)


class DeliveryList(WebhookDoor):
    """`GET webhooks/{id}/deliveries/`: the log."""

    @describe.webhook_deliveries
    def get(self, request: Request, webhook_id: int) -> Response:
        rows, state = webhooks.deliveries_of(webhooks.get_webhook(webhook_id)), _state(request)
        address = reverse("api:webhook_deliveries", args=[webhook_id])
        narrowed = rows.filter(state=state) if state else rows
        shown, following = _page(request, narrowed, address, state=state)
        return Response({"results": [delivery_card(each) for each in shown], "next": following})


class ReplayView(WebhookDoor):
    """`POST webhooks/deliveries/{id}/replay/`: the same once more."""

    @describe.delivery_replay
    def post(self, request: Request, delivery_id: int) -> Response:
        self.refuse_params(request)
        found = webhooks.get_delivery(delivery_id)
        webhooks.replay(WebhookDelivery.objects.filter(pk=found.pk))
        answer = delivery_card(webhooks.get_delivery(delivery_id))
        return Response(answer, status=status.HTTP_202_ACCEPTED)


def _page(
    request: Request, rows: QuerySet[Row], address: str, **narrowed: str
) -> tuple[Sequence[Row], str | None]:
    """A page of the rows, and the address of the next one."""
    params = query_params(request, allowed=("cursor", "k", *narrowed))
    k = page_size(params)
    cursor = inputs.single(params, "cursor")
    shown, last = webhooks.page(rows, after=cursors.decode(cursor) if cursor else None, k=k)
    if last is None:
        return shown, None
    going_on = {"cursor": cursors.encode(last), "k": k, **narrowed}
    kept = urlencode({name: value for name, value in going_on.items() if value})
    return shown, absolute(origin_of(request), f"{address}?{kept}")


def _state(request: Request) -> str:
    """The state that the log is narrowed to, or ""."""
    state = str(request.query_params.get("state", ""))
    if state and state not in WebhookDelivery.State.values:
        names = ", ".join(WebhookDelivery.State.values)
        raise InvalidSearch(f"state is one of {names}.", field="state")
    return state
