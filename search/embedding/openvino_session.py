"""OpenVINO for an exported network: compiled for one thread a call, run on one batch."""

from __future__ import annotations

import os
import queue
from pathlib import Path
from typing import Any

from search.embedding.batching import Batch, Seen
from search.embedding.onnx_session import ATTENTION, INPUT, OUTPUT
from search.embedding.protocol import EmbedderUnavailable

# The words of the card and of OpenVINO for one thing. Left alone it takes bf16 where the processor
# has it, and says nothing: vectors then lie .0008 (mean) to .009 (most) from those of fp32.
PRECISIONS = {"fp32": "f32", "bf16": "bf16"}


class OpenVinoSession:
    """A compiled network whose `run` several threads may call at once, on `threads` cores each.

    Raises EmbedderUnavailable where OpenVINO is not installed or cannot read the file.
    """

    def __init__(self, network: Path, *, threads: int, precision: str) -> None:
        self._compiled = _compiled(network, threads=threads, precision=precision)
        self._outputs = [each.get_any_name() for each in self._compiled.outputs]
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def run(self, batch: Batch) -> Seen:
        """What the network sees in a batch. Raises EmbedderUnavailable where the network
        fails, which for a well-formed batch means memory or a wrong file, never the picture."""
        request = self._request()
        try:
            request.infer({INPUT: batch}, share_inputs=True)
            # The request owns this memory and writes the next caller's answer over it.
            answers = {name: request.get_tensor(name).data.copy() for name in self._outputs}
        except RuntimeError as error:
            raise EmbedderUnavailable(
                f"the network failed on a batch of {len(batch)}: {error}"
            ) from error
        self._idle.put(request)
        return Seen(answers[OUTPUT], answers.get(ATTENTION))

    def _request(self) -> Any:
        """An idle request, or a new one: as many live as callers were ever here at once."""
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._compiled.create_infer_request()


def _compiled(network: Path, *, threads: int, precision: str) -> Any:
    try:
        import openvino  # an extra, and .2 s that other engines should not pay
    except ImportError as error:
        raise EmbedderUnavailable(
            "engine openvino needs the package openvino, which is not installed. "
            "Run: pip install openvino, or use engine onnxruntime."
        ) from error
    streams = max(1, len(os.sched_getaffinity(0)) // threads)
    settings = {
        "INFERENCE_PRECISION_HINT": PRECISIONS[precision],
        "NUM_STREAMS": streams,
        "INFERENCE_NUM_THREADS": streams * threads,
    }
    try:
        return openvino.Core().compile_model(str(network), "CPU", settings)
    except RuntimeError as error:
        raise EmbedderUnavailable(
            f"OpenVINO cannot open {network}: {error}. Delete its folder: the network is then "
            "exported anew."
        ) from error
