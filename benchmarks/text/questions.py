"""The kinds of questions, each with as many different ones as are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.text.catalogue import COLOURS, NOUNS, Catalogue
from benchmarks.text.load import share_tag
from search.engine.types import NO_FILTERS, Filters


@dataclass(frozen=True)
class Kind:
    """Questions of one sort, asked under the same filters."""

    name: str
    texts: list[str]
    filters: Filters = NO_FILTERS


def kinds(catalogue: Catalogue, *, count: int) -> list[Kind]:
    """The same for the same catalogue and count."""
    dice = np.random.default_rng(catalogue.seed)

    def texts(make: Callable[[], str]) -> list[str]:
        return [make() for _ in range(count)]

    def any_of(words: list[str] | tuple[str, ...]) -> str:
        return str(dice.choice(words))

    common, rare = (*COLOURS[:5], *NOUNS[:5]), catalogue.brands[200:]
    made: Mapping[str, Callable[[], str]] = {
        "rare word": lambda: any_of(rare),
        "common word": lambda: any_of(common),
        "two words": lambda: f"{any_of(COLOURS)} {any_of(NOUNS)}",
        "three common words": lambda: f"small {any_of(COLOURS[:5])} {any_of(NOUNS[:5])}",
        "typing error": lambda: _mistyped(any_of(NOUNS[8:]), dice),
        "SKU": lambda: f"lk{dice.integers(1, catalogue.n + 1):06d}",
        "stop word": lambda: any_of(("the", "with", "and", "for")),
        "stop word and two": lambda: f"the {any_of(COLOURS)} {any_of(NOUNS)}",
        "nothing found": lambda: "zzyx" + any_of(rare)[::-1],
    }
    without = [Kind(name, texts(make)) for name, make in made.items()]
    tagged = Filters(tags=(share_tag(0.01),))
    within = [
        Kind(f"{name}, 1 % tag", texts(made[name]), tagged)
        for name in ("rare word", "common word", "two words")
    ]
    return [*without, *within]


def _mistyped(word: str, dice: np.random.Generator) -> str:
    """Two letters in the middle exchanged, or one left out."""
    place = int(dice.integers(1, len(word) - 1))
    if dice.random() < 0.5:
        return word[:place] + word[place + 1 :]
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
