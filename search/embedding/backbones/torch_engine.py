"""Serves a card with torch itself: on CUDA, or on the CPU where ONNX Runtime is not wanted."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import torch
from PIL import Image
from torch import nn

from search.embedding.batching import Batch, embed_in_batches
from search.embedding.dotted import load_dotted
from search.embedding.protocol import Card, EmbedderUnavailable, Outcome


class TorchEmbedder:
    """Embeds with torch. Several threads may call `embed` at once on one instance."""

    def __init__(
        self, card: Card, *, device: str = "auto", threads: int = 1, batch_size: int = 8
    ) -> None:
        self._card = card
        self._device = _device(device)
        self._threads = threads
        self._batch_size = batch_size
        self._lock = threading.Lock()
        self._network: nn.Module | None = None

    @property
    def card(self) -> Card:
        return self._card

    def load(self) -> None:
        """Build the network with its weights on the device. Raises EmbedderUnavailable."""
        self._loaded()

    def embed(self, images: Sequence[Image.Image]) -> list[Outcome]:
        """Exactly one outcome per image, in order. Raises EmbedderUnavailable."""
        self.load()
        return embed_in_batches(
            images, card=self._card, forward=self._forward, batch_size=self._batch_size
        )

    def _loaded(self) -> nn.Module:
        with self._lock:
            if self._network is None:
                self._network = self._build()
            return self._network

    def _build(self) -> nn.Module:
        if self._device.type == "cpu":
            torch.set_num_threads(self._threads)
        else:
            # TF32 moves vectors by about 1e-3, and the other side of the space may be a CPU.
            torch.backends.cudnn.allow_tf32 = False
            torch.backends.cuda.matmul.allow_tf32 = False
        network: nn.Module = load_dotted(self._card.backbone)(self._card)
        return network.to(self._device)

    def _forward(self, batch: Batch) -> Batch:
        try:
            with torch.inference_mode():
                features = self._loaded()(torch.from_numpy(batch).to(self._device))
        except RuntimeError as error:
            raise EmbedderUnavailable(
                f"the network failed on a batch of {len(batch)} on {self._device}: {error}"
            ) from error
        vectors: Batch = features.float().cpu().numpy()
        return vectors


def _device(name: str) -> torch.device:
    available = torch.cuda.is_available()
    if name == "cuda" and not available:
        raise EmbedderUnavailable("device cuda is asked for, but torch finds no GPU: use cpu")
    return torch.device("cuda" if available and name != "cpu" else "cpu")
