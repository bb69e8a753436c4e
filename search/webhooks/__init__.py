"""Telling other programs: what is told, how it is signed, where it may go, how it is sent. No
Django, no SQL."""

from search.webhooks.events import (
    EVENTS,
    IMAGE_FAILED,
    IMAGE_READY,
    PING,
    PRODUCT_CREATED,
    PRODUCT_DELETED,
    PRODUCT_UPDATED,
)
from search.webhooks.posting import Answer, Failure, Poster
from search.webhooks.signing import make_secret, sign
from search.webhooks.targets import Policy, Reason, Refused, Target, addresses_of, read_target

__all__ = [
    "EVENTS",
    "IMAGE_FAILED",
    "IMAGE_READY",
    "PING",
    "PRODUCT_CREATED",
    "PRODUCT_DELETED",
    "PRODUCT_UPDATED",
    "Answer",
    "Failure",
    "Policy",
    "Poster",
    "Reason",
    "Refused",
    "Target",
    "addresses_of",
    "make_secret",
    "read_target",
    "sign",
]
