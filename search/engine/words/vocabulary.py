"""The words of the shop's titles and tags: what mistyped words are mended by.

Counting them reads every document, so the deep sweep does it, not an edit: a new product's words
are found at once, but typing errors in them are mended from the next sweep on (SWEEP_SECONDS). A
word that has gone since costs a search that finds nothing more.

Pairs of characters (search.engine.lexemes) are counted too where they are in many products, so that
a search knows what to expect of them. They have no keys: a pair is never mistyped for another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from search.engine.lexemes import UNSPACED, unspaced
from search.engine.statements import fetch
from search.engine.words.spelling import keys
from search.models import ProductDocument, Word

# The commonest, where a shop has more words than any language.
MOST_WORDS = 200_000
LONGEST_WORD = 40
# Pairs in fewer products are few enough to be looked through whether that is known or not.
MANY_PRODUCTS = 100
# Of those near a word, the commonest.
MOST_NEAR = 200
# Two sweeps at once would lock the same words in different orders.
LOCK = 0x776F726473

TABLE = Word._meta.db_table

COUNTED = f"""
    SELECT word, ndoc
    FROM ts_stat($$
        SELECT to_tsvector('simple', search_pairs(apart) || ' ' || search_characters(apart))
        FROM {ProductDocument._meta.db_table}, search_apart(words) AS apart WHERE published
    $$)
    WHERE word !~ '[0-9]' AND length(word) BETWEEN 3 AND {LONGEST_WORD}
       OR word ~ '[{UNSPACED}]' AND ndoc >= {MANY_PRODUCTS}
    ORDER BY ndoc DESC, word LIMIT {MOST_WORDS}
"""  # noqa: S608 - names and numbers of this file

# Words that are known, and English ones without a meaning of their own, are not mistyped.
NEAR = f"""
    SELECT asked.number, known.word, known.products
    FROM (
        SELECT number, array_agg(key) AS keys
        FROM unnest(%(numbers)s::int[], %(keys)s::text[]) AS made(number, key) GROUP BY number
    ) asked
    JOIN unnest(%(words)s::text[]) WITH ORDINALITY AS typed(word, number) USING (number)
    CROSS JOIN LATERAL (
        SELECT word, products FROM {TABLE}
        WHERE {TABLE}.keys && asked.keys
        ORDER BY products DESC, word LIMIT {MOST_NEAR}
    ) known
    WHERE NOT EXISTS (SELECT FROM {TABLE} there WHERE there.word = typed.word)
      AND ts_lexize('english_stem', typed.word) <> '{{}}'
"""  # noqa: S608 - names and numbers of this file


@dataclass(frozen=True, slots=True)
class Known:
    """A word of the shop's, and how many products have it."""

    word: str
    products: int


def near(words: Sequence[str]) -> dict[str, list[Known]]:
    """For each word that the shop doesn't know, the words of the shop's that share a key with it.

    `words` in small letters without accents.
    """
    made = [(number, key) for number, word in enumerate(words, 1) for key in keys(word)]
    params = {
        "words": list(words),
        "numbers": [number for number, _ in made],
        "keys": [key for _, key in made],
    }
    found: dict[str, list[Known]] = {}
    for number, word, products in fetch(NEAR, params) if made else ():
        found.setdefault(words[number - 1], []).append(Known(word, products))
    return found


@transaction.atomic
def refresh() -> int:
    """Count the words again; returns how many came, went, or are in more or fewer products now.

    Does nothing where another process is at it.
    """
    [(mine,)] = fetch("SELECT pg_try_advisory_xact_lock(%(lock)s)", {"lock": LOCK})
    if not mine:
        return 0
    counted = {word: products for word, products in fetch(COUNTED) if word.isalpha()}
    stored = dict(Word.objects.values_list("word", "products"))
    gone = [word for word in stored if word not in counted]
    Word.objects.filter(word__in=gone).delete()
    came = {word: count for word, count in counted.items() if word not in stored}
    Word.objects.bulk_create(
        [Word(word=word, products=count, keys=_keys(word)) for word, count in came.items()],
        batch_size=1_000,
    )
    moved = {word: count for word, count in counted.items() if stored.get(word, count) != count}
    _recount(moved)
    return len(gone) + len(came) + len(moved)


def _keys(word: str) -> list[str]:
    return [] if unspaced(word) else keys(word)


def _recount(moved: Mapping[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {TABLE} SET products = counted.products"  # noqa: S608 - a table's name
            " FROM unnest(%s::text[], %s::int[]) AS counted(word, products)"
            f" WHERE {TABLE}.word = counted.word",
            [list(moved), list(moved.values())],
        )
