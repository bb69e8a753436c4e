"""Cards of torchvision's classification networks, known without importing torchvision.

A web process needs a card's dimension and preprocessing, and may not import torch. So what
torchvision 0.29 says about its default weights stands here as a table; a `model` test compares
every row with torchvision itself. Left out are the two SqueezeNets, which end in a convolution and
have no features before the classifier, and AlexNet, the VGGs and RegNet Y 128: vectors of 4,096
numbers and more don't fit on a page of the database.
"""

from __future__ import annotations

from search.embedding.protocol import Card, Preprocessing

BACKBONE = "search.embedding.backbones.torchvision_models:build"

# name, default weights, features before the classifier, input size, shortest side before the crop,
# interpolation
_TABLE = """
convnext_base IMAGENET1K_V1 1024 224 232 bilinear
convnext_large IMAGENET1K_V1 1536 224 232 bilinear
convnext_small IMAGENET1K_V1 768 224 230 bilinear
convnext_tiny IMAGENET1K_V1 768 224 236 bilinear
densenet121 IMAGENET1K_V1 1024 224 256 bilinear
densenet161 IMAGENET1K_V1 2208 224 256 bilinear
densenet169 IMAGENET1K_V1 1664 224 256 bilinear
densenet201 IMAGENET1K_V1 1920 224 256 bilinear
efficientnet_b0 IMAGENET1K_V1 1280 224 256 bicubic
efficientnet_b1 IMAGENET1K_V2 1280 240 255 bilinear
efficientnet_b2 IMAGENET1K_V1 1408 288 288 bicubic
efficientnet_b3 IMAGENET1K_V1 1536 300 320 bicubic
efficientnet_b4 IMAGENET1K_V1 1792 380 384 bicubic
efficientnet_b5 IMAGENET1K_V1 2048 456 456 bicubic
efficientnet_b6 IMAGENET1K_V1 2304 528 528 bicubic
efficientnet_b7 IMAGENET1K_V1 2560 600 600 bicubic
efficientnet_v2_l IMAGENET1K_V1 1280 480 480 bicubic
efficientnet_v2_m IMAGENET1K_V1 1280 480 480 bilinear
efficientnet_v2_s IMAGENET1K_V1 1280 384 384 bilinear
googlenet IMAGENET1K_V1 1024 224 256 bilinear
inception_v3 IMAGENET1K_V1 2048 299 342 bilinear
maxvit_t IMAGENET1K_V1 512 224 224 bicubic
mnasnet0_5 IMAGENET1K_V1 1280 224 256 bilinear
mnasnet0_75 IMAGENET1K_V1 1280 224 232 bilinear
mnasnet1_0 IMAGENET1K_V1 1280 224 256 bilinear
mnasnet1_3 IMAGENET1K_V1 1280 224 232 bilinear
mobilenet_v2 IMAGENET1K_V2 1280 224 232 bilinear
mobilenet_v3_large IMAGENET1K_V2 1280 224 232 bilinear
mobilenet_v3_small IMAGENET1K_V1 1024 224 256 bilinear
regnet_x_16gf IMAGENET1K_V2 2048 224 232 bilinear
regnet_x_1_6gf IMAGENET1K_V2 912 224 232 bilinear
regnet_x_32gf IMAGENET1K_V2 2520 224 232 bilinear
regnet_x_3_2gf IMAGENET1K_V2 1008 224 232 bilinear
regnet_x_400mf IMAGENET1K_V2 400 224 232 bilinear
regnet_x_800mf IMAGENET1K_V2 672 224 232 bilinear
regnet_x_8gf IMAGENET1K_V2 1920 224 232 bilinear
regnet_y_16gf IMAGENET1K_V2 3024 224 232 bilinear
regnet_y_1_6gf IMAGENET1K_V2 888 224 232 bilinear
regnet_y_32gf IMAGENET1K_V2 3712 224 232 bilinear
regnet_y_3_2gf IMAGENET1K_V2 1512 224 232 bilinear
regnet_y_400mf IMAGENET1K_V2 440 224 232 bilinear
regnet_y_800mf IMAGENET1K_V2 784 224 232 bilinear
regnet_y_8gf IMAGENET1K_V2 2016 224 232 bilinear
resnet101 IMAGENET1K_V2 2048 224 232 bilinear
resnet152 IMAGENET1K_V2 2048 224 232 bilinear
resnet18 IMAGENET1K_V1 512 224 256 bilinear
resnet34 IMAGENET1K_V1 512 224 256 bilinear
resnet50 IMAGENET1K_V2 2048 224 232 bilinear
resnext101_32x8d IMAGENET1K_V2 2048 224 232 bilinear
resnext101_64x4d IMAGENET1K_V1 2048 224 232 bilinear
resnext50_32x4d IMAGENET1K_V2 2048 224 232 bilinear
shufflenet_v2_x0_5 IMAGENET1K_V1 1024 224 256 bilinear
shufflenet_v2_x1_0 IMAGENET1K_V1 1024 224 256 bilinear
shufflenet_v2_x1_5 IMAGENET1K_V1 1024 224 232 bilinear
shufflenet_v2_x2_0 IMAGENET1K_V1 2048 224 232 bilinear
swin_b IMAGENET1K_V1 1024 224 238 bicubic
swin_s IMAGENET1K_V1 768 224 246 bicubic
swin_t IMAGENET1K_V1 768 224 232 bicubic
swin_v2_b IMAGENET1K_V1 1024 256 272 bicubic
swin_v2_s IMAGENET1K_V1 768 256 260 bicubic
swin_v2_t IMAGENET1K_V1 768 256 260 bicubic
vit_b_16 IMAGENET1K_V1 768 224 256 bilinear
vit_b_32 IMAGENET1K_V1 768 224 256 bilinear
vit_h_14 IMAGENET1K_SWAG_E2E_V1 1280 518 518 bicubic
vit_l_16 IMAGENET1K_V1 1024 224 242 bilinear
vit_l_32 IMAGENET1K_V1 1024 224 256 bilinear
wide_resnet101_2 IMAGENET1K_V2 2048 224 232 bilinear
wide_resnet50_2 IMAGENET1K_V2 2048 224 232 bilinear
"""

IMAGENET_MEAN = (0.485 * 255, 0.456 * 255, 0.406 * 255)
IMAGENET_STD = (0.229 * 255, 0.224 * 255, 0.225 * 255)
HALF = (127.5, 127.5, 127.5)
_HALF_NORMALISED = {"efficientnet_v2_l"}


def _card(row: str) -> Card:
    network, weights, dim, size, shortest, interpolation = row.split()
    half = network in _HALF_NORMALISED
    return Card(
        name=f"torchvision/{network}@1",
        backbone=BACKBONE,
        dim=int(dim),
        # The SWAG weights come under a licence of their own, which forbids use in a shop.
        licence="CC-BY-NC-4.0" if "SWAG" in weights else "BSD-3-Clause",
        source=f"torchvision {network} {weights}",
        preprocessing=Preprocessing(
            size=int(size),
            resize="shortest-side-crop",
            resize_to=int(shortest),
            interpolation=interpolation,
            mean=HALF if half else IMAGENET_MEAN,
            std=HALF if half else IMAGENET_STD,
        ),
        views=("centre",),
        descriptors=("colour",),
    )


TORCHVISION_CARDS = tuple(_card(row) for row in _TABLE.strip().splitlines())
