"""Addresses for names: readable, unique, never empty."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.text import slugify


def unique_slug(model: type[models.Model], name: str) -> str:
    """A slug of `name` that no row of `model` has yet.

    A taken or empty slug gets a short random tail, so that two saves at once don't race for `-2`.
    """
    base = slugify(name, allow_unicode=False)[:120].strip("-")
    if base and not model._default_manager.filter(slug=base).exists():
        return base
    return "-".join(filter(None, [base, secrets.token_hex(3)]))
