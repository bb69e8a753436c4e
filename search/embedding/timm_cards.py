"""Cards of a dozen of timm's networks, known without importing timm.

Chosen for what they cost and for weights that a shop may use; a `model` test compares every row
with timm 1.0 itself. Any other network of timm's is a card of one's own (docs/own-embedder.md).
"""

from __future__ import annotations

from search.embedding.protocol import Card, Preprocessing
from search.embedding.torchvision_cards import HALF, IMAGENET_MEAN, IMAGENET_STD

BACKBONE = "search.embedding.backbones.timm_models:build"
CLIP_MEAN = (0.48145466 * 255, 0.4578275 * 255, 0.40821073 * 255)
CLIP_STD = (0.26862954 * 255, 0.26130258 * 255, 0.27577711 * 255)

# name with its weights, features before the classifier, input size, shortest side before the crop,
# mean and deviation, licence of the weights
_TABLE = """
convnext_tiny.in12k_ft_in1k 768 224 235 imagenet Apache-2.0
efficientnet_b0.ra_in1k 1280 224 256 imagenet Apache-2.0
efficientvit_b1.r224_in1k 1600 224 235 imagenet Apache-2.0
eva02_tiny_patch14_224.mim_in22k 192 224 248 clip MIT
hgnetv2_b0.ssld_stage2_ft_in1k 2048 224 232 imagenet Apache-2.0
mobilenetv3_large_100.ra_in1k 1280 224 256 imagenet Apache-2.0
mobilenetv4_conv_small.e2400_r224_in1k 1280 224 256 imagenet Apache-2.0
repvit_m1.dist_in1k 384 224 235 imagenet Apache-2.0
resnet50.a1_in1k 2048 224 235 imagenet Apache-2.0
swin_tiny_patch4_window7_224.ms_in1k 768 224 248 imagenet MIT
tf_efficientnetv2_s.in21k_ft_in1k 1280 300 300 half Apache-2.0
tiny_vit_11m_224.dist_in22k_ft_in1k 448 224 235 imagenet Apache-2.0
vit_base_patch16_224.augreg2_in21k_ft_in1k 768 224 248 half Apache-2.0
vit_base_patch16_siglip_224.webli 768 224 248 half Apache-2.0
vit_small_patch14_dinov2.lvd142m 384 518 518 imagenet Apache-2.0
vit_small_patch14_reg4_dinov2.lvd142m 384 518 518 imagenet Apache-2.0
"""

_SCALES = {
    "imagenet": (IMAGENET_MEAN, IMAGENET_STD),
    "half": (HALF, HALF),
    "clip": (CLIP_MEAN, CLIP_STD),
}


def _card(row: str) -> Card:
    network, dim, size, shortest, scale, licence = row.split()
    mean, std = _SCALES[scale]
    return Card(
        name=f"timm/{network}@1",
        backbone=BACKBONE,
        dim=int(dim),
        licence=licence,
        source=f"timm {network}",
        preprocessing=Preprocessing(
            size=int(size),
            resize="shortest-side-crop",
            resize_to=int(shortest),
            interpolation="bicubic",
            mean=mean,
            std=std,
        ),
        views=("centre",),
        descriptors=("colour",),
    )


TIMM_CARDS = tuple(_card(row) for row in _TABLE.strip().splitlines())
