"""How a question's words become lexemes; search.documents does the same to the products' words.

Every word is kept twice, without accents: as it stands (`simple`), so that names, SKUs and words of
any language are found, and as its English stem (`english`), so that "shirts" finds a shirt.
"""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable
from django.db.models import CharField, Func, Value

CONFIGS = ("simple", "english")

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class Unaccent(Func):
    """`été` becomes `ete`, in the database, by the rules of its `unaccent` extension."""

    function = "unaccent"
    output_field = CharField()


def cleaned(text: str) -> str:
    """`text` on one line, without control characters (Postgres refuses NUL) and spare spaces."""
    return " ".join(_CONTROL.sub(" ", text).split())


def tsquery(text: str) -> SearchQueryCombinable:
    """Documents with all the words, in either form; understands "quoted phrases", or, and -not."""
    simple, english = (
        SearchQuery(Unaccent(Value(text)), search_type="websearch", config=config)
        for config in CONFIGS
    )
    return simple | english
