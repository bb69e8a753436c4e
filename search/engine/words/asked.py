"""A question's words, taken apart into what an index finds and what is tested afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A minus before a word or a phrase, where no word ends before it: `LMP-7` is a name.
_REFUSED = re.compile(r'(?<!\w)-+\s*(?:"[^"]*"?|[^\s"]+)')


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
    needle = _REFUSED.sub(" ", text).replace('"', " ")
    return Asked(text, text if needle == text else " ".join(needle.split()))
