"""Serves a card with torch itself: on CUDA, or on the CPU where ONNX Runtime is not wanted."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import torch
from PIL import Image
from torch import Tensor, nn

from search.embedding.backbones.attention import split
from search.embedding.batching import Batch, Seen, embed_in_batches
from search.embedding.dotted import load_dotted
from search.embedding.pipeline import embed_ahead
from search.embedding.protocol import Card, EmbedderUnavailable, Outcome

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


class TorchEmbedder:
    """Embeds with torch. Several threads may call `embed` at once on one instance.

    On a GPU the next batches are prepared while one is in the network, on all cores of the
    process: at some thousand pictures a second the preparation is what would be waited for.
    """

    def __init__(
        self, card: Card, *, device: str = "cpu", threads: int = 1, batch_size: int = 8
    ) -> None:
        self._card = card
        self._device = _device(device)
        self._threads = threads
        self._batch_size = batch_size
        self._lock = threading.Lock()
        self._network: nn.Module | None = None
        self._workers = ThreadPoolExecutor(_cores(), "prepare") if self._on_gpu else None

    @property
    def card(self) -> Card:
        return self._card

    def load(self) -> None:
        """Build the network with its weights on the device. Raises EmbedderUnavailable."""
        self._loaded()

    def embed(self, images: Sequence[Image.Image]) -> list[Outcome]:
        """Exactly one outcome per image, in order. Raises EmbedderUnavailable."""
        self.load()
        card, size = self._card, self._batch_size
        if self._workers is None:
            return embed_in_batches(images, card=card, look=self._look, batch_size=size)
        return embed_ahead(
            images, card=card, look=self._look, batch_size=size, workers=self._workers
        )

    @property
    def _on_gpu(self) -> bool:
        return self._device.type == "cuda"

    def _loaded(self) -> nn.Module:
        with self._lock:
            if self._network is None:
                self._network = self._build()
            return self._network

    def _build(self) -> nn.Module:
        if self._on_gpu:
            # TF32 moves vectors by about 1e-3, and the other side of the space may be a CPU.
            torch.backends.cudnn.allow_tf32 = False
            torch.backends.cuda.matmul.allow_tf32 = False
        else:
            torch.set_num_threads(self._threads)
        network: nn.Module = load_dotted(self._card.backbone)(self._card)
        network.to(self._device, dtype=DTYPES[self._card.precision])
        return network.to(memory_format=torch.channels_last)

    def _look(self, batch: Batch) -> Seen:
        try:
            with torch.inference_mode():
                answer = self._loaded()(self._moved(torch.from_numpy(batch)))
                features, attention = split(answer)
                seen = Seen(_fetched(features), None if attention is None else _fetched(attention))
        except RuntimeError as error:
            raise EmbedderUnavailable(
                f"the network failed on a batch of {len(batch)} on {self._device}: {error}"
            ) from error
        return seen

    def _moved(self, batch: Tensor) -> Tensor:
        """The batch where the network is, in its precision and layout. From pinned memory the copy
        is queued behind what the GPU computes for other threads, and nobody waits for it here."""
        source = batch.pin_memory() if self._on_gpu else batch
        on_device = source.to(self._device, non_blocking=self._on_gpu)
        return on_device.to(dtype=DTYPES[self._card.precision], memory_format=torch.channels_last)


def _fetched(answer: Tensor) -> Batch:
    fetched: Batch = answer.float().cpu().numpy()
    return fetched


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _device(name: str) -> torch.device:
    if name == "cuda" and not torch.cuda.is_available():
        raise EmbedderUnavailable("device cuda is asked for, but torch finds no GPU: use cpu")
    return torch.device(name)
