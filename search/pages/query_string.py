"""The state of a page of products, as its address carries it: read leniently, written canonically.

`search.inputs` understands the parameters, here as for the API. A program is told about the first
mistake and gets nothing; a shopper gets results without the part that made no sense, and is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from search import inputs
from search.engine.types import MAX_TEXT, Filters, Weights
from search.engine.weights import MOST_WEIGHT
from search.errors import InvalidSearch

Value = TypeVar("Value")
Params = dict[str, list[str]]
# Of a sample photo.
MAX_NAME = 80
MOST_COLOUR = round(100 * MOST_WEIGHT)
# What only an answer to a question can be asked for.
ELSEWHERE = ("category", "colour")


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `words` is None where it doesn't mention words at all: the stored
    query's own then hold. `sort` is "similarity" where no order is asked for: in a section that
    compares with nothing, the newest then come first. `colour` is how much the same colour counts,
    in percent. `dropped` names what was left out, in sentences."""

    filters: Filters = field(default_factory=Filters)
    words: str | None = None
    sort: str = "similarity"
    page: int = 1
    colour: int = 0
    sample: str = ""
    dropped: tuple[str, ...] = ()

    def query(self, **changes: Any) -> str:
        """The query string with the changes applied, beginning with `?`.

        Changes are fields of `Asked` or of `Filters`. Another page has to be asked for: a filter
        that changes leads back to the first one.
        """
        names = Filters.__dataclass_fields__
        filters = replace(
            self.filters, **{name: value for name, value in changes.items() if name in names}
        )
        rest = {name: value for name, value in changes.items() if name not in names}
        return f"?{urlencode(_pairs(replace(self, **{'page': 1, 'filters': filters, **rest})))}"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The names and values of the first page's query string, as a form sends them."""
        return _pairs(replace(self, page=1))

    @property
    def weights(self) -> Weights:
        """The same for the search."""
        return (("colour", self.colour / 100),) if self.colour else ()

    def first_page(self) -> Asked:
        """The first page in the place of one that isn't there, which is named as left out."""
        return replace(self, page=1, dropped=(*self.dropped, _sentence("page")))

    def without_weights(self) -> Asked:
        """No weights where nothing can be weighed, which is named as left out."""
        return replace(self, colour=0, dropped=(*self.dropped, _sentence("colour")))


def _pairs(asked: Asked) -> list[tuple[str, str]]:
    filters = asked.filters
    pairs = [
        *((name, each) for name in inputs.LIST_FILTERS for each in getattr(filters, name)),
        ("category", filters.category),
        ("price_min", "" if filters.price_min is None else str(filters.price_min)),
        ("price_max", "" if filters.price_max is None else str(filters.price_max)),
        ("in_stock", "1" if filters.in_stock else ""),
        ("colour", str(asked.colour or "")),
        ("sort", "" if asked.sort == "similarity" else asked.sort),
        ("page", "" if asked.page == 1 else str(asked.page)),
        ("sample", asked.sample),
    ]
    words = [] if asked.words is None else [("q", asked.words)]
    return words + [pair for pair in pairs if pair[1]]


def read(query: QueryDict, *, section: bool = False) -> Asked:
    """The state in a query string. Never raises: what makes no sense is left out and named.

    In a `section` of the shop nothing can be weighed, and no category be chosen but by its own
    address.
    """
    params: Params = dict(query.lists())
    dropped: list[str] = []
    if section:
        dropped += [name for name in ELSEWHERE if any(params.pop(name, ()))]
    filters = _kindly(inputs.parse_filters, params, dropped)
    sort = _kindly(inputs.parse_sort, params, dropped)
    words = _kindly(_words, params, dropped)
    page = _kindly(_page, params, dropped)
    colour = _kindly(_colour, params, dropped)
    if section and sort == "newest" and not words:
        sort = "similarity"
    return Asked(
        filters=filters,
        words=words,
        sort=sort,
        page=page,
        colour=colour,
        sample="" if section else query.get("sample", "")[:MAX_NAME].replace("\0", ""),
        dropped=tuple(_sentence(name, section=section) for name in dropped),
    )


def _kindly(parse: Callable[[Params], Value], params: Params, dropped: list[str]) -> Value:
    """`parse(params)`; a parameter it refuses is taken out of `params` and named in `dropped`."""
    while True:
        try:
            return parse(params)
        except InvalidSearch as error:
            if params.pop(error.field or "", None) is None:
                raise
            dropped.append(error.field or "")


def _words(params: Params) -> str | None:
    if "q" not in params:
        return None
    return inputs.clean_text(inputs.single(params, "q"), field="q", longest=MAX_TEXT)


def _page(params: Params) -> int:
    number = inputs.parse_number(params, "page", default=1)
    if number < 1:
        raise InvalidSearch(f"Pages are counted from 1; there is no page {number}.", field="page")
    return number


def _colour(params: Params) -> int:
    percent = inputs.parse_number(params, "colour", default=0)
    if not 0 <= percent <= MOST_COLOUR:
        raise InvalidSearch(f"colour is 0 to {MOST_COLOUR}, not {percent}.", field="colour")
    return percent


def _sentence(name: str, *, section: bool = False) -> str:
    closest = _("There is no such order. The closest come first.")
    newest = _("There is no such order. The newest come first.")
    closed = _("This page shows one section alone. The other category is left out.")
    known = {
        "price_min": _("The lowest price isn't a price we can use here. It is left out."),
        "price_max": _("The highest price isn't a price we can use here. It is left out."),
        "sort": newest if section else closest,
        "page": _("There is no such page. This is the first one."),
        "q": _("The words are too long. They are left out."),
        "colour": _("The same colour can't be asked for here. It is left out."),
        "category": closed if section else "",
    }
    return known.get(name) or _("One filter made no sense and is left out: %(name)s.") % {
        "name": name
    }
