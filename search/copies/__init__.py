"""Near-copies: whether a photo is another one, mirrored, cropped, written on or photographed from a
screen. Pure: knows no Django and no SQL; search.services.copies asks the catalogue."""

from search.copies.looks import LOOKS, Look, looks
from search.copies.overlay import Whole, agreement, prepare
from search.copies.rule import LEAST_PAIRS, PROOFS, SURE_BITS, Evidence, Rule, farthest_copy

__all__ = [
    "LEAST_PAIRS",
    "LOOKS",
    "PROOFS",
    "SURE_BITS",
    "Evidence",
    "Look",
    "Rule",
    "Whole",
    "agreement",
    "farthest_copy",
    "looks",
    "prepare",
]
