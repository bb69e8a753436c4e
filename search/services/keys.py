"""API keys: made with a secret that is told once, used, revoked for good."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from catalog.errors import LookalikeError
from search import key_format
from search.models import ApiKey
from search.models.keys import generator

# Staff look whether a key is still in use, not when to the second.
USE_IS_NOTED = timedelta(minutes=1)


class KeyNameTaken(LookalikeError):
    """A key that isn't revoked has the name: staff would revoke the wrong one."""

    code = "name_taken"


def issue_key(key: ApiKey) -> str:
    """Store the new key with a secret of its own, and return what its program sends: it can't be
    told again. Raises KeyNameTaken."""
    parts = key_format.Parts(generator.get_prefix(), generator.get_secret_key())
    key.prefix, key.hashed_secret = parts.prefix, generator.hash(parts.secret)
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError as error:
        told = f"There is a key named {key.name!r}. Revoke it first, or choose another name."
        raise KeyNameTaken(told, field="name") from error
    return key_format.written(parts)


def revoke_keys(keys: Iterable[ApiKey]) -> int:
    """They open nothing from the next request on, for good; returns how many did until now."""
    chosen = ApiKey.objects.filter(pk__in=[key.pk for key in keys], revoked_at=None)
    return chosen.update(revoked_at=timezone.now())


def note_use(key: ApiKey) -> None:
    """Write that the key was used, once a minute. Where another request is just writing that, or
    staff change the key, nobody waits: the next minute tells it too."""
    now = timezone.now()
    if key.last_used_at is not None and key.last_used_at > now - USE_IS_NOTED:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_IS_NOTED)
    with transaction.atomic():
        row = ApiKey.objects.select_for_update(skip_locked=True, no_key=True)
        if row.filter(stale, pk=key.pk).values_list("pk").first():
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
