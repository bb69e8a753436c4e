"""A card's text tower written as ONNX, with its tokeniser, beside the picture network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from search.embedding.agreement import agreement
from search.embedding.batching import Batch
from search.embedding.checksums import sha256_of
from search.embedding.dotted import load_dotted
from search.embedding.exported import ExportedModel, Report
from search.embedding.narration import hushed
from search.embedding.onnx_session import OUTPUT, open_session
from search.embedding.protocol import Card
from search.embedding.text_engine import IDS, Ids, read_tokeniser, run_tower, token_ids

PROBES = ("red shoe", "a photo of two blue cups on a table", "", "红色 连衣裙, 100% cotton")


@dataclass(frozen=True, slots=True)
class TextTower:
    """What a text tower's builder returns: `network` turns token ids, int64 (n, length), into
    features (n, dim); `tokeniser` is the JSON of the `tokenizers` package's Tokenizer, which pads
    and truncates to that length."""

    network: nn.Module
    tokeniser: str


def export_text(card: Card, staged: ExportedModel, report: Report) -> dict[str, Any]:
    """Write the card's text tower and its tokeniser into the staged folder; returns what its record
    says of them. Raises EmbedderUnavailable where there are no weights, or where the exported tower
    disagrees with torch on PROBES."""
    report(f"loading the text tower of {card.name}")
    tower: TextTower = load_dotted(card.text)(card)
    staged.tokeniser.write_text(tower.tokeniser, encoding="utf-8")
    ids = token_ids(read_tokeniser(staged.tokeniser), PROBES)
    report("tracing the text tower and writing it as ONNX")
    expected = _exported(tower.network, ids, staged.text_network)
    found = run_tower(open_session(staged.text_network, threads=1), ids)
    return {
        "self_test_cosine": agreement(found, expected, card=card, part="text tower"),
        "sha256": sha256_of(staged.text_network),
        "tokeniser_sha256": sha256_of(staged.tokeniser),
    }


def _exported(network: nn.Module, ids: Ids, target: Path) -> Batch:
    """Write the network for any number of texts, and give torch's own features of these."""
    batch = torch.from_numpy(ids)
    # The narration of its steps would hide this package's own.
    with hushed("torch.onnx"):
        program = torch.onnx.export(
            network,
            (batch,),
            input_names=[IDS],
            output_names=[OUTPUT],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            dynamo=True,
            verbose=False,
        )
    cast("torch.onnx.ONNXProgram", program).save(target, external_data=False)
    with torch.inference_mode():
        features: Batch = network(batch).numpy()
    return features
