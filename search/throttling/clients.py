"""Who asks: told from others, without keeping who it is."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from axes.helpers import get_client_ip_address
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

# What a provider gives to one customer at least; inside it a browser changes its address daily.
IPV6_PREFIX = 64


def client_key(request: HttpRequest) -> str:
    """The same for all requests of a client, and of no use to whoever has it without SECRET_KEY.

    The address is the one by which failed log-ins are counted. Requests that have none, as those
    through a socket, are one client together.
    """
    address = get_client_ip_address(request)
    network = _network(ip_address(address)) if address else ""
    return salted_hmac("search.throttling", network, algorithm="sha256").hexdigest()


def _network(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, IPV6_PREFIX), strict=False))
