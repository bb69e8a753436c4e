"""One network, every engine: CPU per picture and how far the vectors lie from torch's own."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.fx.experimental.optimization import fuse

from benchmarks.embed.interleaved import interleaved
from search.embedding import get_card
from search.embedding.backbones.attention import split
from search.embedding.backbones.efficientnet_lite import build
from search.embedding.batching import Batch

Forward = Callable[[Batch], Batch]
Row = dict[str, Any]

EAGER = "torch eager"
BATCHES = (1, 8, 32)


def engine_rows(
    network: Path, int8: Path | None, tensors: Batch, *, rounds: int, compiled: bool
) -> list[Row]:
    """A row for each engine: ms per picture at each batch, the cosine distance, mean and largest.

    `network` is the exported ONNX file, `int8` its quantised sister; `tensors` float32
    (n, 3, 224, 224), at least 32 of them. Everything runs on one thread.
    """
    torch.set_num_threads(1)
    engines = {**_torch_engines(compiled=compiled), **_exported_engines(network, int8)}
    expected = _features(engines[EAGER], tensors)
    rows = {
        name: {"engine": name, **distances(expected, _features(forward, tensors))}
        for name, forward in engines.items()
    }
    for size in BATCHES:
        batch = np.ascontiguousarray(tensors[:size])
        ways = {name: _bound(forward, batch) for name, forward in engines.items()}
        for name, ms in interleaved(ways, rounds=max(3, rounds // size), per=size).items():
            rows[name][f"ms_{size}"] = ms
    return list(rows.values())


def onnx_forward(network: Path) -> Forward:
    """ONNX Runtime on one thread, as the shop runs it."""
    from search.embedding.onnx_session import open_session, run_session

    session = open_session(network, threads=1)
    return lambda batch: run_session(session, batch)


def _bound(forward: Forward, batch: Batch) -> Callable[[], Batch]:
    return lambda: forward(batch)


def _torch_engines(*, compiled: bool) -> dict[str, Forward]:
    network = build(get_card("efficientnet-lite0/fast@1"))
    folded = fuse(network).to(memory_format=torch.channels_last)
    engines = {EAGER: _torch_forward(network), "torch, folded": _torch_forward(folded, last=True)}
    if compiled:
        # Folds the weights into the compiled code, which is the fastest that torch has.
        os.environ["TORCHINDUCTOR_FREEZING"] = "1"
        engines["torch.compile"] = _torch_forward(torch.compile(network, dynamic=False))
    return engines


def _torch_forward(network: nn.Module | Callable[..., Any], *, last: bool = False) -> Forward:
    def forward(batch: Batch) -> Batch:
        given = torch.from_numpy(batch)
        if last:
            given = given.contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            features, _ = split(network(given))
        vectors: Batch = features.numpy()
        return vectors

    return forward


def _exported_engines(network: Path, int8: Path | None) -> dict[str, Forward]:
    engines = {"ONNX Runtime fp32": onnx_forward(network)}
    if int8 is not None:
        engines["ONNX Runtime int8"] = onnx_forward(int8)
    if importlib.util.find_spec("openvino"):
        engines["OpenVINO f32"] = _openvino_forward(network, "f32")
        engines["OpenVINO bf16"] = _openvino_forward(network, "bf16")
    return engines


def _openvino_forward(network: Path, precision: str) -> Forward:
    import openvino

    compiled = openvino.Core().compile_model(
        str(network),
        "CPU",
        {
            "INFERENCE_NUM_THREADS": 1,
            "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": precision,
            "PERFORMANCE_HINT": "LATENCY",
        },
    )
    return lambda batch: compiled([batch])["features"]


def _features(forward: Forward, tensors: Batch) -> Batch:
    return np.concatenate([forward(tensors[n : n + 8]) for n in range(0, len(tensors), 8)])


def distances(expected: Batch, found: Batch) -> dict[str, float]:
    """Cosine distance between the rows of the two, mean and largest."""
    left, right = (each.astype(np.float64) for each in (expected, found))
    norms = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    distances: Sequence[float] = 1 - (left * right).sum(axis=1) / norms
    return {"distance_mean": float(np.mean(distances)), "distance_max": float(np.max(distances))}
