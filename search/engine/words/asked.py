"""A question's words, taken apart into what an index finds and what is tested afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.engine.lexemes import UNSPACED, unspaced

# A minus before a word or a phrase, where no word ends before it: `LMP-7` is a name.
_REFUSED = re.compile(r'(?<!\w)-+\s*(?:"[^"]*"?|[^\s"]+)')

# As many characters without a space are likely more than one word.
_WORDS_AS_ONE = re.compile(rf"[{UNSPACED}]{{4,}}")


@dataclass(frozen=True, slots=True)
class Asked:
    """`text` is the whole question in the syntax of web searches; `needle` its words to be found.

    An index finds words at the price of the rarest one. A phrase or a refused word has to be looked
    for in each document that it finds, so both are left out of `needle`; `strict` says that there
    are such.
    """

    text: str
    needle: str

    @property
    def strict(self) -> bool:
        return self.text != self.needle


def asked(text: str) -> Asked:
    """The words of `text`, one line. Refused words alone leave an empty needle: they say what not
    to find, and nothing to find."""
    text = _REFUSED.sub(_together, text)
    needle = _REFUSED.sub(" ", text).replace('"', " ")
    return Asked(text, text if needle == text else " ".join(needle.split()))


def _together(refused: re.Match[str]) -> str:
    """A refused word that will be cut into pairs of characters, as a phrase: all of it is refused,
    not its first pair alone."""
    word = refused[0].lstrip("- ")
    return f'-"{word}"' if unspaced(word) and not word.startswith('"') else refused[0]


def scattered(text: str) -> str:
    """`text` with each character of a long run as a word of its own: `红色台灯` is red and lamp,
    which may stand in a tag and in a title. Phrases and refused words are meant as they stand: with
    them it's `text`."""
    if '"' in text or _REFUSED.search(text):
        return text
    return _WORDS_AS_ONE.sub(lambda run: " ".join(run[0]), text)
