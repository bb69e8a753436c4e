"""An answer to what an address asks for, less what makes no sense in it: never an error page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from search.engine.types import NO_FILTERS, SearchResult
from search.errors import InvalidSearch, UnknownFilter
from search.inputs import LIST_FILTERS, TAG_FILTERS
from search.pages.query_string import Asked
from search.pages.refining import without_unknown

# Each try leaves something out; whoever names more that isn't there goes without filters.
TRIES = 3


def answered(asked: Asked, ask: Callable[[Asked], SearchResult]) -> tuple[SearchResult, Asked]:
    """What `ask` finds, and what was asked less the filters that it refused and a page that isn't
    there, which are named."""
    result, asked = _less_refused(asked, ask)
    if asked.page <= max(result.pages, 1):
        return result, asked
    first = asked.first_page()
    return ask(first), first


def _less_refused(asked: Asked, ask: Callable[[Asked], SearchResult]) -> tuple[SearchResult, Asked]:
    for _try in range(TRIES):
        try:
            return ask(asked), asked
        except (UnknownFilter, InvalidSearch) as error:
            asked = _without(asked, error)
    none = _("These filters make no sense together. They are left out.")
    asked = replace(asked, filters=NO_FILTERS, dropped=(*asked.dropped, none))
    return ask(asked), asked


def _without(asked: Asked, error: UnknownFilter | InvalidSearch) -> Asked:
    """The rest of what was asked, and in a sentence each what the error refuses."""
    if isinstance(error, UnknownFilter):
        filters, unknown = without_unknown(asked.filters)
        notices = [_("There is no “%(name)s” here. It is left out.") % {"name": n} for n in unknown]
        return replace(asked, filters=filters, dropped=(*asked.dropped, *notices))
    name = (error.field or "").removeprefix("filters.").partition("[")[0]
    names = TAG_FILTERS if name == "tags" else (name,) if name in LIST_FILTERS else ()
    if not names:
        raise error
    emptied: dict[str, Any] = dict.fromkeys(names, ())
    notice = _("One filter made no sense and is left out: %(name)s.") % {"name": name}
    filters = replace(asked.filters, **emptied)
    return replace(asked, filters=filters, dropped=(*asked.dropped, notice))
