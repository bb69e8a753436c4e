"""ONNX Runtime sessions: opened with settings that serve many threads, run on one batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from search.embedding.batching import Batch, Seen
from search.embedding.protocol import EmbedderUnavailable

INPUT, OUTPUT, ATTENTION = "pixels", "features", "attention"
_ERRORS_ONLY = 3


def open_session(network: Path, *, threads: int) -> Any:
    """A session on the CPU whose `run` several threads may call at once.

    One intra-op thread is the right number for a server: two threads with one each serve 213
    images a second on two cores, and intra-op threads of 2 collapse when a core is taken away.
    Raises EmbedderUnavailable where ONNX Runtime cannot read the file.
    """
    import onnxruntime  # 40 MB and .1 s that a process which never embeds should not pay

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    # The plan of each shape's memory costs more than it saves: two threads over batches of 1 and 2
    # at 224 and of 1 at 320 pixels grow by 45 MB with it and by 27 without, and stay there, at the
    # same speed. Without the arena they grow by 241, and page faults add half to each pass.
    options.enable_mem_pattern = False
    options.log_severity_level = _ERRORS_ONLY
    try:
        return onnxruntime.InferenceSession(
            str(network), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        raise EmbedderUnavailable(
            f"ONNX Runtime cannot open {network}: {error}. Delete its folder: the network is then "
            "exported anew."
        ) from error


def run_session(session: Any, batch: Batch) -> Batch:
    """Features of a batch, float32 (n, dim). Raises as `look_with`."""
    return look_with(session, batch).features


def look_with(session: Any, batch: Batch) -> Seen:
    """What the network sees in a batch; one that was exported before it could say where something
    is says the features alone. Raises EmbedderUnavailable where the network fails, which for a
    well-formed batch means memory or a wrong file, never the picture."""
    try:
        answers = session.run(None, {INPUT: batch})
    except Exception as error:
        raise EmbedderUnavailable(
            f"the network failed on a batch of {len(batch)}: {error}"
        ) from error
    named = dict(zip((each.name for each in session.get_outputs()), answers, strict=True))
    return Seen(named[OUTPUT], named.get(ATTENTION))
