"""Signatures as the Standard Webhooks specification has them (standardwebhooks.com, 1.0)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
KEY_BYTES = 32  # the specification asks for 24 to 64


def make_secret() -> str:
    """A new secret, as both sides keep it: `whsec_` and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def sign(body: bytes, *, message_id: str, timestamp: int, keys: Iterable[str]) -> str:
    """The `webhook-signature` header: one signature for each secret, apart by spaces.

    `timestamp` is in seconds since 1970. A receiver accepts the message if one of them is right.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_signature(signed, key)}" for key in keys)


def _signature(signed: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
