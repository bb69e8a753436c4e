"""The statements that find products by words: one tier at a time, each bounded before it is ranked.

A tier is looked through in windows: the newest sixteenth of the products, the newest quarter, all.
The first that holds a pool ends it, so a word in every third product costs what one in every
hundredth does, and of too many it is the newest that are ranked.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.models import Product
from search.engine.lexemes import UNSPACED
from search.engine.words.narrowing import Narrowing
from search.models import ProductDocument, Word

DOCUMENTS = ProductDocument._meta.db_table
PRODUCTS = Product._meta.db_table
WORDS = Word._meta.db_table

# Expressions of the indexes document_words and product_sku_letters.
TITLE = "ts_filter(stored.document, '{a}')"
LABELS = "ts_filter(stored.document, '{a,b}')"
ANYWHERE = "stored.document"
AGES = (
    "ARRAY[stored.product_id >> 10 << 2, stored.product_id >> 13 << 2 | 1,"
    " stored.product_id >> 16 << 2 | 2]"
)
SKU = "lower(regexp_replace({}, '[^[:alnum:]]+', '', 'g'))"

UNSPACED_LEXEME = f"each.lexeme ~ '[{UNSPACED}]'"

# A window is asked for by at most so many groups of ids; groups come in three sizes.
MOST_GROUPS = 16
# Divide the rank by 1 + log(length): a long description says every word some day.
LENGTH_COUNTS = 1
# Two products whose SKUs differ in hyphens and case only are one too many already.
SAME_SKU = 10

# Once for a statement: straight in an ORDER BY they would be made anew for each of 500 rows.
ASKED = """asked AS MATERIALIZED (
    SELECT *, typed || needle AS either
    FROM (
        SELECT websearch_to_tsquery('simple', search_cut(unaccent(%(needle)s))) AS typed,
            websearch_to_tsquery('english', search_cut(unaccent(%(needle)s))) AS needle,
            websearch_to_tsquery('english', search_cut(unaccent(%(text)s))) AS whole
    ) each
)"""
RANK = f"ts_rank(stored.document, (SELECT either FROM asked), {LENGTH_COUNTS}) DESC"  # noqa: S608
WHOLE = " AND stored.document @@ (SELECT whole FROM asked)"


@dataclass(frozen=True, slots=True)
class Tier:
    """Products whose `column` holds the lexemes of `query`."""

    column: str
    query: str


# Words as they were typed matter in titles alone, and only where English leaves some of them out:
# "down jacket" is first a down jacket, then a jacket; "the" is a title with that word, or nothing.
AS_TYPED = Tier(TITLE, "typed")
# From the best to the least.
TIERS = (AS_TYPED, Tier(TITLE, "needle"), Tier(LABELS, "needle"), Tier(ANYWHERE, "needle"))

# The groups of ids that hold the newest sixteenth and the newest quarter: of the smallest size that
# makes few of them.
NEWEST = f"""
    SELECT max(keys) FILTER (WHERE part = 16) AS sixteenth,
        max(keys) FILTER (WHERE part = 4) AS quarter
    FROM (SELECT min(product_id) AS first, max(product_id) AS latest FROM {DOCUMENTS}) ids,
        (VALUES (16), (4)) windows (part),
        LATERAL (SELECT latest - (latest - first) / part AS oldest) reach,
        LATERAL (
            SELECT ARRAY(
                SELECT generate_series(oldest >> bits, latest >> bits) << 2 | level
            ) AS keys
            FROM (VALUES (10, 0), (13, 1), (16, 2)) sizes (bits, level)
            WHERE (latest >> bits) - (oldest >> bits) < {MOST_GROUPS} OR level = 2
            ORDER BY level LIMIT 1
        ) grouped"""  # noqa: S608 - a table's name


def first_look(narrowing: Narrowing) -> str:
    """One row: the ids of the products with the SKU `text`, as typed first, then those in other
    case or with other hyphens; whether English leaves out a word of `needle`; whether it leaves out
    all; in how many products' titles and tags each of the others is, by the vocabulary's last
    count (pairs of characters count as one word, the rarest: those of a word are found together);
    and how many products there are, by the last ANALYZE."""
    return f"""
WITH {ASKED}
SELECT
    ARRAY(
        SELECT stored.product_id
        FROM {PRODUCTS} product JOIN {DOCUMENTS} AS stored ON stored.product_id = product.id
        WHERE {SKU.format("product.sku")} = nullif({SKU.format("%(text)s::text")}, '')
          AND stored.published{narrowing.indexed}{narrowing.tested}
        ORDER BY product.sku <> %(text)s, stored.product_id LIMIT {SAME_SKU}
    ),
    numnode(typed) <> numnode(needle),
    numnode(needle) = 0,
    ARRAY(
        SELECT min(coalesce(known.products, 0))
        FROM unnest(to_tsvector('simple', search_cut(unaccent(%(needle)s)))) AS each
        LEFT JOIN {WORDS} known ON known.word = each.lexeme
        WHERE ts_lexize('english_stem', each.lexeme) <> '{{}}'
        GROUP BY CASE WHEN {UNSPACED_LEXEME} THEN '' ELSE each.lexeme END
    ),
    (SELECT reltuples FROM pg_class WHERE oid = '{DOCUMENTS}'::regclass)
