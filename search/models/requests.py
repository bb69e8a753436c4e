"""Writes that programs may send twice."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotentRequest(models.Model):
    """A write that came with an Idempotency-Key, and what was answered.

    `caller` is the id of the API key it came with. `fingerprint` is a SHA-256 (hex) of the method,
    the address, the conditions and the body. `claim` says which try is at work: one that was taken
    for crashed stores nothing any more. Written by search.services.idempotency alone.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")

    caller = models.CharField(max_length=150)
    key = models.CharField(max_length=255)
    method = models.CharField(max_length=8)
    path = models.TextField()
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    claim = models.UUIDField(default=uuid.uuid4)
    claimed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("repeatable request")
        verbose_name_plural = _("repeatable requests")
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="one_request_per_caller_and_key")
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
