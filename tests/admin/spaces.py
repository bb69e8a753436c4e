"""What the tests of the Spaces page share: its addresses, and what is remembered."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry
from django.urls import reverse

from search.models import EmbeddingSpace

SPACES = reverse("admin:search_embeddingspace_changelist")
CREATE = reverse("admin:search_space_create")
PIN = reverse("admin:search_space_pin")


def action(space: EmbeddingSpace, name: str) -> str:
    return reverse("admin:search_space_action", args=[space.pk, name])


def page_of(space: EmbeddingSpace, name: str) -> str:
    return reverse(f"admin:search_space_{name}", args=[space.pk])


def history() -> list[tuple[str, str]]:
    return [
        (each.object_repr, each.get_change_message()) for each in LogEntry.objects.order_by("pk")
    ]