FROM asked"""  # noqa: S608 - text of this room, and names


def products_of(tier: Tier, narrowing: Narrowing, *, strict: bool, windows: bool) -> str:
    """The ids of the tier's products, best first, without those that are `seen`.

    `strict` tests the whole question, `text`, on what its needle finds. Other parameters: pool (the
    most products that are ranked), read (the most that are read for it in each window), limit.
    Without `windows` these are all products in one, which is cheaper where no more than a pool have
    the words, and else says nothing of age.
    """
    every = _window(tier, narrowing, strict=strict)
    parts, pool = [ASKED], every
    if windows:
        newest = _window(tier, narrowing, _among("sixteenth"), strict=strict)
        newer = _window(tier, narrowing, _among("quarter"), _too_few("newest"), strict=strict)
        every = _window(tier, narrowing, _too_few("newest"), _too_few("newer"), strict=strict)
        parts.append(f"ages AS MATERIALIZED ({NEWEST})")
        parts += [f"newest AS MATERIALIZED ({newest})", f"newer AS MATERIALIZED ({newer})"]
        pool = f"TABLE newest UNION TABLE newer UNION ({every})"
    return f"""
WITH {", ".join(parts)},
pool AS ({pool} ORDER BY product_id DESC LIMIT %(pool)s)
SELECT product_id FROM pool JOIN {DOCUMENTS} AS stored USING (product_id)
ORDER BY {RANK}, product_id DESC LIMIT %(limit)s"""  # noqa: S608 - text of this room, and names


def _window(tier: Tier, narrowing: Narrowing, *further: str, strict: bool) -> str:
    """At most `read` products of the tier, of those that meet further conditions."""
    columns = "stored.product_id, stored.document" if strict else "stored.product_id"
    tested = narrowing.tested + (WHOLE if strict else "")
    return f"""
    SELECT product_id FROM (
        SELECT {columns} FROM {DOCUMENTS} AS stored
        WHERE stored.published AND {tier.column} @@ (SELECT {tier.query} FROM asked)
          AND stored.product_id <> ALL (%(seen)s::bigint[]){narrowing.indexed}{"".join(further)}
        LIMIT %(read)s
    ) stored WHERE true{tested}"""  # noqa: S608 - text of this room, and names


def _among(part: str) -> str:
    return f" AND {AGES} && (SELECT {part} FROM ages)"  # noqa: S608 - text of this file


def _too_few(window: str) -> str:
    return f" AND (SELECT count(*) FROM {window}) < %(pool)s"  # noqa: S608 - text of this file


def few_with_words(narrowing: Narrowing) -> str:
    """All products that hold the words, one more than the pool at most; as `_by_tier` has them."""
    held = f"{ANYWHERE} @@ (SELECT needle FROM asked){narrowing.indexed}"  # noqa: S608
    return _by_tier(held, "LIMIT %(pool)s + 1")


def these_with_words(products: str, narrowing: Narrowing, *, strict: bool) -> str:
    """Those of the products in the parameter of that name that hold the words; as `_by_tier` has
    them. OFFSET: they are fetched by their keys, not by their words."""
    held = f"stored.product_id = ANY (%({products})s::bigint[]){narrowing.indexed}"
    test = "WHERE stored.document @@ needle" + (WHOLE if strict else "")
    return _by_tier(held, "OFFSET 0", test)


def _by_tier(held: str, limit: str, test: str = "") -> str:
    """Documents as (product id, number of the tier in TIERS), best first.

    Within a tier those that are also in `near` lead, in its order. None has the tier AS_TYPED
    unless `as_typed`.
    """
    return f"""
WITH {ASKED}
SELECT stored.product_id, CASE
        WHEN %(as_typed)s::bool AND {TITLE} @@ typed THEN 0
        WHEN {TITLE} @@ needle THEN 1
        WHEN {LABELS} @@ needle THEN 2
        ELSE 3
    END AS tier
FROM (
    SELECT product_id, document FROM {DOCUMENTS} AS stored
    WHERE stored.published AND {held}
    {limit}
) stored
LEFT JOIN unnest(%(near)s::bigint[]) WITH ORDINALITY AS photo(product_id, place) USING (product_id),
    asked
{test}
ORDER BY tier, place, {RANK}, product_id DESC"""  # noqa: S608 - text of this room, and names
