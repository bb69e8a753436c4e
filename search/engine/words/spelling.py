"""How far one word is from another, and a way to find the words that are near."""

from __future__ import annotations

from itertools import combinations

# Keys are made of a word's beginning only: words of more letters have no more keys.
LETTERS_IN_KEYS = 7


def edits_allowed(word: str) -> int:
    """In how many places a word may be mistyped and still be known: short ones are too alike."""
    return 0 if len(word) < 3 else 1 if len(word) < 6 else 2


def keys(word: str) -> list[str]:
    """What is left of the beginning of a word without up to as many letters as may be wrong in it.

    Two words with no more edits between them than both allow share a key: each of them without the
    letters that the other doesn't have. At most 29 keys, sorted.
    """
    beginning = word[:LETTERS_IN_KEYS]
    return sorted(
        {
            "".join(letter for place, letter in enumerate(beginning) if place not in left_out)
            for count in range(edits_allowed(word) + 1)
            for left_out in combinations(range(len(beginning)), count)
        }
    )


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
