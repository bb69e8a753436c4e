"""The one typed reader of the environment. Every setting an operator may change is read here."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]

_env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")


def text(name: str, default: str = "") -> str:
    return str(_env.str(name, default=default))


def choice(name: str, default: str, options: tuple[str, ...]) -> str:
    """One of a few words; refuses any other at start-up."""
    value = text(name, default)
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def flag(name: str, *, default: bool) -> bool:
    return bool(_env.bool(name, default=default))


def words(name: str, default: list[str]) -> list[str]:
    """A comma-separated list."""
    return list(_env.list(name, default=default))


def networks(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """A comma-separated list such as 10.0.0.0/8 or fd00::/8; none by default."""
    try:
        return tuple(ip_network(each.strip()) for each in words(name, []) if each.strip())
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} must be networks such as 10.0.0.0/8: {error}"
        ) from error


def number(name: str, default: int, *, minimum: int = 0) -> int:
    """A whole number; refuses text and values below `minimum` at start-up."""
    raw = _env.str(name, default=str(default))
    try:
        value = int(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}.") from error
    if value < minimum:
        raise ImproperlyConfigured(f"{name} must be at least {minimum}, not {value}.")
    return value


def folder(name: str, default: Path) -> Path:
    return Path(_env.str(name, default=str(default))).expanduser().resolve()
