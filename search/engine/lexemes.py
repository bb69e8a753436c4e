"""How words become lexemes, and a question's words on one line.

A document keeps every word twice, without accents: as it stands (`simple`), so that names, SKUs
and words of any language are found, and as its English stem (`english`), so that "shirts" finds a
shirt. A question asks for stems, which are among the document's whenever the word itself is; what
becomes of the words that English leaves out, search.engine.words.tiers says.

Chinese, Japanese and Korean are cut into pairs of characters, on both sides by the same functions
(search/sql/0017_unspaced.sql).
"""

from __future__ import annotations

import re
import unicodedata

CONFIGS = ("simple", "english")

# Characters that are written without spaces between words, and their marks: a class of regular
# expressions, the one of search_unspaced() in the database.
UNSPACED = (
    r"\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    r"\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)

_UNSPACED = re.compile(f"[{UNSPACED}]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def cleaned(text: str) -> str:
    """`text` on one line, without control characters (Postgres refuses NUL) and spare spaces."""
    return " ".join(_CONTROL.sub(" ", text).split())


def folded(text: str) -> str:
    """`text` with full-width letters, digits and signs as plain ones and half-width kana as whole
    ones: as documents have them, and as the syntax of a question is read."""
    return _UNSPACED.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)


def unspaced(text: str) -> bool:
    """Whether some of it is written without spaces between words."""
    return _UNSPACED.search(text) is not None
