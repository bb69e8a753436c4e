"""One POST to a checked address, within a deadline that holds for all of it together."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from search.webhooks.targets import Policy, Refused, Target, addresses_of, read_target

TOTAL_SECONDS = 10.0
# Of the answer's body so much is read and kept; what follows is left in the wire.
MAX_ANSWER = 4096
MAX_DETAIL = 300
USER_AGENT = "Lookalike-Webhooks/1"


class Failure(StrEnum):
    """Why there was no answer."""

    REFUSED = "refused"
    TIMEOUT = "timeout"
    TLS = "tls"
    UNREACHABLE = "unreachable"
    PROTOCOL = "protocol"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a POST: a status with the beginning of the body, or a failure with its detail
    (of a refusal the Reason stands before a colon). `seconds` is how long it took."""

    status: int | None = None
    body: str = ""
    location: str = ""
    failure: Failure | None = None
    detail: str = ""
    seconds: float = 0.0

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Poster:
    """Posts to targets that the policy takes. One for a round of deliveries: it reads the trusted
    certificates once, 15 ms."""

    def __init__(self, policy: Policy, *, seconds: float = TOTAL_SECONDS) -> None:
        self._policy = policy
        self._seconds = seconds

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Sends `body` as JSON. Never raises for what a target does, and takes no longer than the
        deadline, redirects followed none."""
        started = time.monotonic()
        answer = self._post(url, body, headers, until=started + self._seconds)
        return replace(answer, seconds=time.monotonic() - started)

    def _post(self, url: str, body: bytes, headers: Mapping[str, str], *, until: float) -> Answer:
        try:
            target = read_target(url, self._policy)
            addresses = addresses_of(target, self._policy, seconds=_left(until))
            with self._connect(target, addresses, until) as wire:
                return _exchange(_Wire(wire, until), target, body, headers)
        except Refused as error:
            return Answer(failure=Failure.REFUSED, detail=f"{error.reason}:{error.detail}")
        except TimeoutError:
            return Answer(failure=Failure.TIMEOUT)
        except ssl.SSLError as error:
            return Answer(failure=Failure.TLS, detail=_told(error))
        except http.client.RemoteDisconnected as error:
            return Answer(failure=Failure.UNREACHABLE, detail=_told(error))
        except http.client.HTTPException as error:
            return Answer(failure=Failure.PROTOCOL, detail=_told(error))
        except OSError as error:
            return Answer(failure=Failure.UNREACHABLE, detail=error.strerror or _told(error))

    def _connect(self, target: Target, addresses: Sequence[str], until: float) -> socket.socket:
        """To the first of the addresses that takes it; the certificate is that of the name."""
        wire = _first_of(addresses, target.port, until)
        if not target.secure:
            return wire
        try:
            wire.settimeout(_left(until))
            return self._trust.wrap_socket(wire, server_hostname=target.host)
        except BaseException:
            wire.close()
            raise


def _first_of(addresses: Sequence[str], port: int, until: float) -> socket.socket:
    for place, address in enumerate(addresses, start=1):
        try:
            # A share of the time each: the first may be one that swallows everything.
            share = _left(until) / (len(addresses) - place + 1)
            return socket.create_connection((address, port), timeout=share)
        except OSError:
            if place == len(addresses):
                raise
    raise OSError("There was no address to connect to.")


def _exchange(wire: _Wire, target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = wire  # what it uses of a socket
    sent = {
        "Host": target.authority,
        "User-Agent": USER_AGENT,
        "Content-Type": "application/json",
        "Accept": "*/*",
        "Connection": "close",
        **headers,
    }
    connection.request("POST", target.path, body, sent)
    response = connection.getresponse()
    return Answer(
        status=response.status,
        body=_beginning(response),
        location=_clean(response.headers.get("Location") or ""),
    )


def _beginning(response: http.client.HTTPResponse) -> str:
    """As much of the body as is kept. The status has told all: a body that is late or breaks off
    makes no failure of it."""
    read = b""
    try:
        while len(read) < MAX_ANSWER and (piece := response.read1(MAX_ANSWER - len(read))):
            read += piece
    except (OSError, http.client.HTTPException):
        pass
    return read.decode("utf-8", "replace").replace("\0", "")


class _Wire:
    """What http.client uses of a socket. Each read and write gets the time that is left in all: a
    server that sends a byte a second wins nothing."""

    def __init__(self, wire: socket.socket, until: float) -> None:
        self._wire = wire
        self._until = until

    def sendall(self, data: bytes) -> None:
        self._wire.settimeout(_left(self._until))
        self._wire.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._wire, self._until))

    def close(self) -> None:
        """Whoever opened it closes it."""


class _Reader(io.RawIOBase):
    def __init__(self, wire: socket.socket, until: float) -> None:
        self._wire = wire
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.settimeout(_left(self._until))
        return self._wire.recv_into(buffer)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("The time is up.")
    return left


def _told(error: Exception) -> str:
    return _clean(str(error) or type(error).__name__)


def _clean(text: str) -> str:
    """As much as is kept, and nothing that Postgres refuses."""
    return text.replace("\0", "")[:MAX_DETAIL]
