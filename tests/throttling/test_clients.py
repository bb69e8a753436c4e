"""Clients are told apart by their address, and nobody can choose one or read it back."""

from __future__ import annotations

import runpy
from typing import Any

import pytest
from axes.helpers import get_client_ip_address
from django.test import RequestFactory

from config.settings import security
from search.throttling import client_key


def key_of(address: str, *, forwarded: str = "") -> str:
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return client_key(RequestFactory().get("/", REMOTE_ADDR=address, **headers))


@pytest.fixture
def behind_a_proxy(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    use_security_settings(settings, monkeypatch, BEHIND_HTTPS="true")


def use_security_settings(
    settings: Any, monkeypatch: pytest.MonkeyPatch, **environment: str
) -> None:
    """The addresses' settings as they are with that environment."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for name, value in runpy.run_path(security.__file__).items():
        if "IPWARE" in name:
            setattr(settings, name, value)


def test_the_key_does_not_hold_the_address_and_depends_on_the_secret(settings: Any):
    key = key_of("203.0.113.5")
    settings.SECRET_KEY = "another" * 10

    assert len(key) == 64
    assert "203" not in key
    assert key_of("203.0.113.5") != key


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.5", "203.0.113.5", True),
        ("203.0.113.5", "203.0.113.6", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.5", "203.0.113.5", True),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "", True),
    ],
)
def test_who_is_one_client(one: str, other: str, same: bool):
    assert (key_of(one) == key_of(other)) is same


def test_without_a_proxy_nobody_chooses_an_address():
    assert key_of("203.0.113.5", forwarded="198.51.100.1") == key_of("203.0.113.5")


@pytest.mark.parametrize(
    "forwarded",
    [
        "203.0.113.5",
        "198.51.100.1, 203.0.113.5",
        "1.1.1.1, nonsense, 203.0.113.5",
        "203.0.113.5:99",
    ],
)
def test_behind_a_proxy_the_address_is_the_one_it_saw(behind_a_proxy: None, forwarded: str):
    told = key_of("127.0.0.1", forwarded=forwarded)

    assert told == key_of("", forwarded="203.0.113.5")
    assert told != key_of("127.0.0.1", forwarded="203.0.113.6")


def test_failed_log_ins_are_counted_by_the_same_address(behind_a_proxy: None):
    request = RequestFactory().get(
        "/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.5"
    )

    assert get_client_ip_address(request) == "203.0.113.5"


def test_each_further_proxy_stands_for_one_entry(settings: Any, monkeypatch: pytest.MonkeyPatch):
    use_security_settings(settings, monkeypatch, BEHIND_HTTPS="true", PROXY_COUNT="2")

    through_both = key_of("127.0.0.1", forwarded="198.51.100.1, 203.0.113.5, 192.0.2.1")
    assert through_both == key_of("", forwarded="203.0.113.5, 192.0.2.2")
