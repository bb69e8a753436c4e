"""Sending what is due, several at once, so that a slow receiver holds up nobody else.

Threads do nothing but HTTP; this one claims and writes down, so that no connection to the database
waits for a receiver.
"""

from __future__ import annotations

import json
import time
from queue import Empty, SimpleQueue
from threading import Event, Thread

import structlog

from search.models import WebhookEvent
from search.services.webhooks import claims
from search.services.webhooks.claims import Claim
from search.services.webhooks.outbox import hand_on
from search.services.webhooks.registering import policy
from search.webhooks import Answer, Failure, Poster, sign

log = structlog.get_logger(__name__)

# On their way at once, to all webhooks together: threads that wait cost next to nothing.
AT_ONCE = 16
LOOK_SECONDS = 0.2
# How long a worker that is told to stop waits for the answers that are still out.
STOP_SECONDS = 2.0

# Set once, when the process is told to stop.
stopping = Event()

Inbox = SimpleQueue[tuple[Claim, Answer]]


def deliver(*, seconds: float) -> bool:
    """Claim and send for about `seconds`, then wait for what is on its way; whether nothing is due
    any more.

    At least once: a worker that dies after the receiver has taken a message and before that is
    written down leaves it to be sent again.
    """
    claims.give_up_on_lost()
    deadline, inbox, poster = time.monotonic() + seconds, Inbox(), Poster(policy())
    flying: dict[int, Claim] = {}
    while True:
        if time.monotonic() < deadline and not stopping.is_set():
            hand_on()
            for claim in claims.claim(limit=AT_ONCE - len(flying)):
                flying[claim.delivery_id] = claim
                Thread(target=_send, args=(claim, poster, inbox), name="post", daemon=True).start()
        if stopping.is_set():
            _land_all(inbox, flying, seconds=STOP_SECONDS)
            claims.release(flying.values())
            return False
        if not flying:
            return not is_waiting()
        _land(inbox, flying, seconds=LOOK_SECONDS)


def is_waiting() -> bool:
    """Whether there is something that could be sent now."""
    new = WebhookEvent.objects.filter(transaction_id__isnull=False)
    return claims.due().exists() or new.exists()


def _land_all(inbox: Inbox, flying: dict[int, Claim], *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while flying and (left := until - time.monotonic()) > 0:
        _land(inbox, flying, seconds=left)


def _land(inbox: Inbox, flying: dict[int, Claim], *, seconds: float) -> None:
    """Write down the next answer, if one comes within `seconds`, and all that lie behind it."""
    try:
        claim, answer = inbox.get(timeout=seconds)
        while True:
            del flying[claim.delivery_id]
            _record(claim, answer)
            claim, answer = inbox.get_nowait()
    except Empty:
        return


def _record(claim: Claim, answer: Answer) -> None:
    """Write down the answer. Where that can't be, its claim runs out and it is sent again; the
    others, which have been answered too, are not lost with it."""
    try:
        claims.record(claim, answer)
    except Exception:
        log.exception("What came of a delivery could not be stored", delivery=claim.delivery_id)


def _send(claim: Claim, poster: Poster, inbox: Inbox) -> None:
    try:
        inbox.put((claim, _post(claim, poster)))
    except Exception as error:
        log.exception("A webhook could not be sent", webhook=claim.webhook_id)
        failed = Answer(failure=Failure.PROTOCOL, detail=type(error).__name__)
        inbox.put((claim, failed))


def _post(claim: Claim, poster: Poster) -> Answer:
    body = json.dumps(claim.event, ensure_ascii=False, separators=(",", ":")).encode()
    message_id, timestamp = claim.event["id"], int(time.time())
    signature = sign(body, message_id=message_id, timestamp=timestamp, keys=claim.secrets)
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }
    return poster.post(claim.url, body, headers)
