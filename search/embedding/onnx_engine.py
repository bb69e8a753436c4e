"""Serves an exported card with ONNX Runtime on the CPU, without torch."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from search.embedding.batching import Batch, Seen, embed_in_batches
from search.embedding.export_process import export_in_subprocess
from search.embedding.exported import ExportedModel, exported_model, verify_exported
from search.embedding.onnx_session import look_with, open_session, run_session
from search.embedding.probes import verify_answers
from search.embedding.protocol import Card, EmbedderUnavailable, Outcome

# A failed export costs seconds of CPU (the child imports torch): not again for every query.
EXPORT_PAUSE_S = 60.0
# Pictures of the card's size in one forward pass. More gain nothing on a CPU (9.6 / 9.3 / 10.1 /
# 10.0 ms a picture at 1 / 2 / 4 / 8) and cost memory: two threads take 137 MB at 8, 27 at 2.
MOST_AT_ONCE = 2


class OnnxEmbedder:
    """Embeds with ONNX Runtime. Several threads may call `embed` at once on one instance."""

    def __init__(
        self,
        card: Card,
        *,
        data_dir: Path,
        threads: int = 1,
        batch_size: int = 8,
        export_missing: bool = True,
    ) -> None:
        self._card = card
        self._data_dir = data_dir
        self._threads = threads
        self._batch_size = min(batch_size, MOST_AT_ONCE)
        self._export_missing = export_missing
        self._lock = threading.Lock()
        self._session: Any = None
        self._export_failure = ""
        self._export_again_at = 0.0

    @property
    def card(self) -> Card:
        return self._card

    def load(self) -> None:
        """Open the exported network, exporting it first where it is missing and that is allowed.

        Idempotent and thread-safe. Raises EmbedderUnavailable.
        """
        with self._lock:
            if self._session is None:
                self._session = self._open()

    def embed(self, images: Sequence[Image.Image]) -> list[Outcome]:
        """Exactly one outcome per image, in order. Raises EmbedderUnavailable."""
        self.load()
        return embed_in_batches(
            images, card=self._card, look=self._look, batch_size=self._batch_size
        )

    def _open(self) -> Any:
        exported = self.ensure_exported()
        verify_exported(exported, self._card)
        session = self._session_of(exported.network)
        if self._card.precision == "int8":
            verify_answers(exported, self._card, lambda batch: run_session(session, batch))
        return session

    def ensure_exported(self) -> ExportedModel:
        """The card's exported network, made now where it is missing and that is allowed. Raises
        EmbedderUnavailable."""
        exported = exported_model(self._card, self._data_dir)
        if not exported.exists():
            self._export()
        return exported

    def _session_of(self, network: Path) -> Any:
        """What runs the exported network; another runtime for it overrides this and `_look`."""
        return open_session(network, threads=self._threads)

    def _export(self) -> None:
        if not self._export_missing:
            raise EmbedderUnavailable(
                f"the network of {self._card.name} is not exported yet. Run: {self._command()}"
            )
        if time.monotonic() < self._export_again_at:
            raise EmbedderUnavailable(self._export_failure)
        try:
            export_in_subprocess(self._card, data_dir=self._data_dir)
        except EmbedderUnavailable as error:
            self._export_failure = str(error)
            self._export_again_at = time.monotonic() + EXPORT_PAUSE_S
            raise

    def _command(self) -> str:
        return f"python -m search.embedding.export {self._card.name} --data-dir {self._data_dir}"

    def _look(self, batch: Batch) -> Seen:
        return look_with(self._session, batch)
