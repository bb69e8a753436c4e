"""The line about the index on the first page of the admin."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from search import selectors
from search.errors import SearchUnavailable

register = template.Library()


@register.inclusion_tag("admin/search/index_dashboard.html", takes_context=True)
def index_dashboard(context: Context) -> dict[str, Any]:
    """Images indexed, pending and failed, and how long the oldest waits; None before set-up."""
    try:
        found = {"progress": selectors.index_progress(), "space": selectors.active_space()}
    except SearchUnavailable:
        found = {"progress": None, "space": None}
    return {**found, "perms": context["perms"]}


@register.filter
def seconds_in_words(seconds: float) -> str:
    """`40 s`, `12 min` or `3 h`: how long something has waited, in one unit."""
    if seconds < 2 * 60:
        return _("%(count)s s") % {"count": f"{seconds:.0f}"}
    if seconds < 2 * 3600:
        return _("%(count)s min") % {"count": f"{seconds / 60:.0f}"}
    return _("%(count)s h") % {"count": f"{seconds / 3600:.0f}"}
