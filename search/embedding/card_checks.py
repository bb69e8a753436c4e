"""What a card may say: a typing error in it must not be blamed on the pictures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from search.embedding.views import views_problem

if TYPE_CHECKING:
    from search.embedding.protocol import Card, Preprocessing

RESIZES = ("squash", "shortest-side-crop")
INTERPOLATIONS = ("bicubic", "bilinear", "bicubic-f32")
PRECISIONS = ("fp32", "bf16", "int8")
# The precisions that each engine serves as they are meant.
SERVES = {
    "onnxruntime": ("fp32", "int8"),
    "openvino": ("fp32", "bf16"),
    "torch": ("fp32", "bf16"),
}
# A row lies whole on one page of 8 kB: 3,800 numbers of two bytes leave room for all descriptors,
# tags and colours beside them.
MOST_DIM = 3_800
DESCRIPTORS = ("colour", "texture", "shape")


def card_problem(card: Card) -> str:
    """Why there can't be such a card, as a sentence's end; "" if there can."""
    recipe = card.preprocessing
    return (
        _unknown("resize", [recipe.resize], RESIZES)
        or _unknown("interpolation", [recipe.interpolation], INTERPOLATIONS)
        or _unknown("precision", [card.precision], PRECISIONS)
        or _unknown("engine", [card.engine] if card.engine else [], tuple(SERVES))
        or _engine_problem(card)
        or _unknown("descriptor", card.descriptors, DESCRIPTORS)
        or _sizes_problem(recipe, dim=card.dim)
        or views_problem(card.views, recipe.resize)
    )


def _unknown(kind: str, names: Iterable[str], known: tuple[str, ...]) -> str:
    for name in names:
        if name not in known:
            return f"names the {kind} {name!r}, which does not exist; there are {', '.join(known)}"
    return ""


def _engine_problem(card: Card) -> str:
    able = [engine for engine, served in SERVES.items() if card.precision in served]
    if card.engine and card.engine not in able:
        return f"is in {card.precision}, which its engine {card.engine} does not serve"
    if card.precision == "bf16" and not card.engine:
        return f"is in bf16, so it must name its engine: {' or '.join(able)}"
    return ""


def _sizes_problem(recipe: Preprocessing, *, dim: int) -> str:
    if not 1 <= dim <= MOST_DIM:
        return f"makes vectors of {dim:,} numbers; 1 to {MOST_DIM:,} can be stored"
    if recipe.size < 1:
        return f"has pictures of {recipe.size} pixels a side; 1 is the least"
    if recipe.resize_to is not None and recipe.resize_to < recipe.size:
        return f"cuts {recipe.size} pixels a side out of {recipe.resize_to}, its resize_to"
    if recipe.decode_side is not None and recipe.decode_side < recipe.size:
        return f"decodes to {recipe.decode_side} pixels a side, but its network sees {recipe.size}"
    return ""
