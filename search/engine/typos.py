"""Mistyped words, mended by the words that the catalogue has."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from django.conf import settings
from django.db import connection

from search.engine.settings import query_settings
from search.models import ProductDocument

# Two letters exchanged in the middle of a short word leave it a quarter of its trigrams.
TRIGRAMS_IN_COMMON = 0.2
LONGEST_QUESTION = 8
DOCUMENTS_PER_WORD = 50

_WORD = re.compile(r"\w+")

# For each asked word the texts that hold something like it: a trigram index scan per word, cut
# before it is ranked (ranking 3,000 texts costs 35 ms).
SIMILAR_TEXTS = f"""
    SELECT asked.word, unaccent(lower(asked.word)), found.words
    FROM unnest(%s::text[]) AS asked(word)
    CROSS JOIN LATERAL (
        SELECT words FROM (
            SELECT words FROM {ProductDocument._meta.db_table}
            WHERE unaccent(lower(asked.word)) <%% words
            LIMIT %s
        ) AS pool
        ORDER BY word_similarity(unaccent(lower(asked.word)), words) DESC, words
        LIMIT {DOCUMENTS_PER_WORD}
    ) AS found
"""  # noqa: S608 - a table's name and a number, both from here


def mended(text: str) -> str:
    """`text` with each mistyped word replaced by the nearest word of the catalogue.

    A word that is there stays; so does one that nothing there is near to. Needs a transaction.
    """
    words = _WORD.findall(text)[:LONGEST_QUESTION]
    replacements = {}
    for (word, plain), vocabulary in _vocabularies(words).items():
        nearest = _nearest(plain, vocabulary)
        if nearest and nearest != plain:
            replacements[word] = nearest
    return _WORD.sub(lambda match: replacements.get(match[0], match[0]), text)


def _vocabularies(words: list[str]) -> dict[tuple[str, str], Counter[str]]:
    """The words around each asked word (as typed, and in plain letters) with how often they occur
    in the texts that were looked at."""
    around: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    threshold = {"pg_trgm__word_similarity_threshold": TRIGRAMS_IN_COMMON}
    with query_settings(**threshold), connection.cursor() as cursor:
        cursor.execute(SIMILAR_TEXTS, [words, settings.TEXT_POOL])
        for word, plain, text in cursor.fetchall():
            around[word, plain].update(_WORD.findall(text.lower()))
    return around


def _nearest(word: str, vocabulary: Counter[str]) -> str | None:
    """The word of the vocabulary with the fewest edits, the most common of equals."""
    allowed = 0 if len(word) < 3 else 1 if len(word) < 6 else 2
    near = {
        each: edits
        for each in vocabulary
        if abs(len(each) - len(word)) <= allowed and (edits := edits_between(word, each)) <= allowed
    }
    return min(near, key=lambda each: (near[each], -vocabulary[each], each), default=None)


def edits_between(a: str, b: str) -> int:
    """The letters to insert, delete, replace or exchange with their neighbour to make a into b
    (optimal string alignment distance)."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        row = [i]
        for j, y in enumerate(b, start=1):
            edits = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                edits = min(edits, before[j - 2] + 1)
            row.append(edits)
        before, last = last, row
    return last[-1]
