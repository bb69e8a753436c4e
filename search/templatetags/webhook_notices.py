"""What staff should know of webhooks before anything else."""

from __future__ import annotations

from typing import Any

from django import template

from search.services import webhooks

register = template.Library()


@register.inclusion_tag("admin/search/webhooks/notices.html")
def webhook_notices() -> dict[str, Any]:
    """Webhooks that were disabled because they failed; nothing where there are none."""
    return {"disabled": webhooks.disabled_webhooks()}
