"""Addresses for names: readable, unique, never empty."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.db import models
from django.utils.text import slugify

# Where titles are Chinese and the tail is all there is, two of 100,000 are alike in one shop of
# 50,000.
TAIL_BYTES = 6


def unique_slug(model: type[models.Model], *names: str) -> str:
    """A slug of the first of `names` with Latin letters or digits, one that no row of `model` has.

    A taken or empty slug gets a random tail, so that two saves at once don't race for `-2`.
    """
    return unique_slugs(model, [names])[0]


def unique_slugs(model: type[models.Model], many: Sequence[Sequence[str]]) -> list[str]:
    """The same for many rows that will be stored together, in one query."""
    bases = [next(filter(None, map(_slug, names)), "") for names in many]
    wanted = {base for base in bases if base}
    taken = set(model._default_manager.filter(slug__in=wanted).values_list("slug", flat=True))
    slugs = []
    for base in bases:
        free = base and base not in taken
        slugs.append(base if free else "-".join(filter(None, [base, _tail()])))
        taken.add(base)
    return slugs


def _tail() -> str:
    return secrets.token_hex(TAIL_BYTES)


def _slug(name: str) -> str:
    return slugify(name, allow_unicode=False)[:120].strip("-_")
