"""HEIC photos, where the operator has installed the extra for them."""

from __future__ import annotations

import importlib
from functools import cache


@cache
def available() -> bool:
    """Whether Pillow can open HEIC here; registers the opener the first time it is asked."""
    try:
        importlib.import_module("pillow_heif").register_heif_opener()
    except ImportError:
        return False
    return True
