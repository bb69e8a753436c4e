"""The way it was: a tsquery through the ORM, the newest matches ranked, typing errors by trigrams.

Kept to be measured against. Its two indexes are made beside the shop's own.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable, SearchRank
from django.db import connection
from django.db.models import CharField, F, Func, Value

from catalog.models import Product
from search.engine.filters import Resolved, products
from search.engine.settings import query_settings
from search.engine.words.spelling import edits_allowed, edits_between

POOL = 2_000
FEW = 3
DOCUMENTS_PER_WORD = 50
TRIGRAMS_IN_COMMON = 0.2
INDEXES = (
    "CREATE INDEX IF NOT EXISTS baseline_lexemes ON search_productdocument USING gin (document)",
    """CREATE INDEX IF NOT EXISTS baseline_trigrams ON search_productdocument
    USING gin (words gin_trgm_ops)""",
)
SIMILAR_TEXTS = f"""
    SELECT asked.word, unaccent(lower(asked.word)), found.words
    FROM unnest(%s::text[]) AS asked(word)
    CROSS JOIN LATERAL (
        SELECT words FROM (
            SELECT words FROM search_productdocument
            WHERE unaccent(lower(asked.word)) <%% words
            LIMIT {POOL}
        ) AS pool
        ORDER BY word_similarity(unaccent(lower(asked.word)), words) DESC, words
        LIMIT {DOCUMENTS_PER_WORD}
    ) AS found
"""  # noqa: S608 - numbers of this file

_WORD = re.compile(r"\w+")


class _Unaccent(Func):
    function = "unaccent"
    output_field = CharField()


def products_by_words(text: str, *, resolved: Resolved, limit: int) -> list[int]:
    found = _full_text(text, resolved=resolved, limit=limit)
    if len(found) >= FEW:
        return found
    spelling = _mended(text)
    if spelling == text:
        return found
    further = _full_text(spelling, resolved=resolved, limit=limit)
    return list(dict.fromkeys([*found, *further]))[:limit]


def _full_text(text: str, *, resolved: Resolved, limit: int) -> list[int]:
    query = _tsquery(text)
    matching = products(resolved).filter(document__document=query)
    pool = matching.order_by("-pk").values("pk")[:POOL]
    rank = SearchRank(F("document__document"), query, normalization=1)
    ranked = Product.objects.filter(pk__in=pool).annotate(rank=rank).order_by("-rank", "-pk")
    return list(ranked.values_list("pk", flat=True)[:limit])


def _tsquery(text: str) -> SearchQueryCombinable:
    simple, english = (
        SearchQuery(_Unaccent(Value(text)), search_type="websearch", config=config)
        for config in ("simple", "english")
    )
    return simple | english


def _mended(text: str) -> str:
    replacements = {}
    for (word, plain), vocabulary in _vocabularies(_WORD.findall(text)[:8]).items():
        nearest = _nearest(plain, vocabulary)
        if nearest and nearest != plain:
            replacements[word] = nearest
    return _WORD.sub(lambda match: replacements.get(match[0], match[0]), text)


def _vocabularies(words: list[str]) -> dict[tuple[str, str], Counter[str]]:
    around: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    threshold = {"pg_trgm__word_similarity_threshold": TRIGRAMS_IN_COMMON}
    with query_settings(**threshold), connection.cursor() as cursor:
        cursor.execute(SIMILAR_TEXTS, [words])
        for word, plain, text in cursor.fetchall():
            around[word, plain].update(_WORD.findall(text.lower()))
    return around


def _nearest(word: str, vocabulary: Counter[str]) -> str | None:
    allowed = edits_allowed(word)
    near = {
        each: edits
        for each in vocabulary
        if abs(len(each) - len(word)) <= allowed and (edits := edits_between(word, each)) <= allowed
    }
    return min(near, key=lambda each: (near[each], -vocabulary[each], each), default=None)
