"""Addresses for names: readable, unique, never empty."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.text import slugify

# Where titles are Chinese and the tail is all there is, two of 100,000 are alike in one shop of
# 50,000.
TAIL_BYTES = 6


def unique_slug(model: type[models.Model], *names: str) -> str:
    """A slug of the first of `names` with Latin letters or digits, one that no row of `model` has.

    A taken or empty slug gets a random tail, so that two saves at once don't race for `-2`.
    """
    base = next(filter(None, map(_slug, names)), "")
    if base and not model._default_manager.filter(slug=base).exists():
        return base
    return "-".join(filter(None, [base, secrets.token_hex(TAIL_BYTES)]))


def _slug(name: str) -> str:
    return slugify(name, allow_unicode=False)[:120].strip("-_")
