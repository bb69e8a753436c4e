"""Where a webhook may point to, and where never."""

from __future__ import annotations

import socket
from ipaddress import ip_address, ip_network
from threading import Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.webhooks import Policy, Reason, Refused, Target, addresses_of, read_target

PUBLIC = Policy()


def refused(url: str, policy: Policy = PUBLIC) -> Reason:
    with pytest.raises(Refused) as error:
        read_target(url, policy)
    return error.value.reason


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://erp.example.com", Target("https", "erp.example.com", 443, "/")),
        (
            "https://ERP.example.com:8443/a?b=c%20d",
            Target("https", "erp.example.com", 8443, "/a?b=c%20d"),
        ),
        ("https://xn--mnchen-3ya.example/", Target("https", "xn--mnchen-3ya.example", 443, "/")),
        ("https://[2606:4700::1111]/x", Target("https", "2606:4700::1111", 443, "/x")),
    ],
)
def test_an_address_in_its_parts(url: str, target: Target):
    assert read_target(url, PUBLIC) == target


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://erp.example.com/", Reason.SCHEME),
        ("ftp://erp.example.com/", Reason.SCHEME),
        ("file:///etc/passwd", Reason.SCHEME),
        ("//erp.example.com/", Reason.SCHEME),
        ("https://me:secret@erp.example.com/", Reason.USERINFO),
        ("https://@127.0.0.1/", Reason.USERINFO),
        ("https://erp.example.com@127.0.0.1/", Reason.USERINFO),
        ("https://erp.example.com/#a", Reason.FRAGMENT),
        ("https://erp.example.com:22/", Reason.PORT),
        ("https://erp.example.com:80/", Reason.PORT),
        ("https://erp.example.com:0/", Reason.PORT),
        ("https://erp.example.com:65536/", Reason.MALFORMED),
        ("https://erp.example.com:x/", Reason.MALFORMED),
        ("https://", Reason.MALFORMED),
        ("https:///hooks", Reason.MALFORMED),
        ("https://a b/", Reason.MALFORMED),
        ("https://a\tb.example/", Reason.MALFORMED),
        ("https://erp.example.com/\r\nX-Evil: 1", Reason.MALFORMED),
        ("https://erp.example.com\\@127.0.0.1/", Reason.MALFORMED),
        ("https://münchen.example/", Reason.MALFORMED),
        ("https://127。0。0。1/", Reason.MALFORMED),
        ("https://①②⑦.0.0.1/", Reason.MALFORMED),
        ("https://-a.example/", Reason.MALFORMED),
        ("https://a..example/", Reason.MALFORMED),
        ("https://[fe80::1%25eth0]/", Reason.MALFORMED),
        ("https://[::1/", Reason.MALFORMED),
        ("https://erp.example.com/" + "a" * 500, Reason.MALFORMED),
        ("", Reason.MALFORMED),
    ],
)
def test_no_target(url: str, reason: Reason):
    assert refused(url) is reason


def test_plain_http_where_the_operator_lets_it():
    policy = Policy(allow_http=True)

    assert read_target("http://erp.example.com/", policy).port == 80
    assert refused("gopher://erp.example.com/", policy) is Reason.SCHEME


@given(url=st.text(max_size=60) | st.text(max_size=30).map("https://{}".format))
def test_any_text_is_a_target_or_refused(url: str):
    try:
        target = read_target(url, PUBLIC)
    except Refused:
        return
    assert target.scheme == "https"
    assert target.host.isascii()


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "93.184.216.34"])
def test_public_addresses_are_admitted(address: str):
    assert PUBLIC.admits(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255"),  # noqa: S104
        *("192.168.1.1", "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200"),
        *("192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
        *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
        *("192.88.99.1", "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254"),
        *("ff02::1", "2001:db8::1", "100::1"),
        # Of another address: mapped, compatible, NAT64, its local form, 6to4, Teredo.
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1"),
        *("64:ff9b::808:808", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::"),
    ],
)
def test_all_others_are_not(address: str):
    assert not PUBLIC.admits(ip_address(address))


def test_a_network_of_the_operators_own_is_admitted_and_nothing_beside_it():
    policy = Policy(allowed=(ip_network("10.20.0.0/16"), ip_network("fd00:1::/32")))

    assert policy.admits(ip_address("10.20.3.4"))
    assert policy.admits(ip_address("fd00:1::5"))
    assert not policy.admits(ip_address("10.21.0.1"))
    assert not policy.admits(ip_address("127.0.0.1"))
    assert not policy.admits(ip_address("::ffff:10.20.3.4"))


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1"]
)
def test_a_name_that_leads_to_this_machine_however_it_is_written(host: str):
    target = read_target(f"https://{host}/", PUBLIC)

    with pytest.raises(Refused) as error:
        addresses_of(target, PUBLIC, seconds=5)

    assert error.value.reason is Reason.PRIVATE
    assert error.value.detail in {"127.0.0.1", "::1"}


def resolver(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """What the name servers say, whatever they are asked."""
    rows: list[Any] = [
        (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443))
        for each in addresses
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: rows)


def test_one_private_address_among_public_ones_is_one_too_many(monkeypatch: pytest.MonkeyPatch):
    resolver(monkeypatch, "8.8.8.8", "10.0.0.1")

    with pytest.raises(Refused) as error:
        addresses_of(read_target("https://erp.example.com/", PUBLIC), PUBLIC, seconds=5)

    assert (error.value.reason, error.value.detail) == (Reason.PRIVATE, "10.0.0.1")


def test_all_public_addresses_are_given(monkeypatch: pytest.MonkeyPatch):
    resolver(monkeypatch, "8.8.8.8", "2606:4700::1", "8.8.8.8")
    target = read_target("https://erp.example.com/", PUBLIC)

    assert list(addresses_of(target, PUBLIC, seconds=5)) == ["8.8.8.8", "2606:4700::1"]


def test_a_name_that_nobody_knows():
    target = read_target("https://nobody.invalid/", PUBLIC)

    with pytest.raises(Refused) as error:
        addresses_of(target, PUBLIC, seconds=30)

    assert (error.value.reason, error.value.detail) == (Reason.UNRESOLVED, "nobody.invalid")


def test_a_name_server_that_is_silent(monkeypatch: pytest.MonkeyPatch):
    silence = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_b: [] if silence.wait(30) else None)

    with pytest.raises(TimeoutError):
        addresses_of(read_target("https://erp.example.com/", PUBLIC), PUBLIC, seconds=0.05)

    silence.set()
