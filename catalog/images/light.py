"""Whether there is light enough in a photo for anything to be seen."""

from __future__ import annotations

from PIL import Image

from catalog.images import rejections

# Grey levels of 0 to 255. A night scene has lamps far above it; a lens cap or a pocket has noise
# below, which the mean of sixteen pixels takes away.
LEAST_LIGHT = 12
# Every pixel of a large photo would cost more than the network takes for it; these cost .2 ms.
_SAMPLED = (128, 128)
_AVERAGED = (32, 32)


def check_light(image: Image.Image) -> None:
    """Raises ImageRejected with `too_dark` where no part of the picture is brighter than next to
    black: its vector would be of noise, and what it finds an accident."""
    sampled = image.resize(_SAMPLED, Image.Resampling.NEAREST).convert("L")
    if max(sampled.resize(_AVERAGED, Image.Resampling.BOX).tobytes()) < LEAST_LIGHT:
        raise rejections.too_dark()
