"""The attempts of one call: when each is sent, and whether another one follows."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import httpx

from lookalike_client.calls import Call, Received
from lookalike_client.errors import DeadlineExceeded, TransportError
from lookalike_client.pauses import backoff, retry_after
from lookalike_client.wire import REQUEST_ID, Shop, code_of, value_of

T = TypeVar("T")
Outcome = Received | httpx.RequestError
TIMEOUT = 30.0
RETRIES = 3
CONNECT = 5.0  # seconds: who doesn't take a connection by then won't
LATER = (429, 503)
OF_PROXIES = (502, 504)


@dataclass(frozen=True, slots=True)
class Policy:
    """Seconds for a call with all its attempts, and how many may follow the first."""

    timeout: float = TIMEOUT
    retries: int = RETRIES

    def __post_init__(self) -> None:
        if not self.timeout > 0:
            raise ValueError("timeout is a number of seconds above 0.")
        if self.retries < 0:
            raise ValueError("retries is 0 or more.")


class Tries(Generic[T]):
    """One call from its first attempt to its value or error; knows no connection.

    Send what `request` gives, hand what came of it to `settle`, wait as long as that says and
    begin again; when it says None, `value` has the answer or raises the error.
    """

    def __init__(
        self,
        call: Call[T],
        shop: Shop,
        policy: Policy,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._call, self._shop, self._policy, self._clock = call, shop, policy, clock
        self._until = clock() + policy.timeout + call.patience
        self._attempt = 0
        self._outcome: Outcome | None = None
        # One id for all attempts, so that the shop's log shows them together.
        self._request_id = call.request.headers.get(REQUEST_ID, str(uuid.uuid4()))

    def request(self) -> httpx.Request:
        """The next attempt. Raises DeadlineExceeded when the time is up."""
        self._attempt += 1
        left = self.left()
        timeout = httpx.Timeout(left, connect=min(left, CONNECT))
        return self._shop.request(self._call.request, request_id=self._request_id, timeout=timeout)

    def left(self) -> float:
        """Seconds that remain. Raises DeadlineExceeded."""
        left = self._until - self._clock()
        if left <= 0:
            raise self._too_late()
        return left

    def settle(self, outcome: Outcome) -> float | None:
        """Seconds to wait before the next attempt; None when there is to be none."""
        self._outcome = outcome
        pause = self._pause(outcome)
        if pause is None or self._attempt > self._policy.retries:
            return None
        return pause if pause < self._until - self._clock() else None

    def value(self) -> T:
        """The answer's value. Raises ApiError, UnexpectedAnswer, TransportError."""
        outcome = self._outcome
        if isinstance(outcome, Received):
            return value_of(self._call, outcome)
        if isinstance(outcome, httpx.TimeoutException):
            raise self._too_late() from outcome
        reason = f"{type(outcome).__name__}: {outcome}"
        raise TransportError(f"No whole answer came ({reason}; {self._told()}).") from outcome

    def _pause(self, outcome: Outcome) -> float | None:
        if isinstance(outcome, httpx.RequestError):
            return backoff(self._attempt)
        asked = retry_after(outcome.headers)
        if asked is not None and _is_for_later(outcome):
            return asked + backoff(self._attempt)
        if outcome.status in (*LATER, *OF_PROXIES):
            return backoff(self._attempt)
        return None

    def _too_late(self) -> DeadlineExceeded:
        return DeadlineExceeded(f"No answer came in time ({self._told()}).")

    def _told(self) -> str:
        seconds = self._policy.timeout + self._call.patience
        return (
            f"{self._call.request.method} {self._call.request.path}, attempt {self._attempt}, "
            f"{seconds:g} s for all, request {self._request_id}"
        )


def _is_for_later(received: Received) -> bool:
    """Whether the shop did nothing and says when it will; of its 409s only the one that says that
    an earlier attempt of this call is still under way."""
    return received.status in LATER or code_of(received) == "idempotency_in_use"
