"""A shop of made-up products whose words are as unevenly common as words are.

A title is a brand, an adjective, a colour, a noun and a model number; each word is drawn by Zipf's
law from its own list. The commonest noun stands in every tenth title, the rarest in one or none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np


def _list(words: str) -> list[str]:
    return words.split()


COLOURS = _list(
    "black white blue red green grey brown beige pink navy yellow orange purple olive cream teal"
    " burgundy turquoise ivory khaki coral gold silver copper lilac mint rust mustard plum charcoal"
)
NOUNS = _list(
    "shirt lamp chair jacket table dress shoe cushion rug mug bowl sofa boot scarf basket vase coat"
    " mirror plate blanket trousers skirt clock candle shelf stool desk bag belt hat glove curtain"
)
ADJECTIVES = _list(
    "small large classic modern soft round slim light heavy folding vintage warm long short woven"
    " quilted striped plain handmade waterproof"
)
MATERIALS = _list("cotton wool oak leather linen steel glass ceramic silk bamboo marble rattan")
ONSETS = _list("b br c ch d dr f fl g gr h j k l m n p pl qu r s sh st t tr v w z")
RHYMES = _list("a al an ar e el en er i il in is o ol on or u um un us")
GLUE = _list("the a with and for of in is this your")

SHARES = (0.1, 0.01)


@dataclass(frozen=True)
class Catalogue:
    """n products, numbered from 1. The same n and seed give the same products."""

    n: int
    seed: int = 11

    @cached_property
    def brands(self) -> list[str]:
        return invented(1_500, seed=1, syllables=3)

    @cached_property
    def nouns(self) -> list[str]:
        return NOUNS + invented(800, seed=2, syllables=2)

    @cached_property
    def adjectives(self) -> list[str]:
        return ADJECTIVES + invented(300, seed=3, syllables=2)

    @cached_property
    def prose(self) -> list[str]:
        """What descriptions are made of: little words, the shop's own words, and many others."""
        shop = [*GLUE, *NOUNS, *ADJECTIVES, *COLOURS, *MATERIALS]
        return shop + invented(4_000, seed=4, syllables=3)

    def titles(self) -> Iterator[str]:
        dice = np.random.default_rng(self.seed)
        lists = (self.brands, self.adjectives, COLOURS, self.nouns)
        picks = [zipf(dice, len(words), self.n) for words in lists]
        models = dice.integers(100, 10_000, size=self.n).tolist()
        letters = dice.integers(26, size=(self.n, 2)).tolist()
        for number, (a, b) in enumerate(letters):
            words = (each[pick[number]] for each, pick in zip(lists, picks, strict=True))
            yield f"{' '.join(words).title()} {chr(65 + a)}{chr(65 + b)}{models[number]}"

    def skus(self) -> Iterator[str]:
        for number in range(1, self.n + 1):
            yield f"LK-{number:06d}"

    def descriptions(self) -> Iterator[str]:
        """10 to 60 words each."""
        dice = np.random.default_rng(self.seed + 1)
        for length in dice.integers(10, 61, size=self.n).tolist():
            yield " ".join(self.prose[pick] for pick in zipf(dice, len(self.prose), length))

    def carried(self, share: float) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The numbers of the products, that share of them, that carry its tag."""
        dice = np.random.default_rng(int(share * 1e6))
        return np.sort(dice.choice(self.n, size=round(share * self.n), replace=False) + 1)


def zipf(dice: np.random.Generator, words: int, size: int) -> list[int]:
    """Places in a list of words: place r is drawn 1 / (r + 3) as often as Zipf's law has it."""
    weights = 1 / (np.arange(words) + 3)
    picks: list[int] = dice.choice(words, size=size, p=weights / weights.sum()).tolist()
    return picks


def invented(count: int, *, seed: int, syllables: int) -> list[str]:
    """Words that can be said and mean nothing, each once."""
    dice = np.random.default_rng(seed)
    words: dict[str, None] = {}
    while len(words) < count:
        onsets, rhymes = dice.choice(ONSETS, syllables), dice.choice(RHYMES, syllables)
        words["".join(a + b for a, b in zip(onsets, rhymes, strict=True))] = None
    return list(words)
