"""Webhooks: who is told, what there is to tell, and telling it."""

from search.services.webhooks.delivering import deliver
from search.services.webhooks.listening import ring_if_heard
from search.services.webhooks.log import (
    Figures,
    deliveries_of,
    disabled_webhooks,
    figures,
    first_secret,
    get_delivery,
    get_webhook,
    page,
    webhooks,
)
from search.services.webhooks.outbox import hand_on, ping, purge_log, replay
from search.services.webhooks.registering import (
    change_webhook,
    check_events,
    check_room,
    check_url,
    create_webhook,
    delete_webhook,
    rotate_secret,
)

__all__ = [
    "Figures",
    "change_webhook",
    "check_events",
    "check_room",
    "check_url",
    "create_webhook",
    "delete_webhook",
    "deliver",
    "deliveries_of",
    "disabled_webhooks",
    "figures",
    "first_secret",
    "get_delivery",
    "get_webhook",
    "hand_on",
    "page",
    "ping",
    "purge_log",
    "replay",
    "ring_if_heard",
    "rotate_secret",
    "webhooks",
]
