"""How words become lexemes, and a question's words on one line.

A document keeps every word twice, without accents: as it stands (`simple`), so that names, SKUs
and words of any language are found, and as its English stem (`english`), so that "shirts" finds a
shirt. A question asks for stems, which are among the document's whenever the word itself is; what
becomes of the words that English leaves out, search.engine.words.tiers says.
"""

from __future__ import annotations

import re

CONFIGS = ("simple", "english")

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def cleaned(text: str) -> str:
    """`text` on one line, without control characters (Postgres refuses NUL) and spare spaces."""
    return " ".join(_CONTROL.sub(" ", text).split())
