"""Whether a message that came to a webhook is the shop's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence

from lookalike_client.answers import WebhookEvent
from lookalike_client.errors import WrongSignature
from lookalike_client.reading import read

TOLERANCE = 300.0
PREFIX = "whsec_"


def verify_webhook(
    secrets: str | Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    tolerance: float = TOLERANCE,
) -> WebhookEvent:
    """The event that the message tells of, if one of the secrets has signed it.

    `body` are the bytes as they came; `headers` in capital or small letters. Raises WrongSignature
    for any other message, and for one whose time is more than `tolerance` seconds off: nobody can
    send an old one again. The same event may come twice; its `id` is the same then.
    """
    named = {name.lower(): value for name, value in headers.items()}
    sent = named.get("webhook-timestamp", "")
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 16):
        raise WrongSignature("The message has no webhook-timestamp in seconds.")
    signed = f"{named.get('webhook-id', '')}.{sent}.".encode() + body
    given = [each.encode() for each in named.get("webhook-signature", "").split(" ")]
    several = [secrets] if isinstance(secrets, str) else secrets
    right = [_signature(secret, signed) for secret in several]
    if not any(hmac.compare_digest(one, each) for one in right for each in given):
        raise WrongSignature("None of the secrets has signed this message.")
    if abs(time.time() - int(sent)) > tolerance:
        raise WrongSignature(f"The message is from another time: {sent} seconds since 1970.")
    return read(WebhookEvent, json.loads(body), "message")


def _signature(secret: str, signed: bytes) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError as error:
        raise ValueError(f"A secret is {PREFIX} and base64, as the shop told it.") from error
    if not key:
        raise ValueError("A secret is empty: anybody could have signed the message.")
    return b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
