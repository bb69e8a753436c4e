"""Mistyped words, mended by the words that the shop has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from search.engine.lexemes import UNSPACED
from search.engine.words.spelling import edits_allowed, edits_between
from search.engine.words.vocabulary import LONGEST_WORD, Known, near

LONGEST_QUESTION = 8

# Characters that are written without spaces end a word: of `Nike运动鞋` it's the first four
# letters.
_WORD = re.compile(rf"[^\W{UNSPACED}]+")


def mended(text: str) -> str:
    """`text` with each mistyped word replaced by the nearest word of the shop's titles and tags.

    A word that is there stays. So do one that nothing there is near to, one with a digit (another
    number is another thing), English words without a meaning of their own, and whatever is written
    without spaces. One query at most.
    """
    words = {word: _plain(word) for word in _WORD.findall(text)[:LONGEST_QUESTION]}
    doubtful = [plain for plain in dict.fromkeys(words.values()) if _mendable(plain)]
    known = near(doubtful)
    best = {plain: _nearest(plain, around) for plain, around in known.items()}
    return _WORD.sub(lambda match: best.get(words.get(match[0], "")) or match[0], text)


def _plain(word: str) -> str:
    """In small letters, without accents."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(each for each in letters if not unicodedata.combining(each))


def _mendable(word: str) -> bool:
    return word.isalpha() and edits_allowed(word) > 0 and len(word) <= LONGEST_WORD


def _nearest(word: str, around: Sequence[Known]) -> str | None:
    """The word with the fewest edits, the most common of equals."""
    allowed = edits_allowed(word)
    near_enough = [
        (edits, -each.products, each.word)
        for each in around
        if abs(len(each.word) - len(word)) <= allowed
        and (edits := edits_between(word, each.word)) <= allowed
    ]
    return min(near_enough)[2] if near_enough else None
