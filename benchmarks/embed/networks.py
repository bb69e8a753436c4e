"""The exported networks that are compared: the card's own and its int8 sister."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from search.embedding import Card, EmbeddingError, get_card, make_embedder
from search.embedding.exported import exported_model

INT8 = "efficientnet-lite0/balanced-int8@1"


def networks(card: Card) -> tuple[Path, Path | None]:
    """The files, made now where they are missing; None without an int8 network."""
    folder = Path(settings.DATA_DIR)
    make_embedder(card, data_dir=folder).load()
    fp32 = exported_model(card, folder).network
    try:
        quantised = get_card(INT8)
        make_embedder(quantised, data_dir=folder).load()
    except EmbeddingError as error:
        print(f"no int8 network: {error}")
        return fp32, None
    return fp32, exported_model(quantised, folder).network
