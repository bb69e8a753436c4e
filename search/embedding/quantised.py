"""An exported network in 8-bit integers, calibrated on drawn pictures: half the time, a quarter of
the file.

The pictures are drawn by formula, so that every machine makes the same network without fetching
anything. For EfficientNet-Lite0 they calibrate as well as photos of a shop do: vectors of 1,049
photos of groceries and clothes lie .004 and .007 (mean) and .02 and .05 (most) from those of fp32
with either.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from search.embedding.agreement import agreement
from search.embedding.batching import Batch
from search.embedding.drawn import draw_picture
from search.embedding.exported import Report
from search.embedding.narration import hushed
from search.embedding.onnx_session import INPUT, open_session, run_session
from search.embedding.preprocess import to_tensor
from search.embedding.protocol import Card

# Drawn pictures are further from fp32 than photos are: .958 was the worst of sixteen.
MIN_INT8_COSINE = 0.93
PICTURES = 64
# After those that the self-test looks at.
_FIRST = 100


def quantise(
    network: Path, card: Card, probes: Batch, expected: Batch, report: Report
) -> dict[str, Any]:
    """Replace the exported fp32 network by one in int8; returns what its record says of that.

    Weights per channel, activations per tensor with the ranges that the drawn pictures show, in the
    QDQ format. `expected` is torch's features of `probes`. Raises EmbedderUnavailable where the
    lowest cosine to them is under MIN_INT8_COSINE.
    """
    report(f"calibrating int8 on {PICTURES} drawn pictures")
    with tempfile.TemporaryDirectory(dir=network.parent) as folder:
        _write(network, Path(folder), card)
    found = run_session(open_session(network, threads=1), probes)
    cosine = agreement(found, expected, card=card, least=MIN_INT8_COSINE)
    return {
        "pictures": f"drawn {_FIRST} to {_FIRST + PICTURES - 1}",
        "format": "QDQ, int8 weights per channel, uint8 activations, min-max",
        "self_test_cosine": cosine,
    }


def _write(network: Path, folder: Path, card: Card) -> None:
    from onnxruntime import quantization
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared, quantised = folder / "prepared.onnx", folder / "quantised.onnx"
    # Its advice on the steps that it takes itself would hide this package's narration.
    with hushed():
        quant_pre_process(str(network), str(prepared), skip_symbolic_shape=True)
        # 8 bits, not the 7 (reduce_range) for processors without VNNI: those move vectors by .02.
        quantization.quantize_static(
            str(prepared),
            str(quantised),
            _Calibration(card),
            quant_format=quantization.QuantFormat.QDQ,
            per_channel=True,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
        )
    quantised.replace(network)


class _Calibration:
    """Hands out one drawn picture after the other, as onnxruntime's CalibrationDataReader does."""

    def __init__(self, card: Card) -> None:
        self._tensors = _tensors(card)

    def get_next(self) -> dict[str, Batch] | None:
        """The next input, or None behind the last."""
        tensor = next(self._tensors, None)
        return None if tensor is None else {INPUT: tensor}


def _tensors(card: Card) -> Iterator[Batch]:
    for number in range(_FIRST, _FIRST + PICTURES):
        yield to_tensor(draw_picture(number), card.preprocessing)[np.newaxis]
