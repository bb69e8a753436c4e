"""A backbone written as one ONNX file, with what torch itself says of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, cast

import onnxscript
import torch
from torch import Tensor, nn

from search.embedding.backbones.attention import split
from search.embedding.batching import Batch
from search.embedding.dotted import load_dotted
from search.embedding.exported import Report, TorchExport
from search.embedding.narration import hushed
from search.embedding.onnx_session import ATTENTION, INPUT, OUTPUT
from search.embedding.probes import probes
from search.embedding.protocol import Card, EmbedderUnavailable

_PROTOBUF_LIMIT = 2**31


def export_network(card: Card, target: Path, report: Report) -> TorchExport:
    """Write the card's network to `target` and give torch's features of the probes: at the card's
    own size and, where the network takes others, at the next one.

    The graph takes any number of pictures, and any size where the network names the multiple its
    sides must be. Batch norm is folded into the convolutions by the exporter. Raises
    EmbedderUnavailable where there are no weights or the network is too large for one file.
    """
    report(f"loading the weights of {card.name}")
    network: nn.Module = load_dotted(card.backbone)(card)
    _refuse_oversize(card, network)
    report("tracing the network and writing it as ONNX")
    size, multiple = card.preprocessing.size, _side_multiple(network)
    # The narration of its steps would hide this package's own.
    with hushed("torch.onnx"):
        program = cast("torch.onnx.ONNXProgram", _traced(network, torch.from_numpy(probes(card))))
    program.save(target, external_data=False)
    sides = [size] if multiple is None else [size, size + multiple]
    features = {side: _features(network, probes(card, side)) for side in sides}
    return TorchExport(weights_digest(network), _versions(), features, multiple)


def _features(network: nn.Module, batch: Batch) -> Batch:
    with torch.inference_mode():
        features, _ = split(network(torch.from_numpy(batch)))
    found: Batch = features.numpy()
    return found


def _traced(network: nn.Module, batch: Tensor) -> torch.onnx.ONNXProgram | None:
    # Against the older TorchScript exporter (dynamo=False, deprecated): 92 graph nodes instead of
    # 251, the same 51 after ONNX Runtime's own optimisation, the same speed; 12 s instead of 1.
    return torch.onnx.export(
        network,
        (batch,),
        input_names=[INPUT],
        output_names=_outputs(network, batch),
        dynamic_shapes=(_free_dimensions(network),),
        dynamo=True,
        verbose=False,
    )


def _outputs(network: nn.Module, batch: Tensor) -> list[str]:
    with torch.inference_mode():
        _, attention = split(network(batch))
    return [OUTPUT] if attention is None else [OUTPUT, ATTENTION]


def weights_digest(network: nn.Module) -> str:
    """sha256 over the names and bytes of all weights: two equal digests are one network."""
    digest = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.contiguous().cpu().numpy().tobytes())
    return digest.hexdigest()


def _free_dimensions(network: nn.Module) -> dict[int, Any]:
    free: dict[int, Any] = {0: torch.export.Dim("batch")}
    multiple = _side_multiple(network)
    if multiple is not None:
        free |= {
            2: multiple * torch.export.Dim("rows"),
            3: multiple * torch.export.Dim("columns"),
        }
    return free


def _side_multiple(network: nn.Module) -> int | None:
    multiple: int | None = getattr(network, "side_multiple", None)
    return multiple


def _refuse_oversize(card: Card, network: nn.Module) -> None:
    size = sum(tensor.numel() * tensor.element_size() for tensor in network.state_dict().values())
    if size >= _PROTOBUF_LIMIT:
        raise EmbedderUnavailable(
            f"{card.name} has {size / 2**30:.1f} GiB of weights, and one ONNX file holds 2. "
            "Use engine torch for this card."
        )


def _versions() -> dict[str, str]:
    return {"torch": torch.__version__, "onnxscript": onnxscript.__version__}
