"""A write under an Idempotency-Key happens once: who comes second gets the first one's answer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from search.engine.statements import fetch
from search.errors import IdempotencyInUse, IdempotencyMismatch
from search.models import IdempotentRequest

LIFETIME = timedelta(hours=24)
# After so long a request that has stored no answer is taken for crashed: a photo's decoding, the
# longest there is, ends after 15 seconds.
ABANDONED = timedelta(minutes=2)

# Who inserts the row, or takes over one whose day is over or whose request crashed, has the claim.
# One statement: of two at once, one has it.
CLAIM = f"""
    INSERT INTO {IdempotentRequest._meta.db_table} AS stored
        (caller, key, method, path, fingerprint, state, claim, claimed_at, status, headers, body,
         expires_at)
    VALUES (%(caller)s, %(key)s, %(method)s, %(path)s, %(fingerprint)s, 'running',
        %(claim)s::uuid, %(now)s, NULL, '{{}}', '', %(expires)s)
    ON CONFLICT (caller, key) DO UPDATE
    SET method = excluded.method, path = excluded.path, fingerprint = excluded.fingerprint,
        state = 'running', claim = excluded.claim, claimed_at = excluded.claimed_at,
        status = NULL, headers = '{{}}', body = '', expires_at = excluded.expires_at
    WHERE stored.expires_at <= %(now)s
       OR (stored.state = 'running' AND stored.claimed_at <= %(abandoned)s
           AND stored.fingerprint = excluded.fingerprint)
    RETURNING id
"""  # noqa: S608 - a table's name


@dataclass(frozen=True)
class Sent:
    """A request: whose it is, under which key, and what tells it from others."""

    caller: str
    key: str
    method: str
    path: str
    fingerprint: str


@dataclass(frozen=True)
class Answered:
    """What was answered to a request."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Claim:
    """The right, and the duty, to do the work of a request."""

    pk: int
    token: uuid.UUID


def claim(sent: Sent) -> Claim | Answered:
    """The claim under which to do the work and `keep` its answer; or the answer, where it is done.

    Raises IdempotencyMismatch where the key came with another request, IdempotencyInUse while the
    same one is at work.
    """
    token = uuid.uuid4()
    now = timezone.now()
    values = {
        **vars(sent),
        "claim": token,
        "now": now,
        "expires": now + LIFETIME,
        "abandoned": now - ABANDONED,
    }
    for (pk,) in fetch(CLAIM, values):
        return Claim(pk, token)
    stored = IdempotentRequest.objects.filter(caller=sent.caller, key=sent.key).first()
    if stored is None or stored.fingerprint == sent.fingerprint:
        return _answer_of(stored)
    raise IdempotencyMismatch(
        f"The key came with another request before: {stored.method} {stored.path[:200]}, or with "
        "another body. Make a new key for each request, and repeat it only with the very same one.",
        field="Idempotency-Key",
    )


def _answer_of(stored: IdempotentRequest | None) -> Answered:
    if stored is None or stored.state != IdempotentRequest.State.DONE or stored.status is None:
        raise IdempotencyInUse(
            "A request with this key is still at work. Send it again in a second.",
            field="Idempotency-Key",
        )
    return Answered(stored.status, stored.headers, bytes(stored.body))


def keep(mine: Claim, answered: Answered) -> None:
    """The answer of the claim's work, for whoever sends the same again within a day."""
    _still(mine).update(
        state=IdempotentRequest.State.DONE,
        status=answered.status,
        headers=dict(answered.headers),
        body=answered.body,
    )


def release(mine: Claim) -> None:
    """Nothing came of it: the next one with the key does the work."""
    _still(mine).delete()


def _still(mine: Claim) -> QuerySet[IdempotentRequest]:
    """The request, unless it was taken for crashed and another one is at work."""
    running = IdempotentRequest.objects.filter(state=IdempotentRequest.State.RUNNING)
    return running.filter(pk=mine.pk, claim=mine.token)


def purge() -> int:
    """Delete those whose day is over; how many they were."""
    return IdempotentRequest.objects.filter(expires_at__lte=timezone.now()).delete()[0]
