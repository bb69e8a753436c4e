"""Cards of open_clip's networks, which put words and pictures into one space; known without
importing open_clip.

A `model` test compares every row with open_clip 3.3 itself. SigLIP 2 was trained on texts in many
languages, the others on English; bands are left empty, because nothing was measured.
"""

from __future__ import annotations

from search.embedding.protocol import Card, Preprocessing
from search.embedding.timm_cards import CLIP_MEAN, CLIP_STD
from search.embedding.torchvision_cards import HALF

BACKBONE = "search.embedding.backbones.open_clip_models:build"
TEXT_TOWER = "search.embedding.backbones.open_clip_models:build_text"

# name, weights, length of a vector, input size, licence of the weights
_TABLE = """
ViT-B-16 datacomp_xl_s13b_b90k 512 224 MIT
ViT-B-16-SigLIP webli 768 224 Apache-2.0
ViT-B-16-SigLIP-256 webli 768 256 Apache-2.0
ViT-B-16-SigLIP2 webli 768 224 Apache-2.0
ViT-B-32 datacomp_xl_s13b_b90k 512 224 MIT
ViT-B-32-256 datacomp_s34b_b86k 512 256 MIT
ViT-B-32-SigLIP2-256 webli 768 256 Apache-2.0
ViT-L-14 datacomp_xl_s13b_b90k 768 224 MIT
"""


def _card(row: str) -> Card:
    network, weights, dim, size, licence = row.split()
    return Card(
        name=f"open_clip/{network}@1",
        backbone=BACKBONE,
        dim=int(dim),
        licence=licence,
        source=f"open_clip {network} {weights}",
        preprocessing=_recipe(int(size), siglip="SigLIP" in network),
        views=("squash" if "SigLIP" in network else "centre",),
        descriptors=("colour",),
        text=TEXT_TOWER,
    )


def _recipe(size: int, *, siglip: bool) -> Preprocessing:
    return Preprocessing(
        size=size,
        resize="squash" if siglip else "shortest-side-crop",
        resize_to=None if siglip else size,
        interpolation="bicubic",
        mean=HALF if siglip else CLIP_MEAN,
        std=HALF if siglip else CLIP_STD,
    )


OPEN_CLIP_CARDS = tuple(_card(row) for row in _TABLE.strip().splitlines())
