"""scikit-image, reached only when a card asks for texture or shape."""

from __future__ import annotations

import importlib
from typing import Any

from search.embedding.protocol import EmbedderUnavailable


def load_feature(name: str) -> Any:
    """The function of that name in `skimage.feature`. Raises EmbedderUnavailable with the cure."""
    try:
        return getattr(importlib.import_module("skimage.feature"), name)
    except ImportError as error:
        raise EmbedderUnavailable(
            f"the descriptors texture and shape need scikit-image, which cannot be imported: "
            f"{error}. Install it with `pip install -r requirements-extras.txt`, or use a card "
            "without them."
        ) from error
