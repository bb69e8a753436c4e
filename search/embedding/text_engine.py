"""Serves an exported text tower with ONNX Runtime on the CPU, without torch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from search.embedding.batching import unit_outcome
from search.embedding.exported import verify_text
from search.embedding.onnx_engine import OnnxEmbedder
from search.embedding.onnx_session import OUTPUT, open_session
from search.embedding.protocol import Card, EmbedderUnavailable, Rejected, Vector

IDS = "ids"
Ids = npt.NDArray[np.int64]


class OnnxTextEmbedder:
    """Embeds words. Several threads may call `embed_texts` at once on one instance."""

    def __init__(self, card: Card, *, data_dir: Path, export_missing: bool = True) -> None:
        self._card = card
        # Both towers are exported together, and only one of the two knows how.
        self._pictures = OnnxEmbedder(card, data_dir=data_dir, export_missing=export_missing)
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    @property
    def card(self) -> Card:
        return self._card

    def load(self) -> None:
        """Open tokeniser and text tower, exporting them first where they are missing. Idempotent
        and thread-safe. Raises EmbedderUnavailable."""
        self._tower()

    def embed_texts(self, texts: Sequence[str]) -> list[Vector]:
        """One vector per text, in order: float32, shape (card.dim,), norm 1. Words beyond what the
        network reads are left out. Raises EmbedderUnavailable."""
        if not texts:
            return []
        tokeniser, session = self._tower()
        features = run_tower(session, token_ids(tokeniser, texts))
        return [self._unit(each) for each in features]

    def _unit(self, features: Vector) -> Vector:
        outcome = unit_outcome(features[np.newaxis])
        if isinstance(outcome, Rejected):
            raise EmbedderUnavailable(f"the text tower of {self._card.name} gave no direction")
        return outcome.vector

    def _tower(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._open()
            return self._loaded

    def _open(self) -> tuple[Any, Any]:
        exported = self._pictures.ensure_exported()
        verify_text(exported)
        return read_tokeniser(exported.tokeniser), open_session(exported.text_network, threads=1)


def read_tokeniser(path: Path) -> Any:
    """The tokeniser in that file. Raises EmbedderUnavailable."""
    try:
        import tokenizers  # an extra, and only where words are embedded
    except ImportError as error:
        raise EmbedderUnavailable(
            "searching pictures by words needs the package tokenizers, which is not installed. "
            "Run: pip install tokenizers"
        ) from error
    return tokenizers.Tokenizer.from_file(str(path))


def token_ids(tokeniser: Any, texts: Sequence[str]) -> Ids:
    """int64, shape (n, length), padded and truncated as the tokeniser's file says."""
    return np.array([each.ids for each in tokeniser.encode_batch(list(texts))], dtype=np.int64)


def run_tower(session: Any, ids: Ids) -> npt.NDArray[np.float32]:
    """Features of token ids, float32 (n, dim). Raises EmbedderUnavailable."""
    try:
        features: npt.NDArray[np.float32] = session.run([OUTPUT], {IDS: ids})[0]
    except Exception as error:
        raise EmbedderUnavailable(f"the text tower failed on {len(ids)} texts: {error}") from error
    return features
