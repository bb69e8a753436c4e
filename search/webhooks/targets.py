"""Where a webhook may point to: public addresses over HTTPS, unless the operator says otherwise.

A name is resolved once, every address that it has is checked, and the connection goes to one of
those: an answer that changes between check and connection (DNS rebinding) changes nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

MAX_URL = 500
HTTPS_PORT, HTTP_PORT = 443, 80
# Below it, beside the web's own, lie mail, shells, name servers and printers.
FIRST_FREE_PORT = 1024

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?")
_PRINTABLE = re.compile(r"[!-\[\]-~]+")  # ASCII without blanks, control characters and backslash
# What IPv6 hands out to the public. Outside of it lie addresses that hold an IPv4 address (mapped,
# NAT64), local ones and all that is reserved.
_PUBLIC_IPV6 = ipaddress.IPv6Network("2000::/3")
# Public by their number, or so for some releases of Python, and still no place for a message.
_NEVER = tuple(
    map(
        ipaddress.ip_network,
        (
            "168.63.129.16/32",  # Azure's platform
            "192.0.0.0/24",  # protocols, among them Oracle's metadata
            "192.88.99.0/24",  # relays of 6to4
            "2001::/32",  # Teredo, which holds an IPv4 address
            "2002::/16",  # 6to4, the same
        ),
    )
)


class Reason(StrEnum):
    """Why an address is no target."""

    MALFORMED = "malformed"
    SCHEME = "scheme"
    USERINFO = "userinfo"
    FRAGMENT = "fragment"
    PORT = "port"
    UNRESOLVED = "unresolved"
    PRIVATE = "private"


class Refused(Exception):
    """The target may not, or can't, be sent to. `detail` is the part that it is about."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator allows beside public HTTPS: plain HTTP, and networks of his own."""

    allow_http: bool = False
    allowed: tuple[Network, ...] = ()

    def admits(self, address: Address) -> bool:
        if any(address in network for network in self.allowed):
            return True
        if any(address in network for network in _NEVER) or address.is_multicast:
            return False
        public = address.version == 4 or address in _PUBLIC_IPV6
        return public and address.is_global and not address.is_reserved


@dataclass(frozen=True, slots=True)
class Target:
    """A web address in its parts. `path` holds the query too."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def secure(self) -> bool:
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """As the Host header names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = HTTPS_PORT if self.secure else HTTP_PORT
        return host if self.port == usual else f"{host}:{self.port}"


def read_target(url: str, policy: Policy) -> Target:
    """The parts of a web address that the policy takes. Raises Refused; asks no name server."""
    if len(url) > MAX_URL or not _PRINTABLE.fullmatch(url):
        raise Refused(Reason.MALFORMED)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused(Reason.MALFORMED) from error
    if parts.scheme != "https" and not (policy.allow_http and parts.scheme == "http"):
        raise Refused(Reason.SCHEME, parts.scheme)
    if "@" in parts.netloc:
        raise Refused(Reason.USERINFO)
    if "#" in url:
        raise Refused(Reason.FRAGMENT)
    if not _is_host(host):
        raise Refused(Reason.MALFORMED)
    usual = HTTPS_PORT if parts.scheme == "https" else HTTP_PORT
    port = usual if port is None else port
    if port != usual and port < FIRST_FREE_PORT:
        raise Refused(Reason.PORT, str(port))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path)


def _is_host(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host)) and "%" not in host
    except ValueError:
        return bool(_NAME.fullmatch(host))


def addresses_of(target: Target, policy: Policy, *, seconds: float) -> Sequence[str]:
    """Every address of the host, all of which the policy admits. Raises Refused, or TimeoutError
    where the name servers haven't answered within `seconds`."""
    found = _resolve(target, seconds)
    for each in found:
        if not policy.admits(ipaddress.ip_address(each)):
            raise Refused(Reason.PRIVATE, each)
    return found


def _resolve(target: Target, seconds: float) -> list[str]:
    """In a thread of its own: the system's resolver takes no deadline."""
    answers: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
            # Without the zone of a link-local address.
            answers.put(list(dict.fromkeys(str(row[4][0]).partition("%")[0] for row in rows)))
        except (OSError, UnicodeError) as error:
            answers.put(OSError(str(error)))

    Thread(target=ask, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty as error:
        raise TimeoutError(f"{target.host} was not resolved in time") from error
    if isinstance(answer, OSError) or not answer:
        raise Refused(Reason.UNRESOLVED, target.host)
    return answer
