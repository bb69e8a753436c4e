"""Objects by dotted path, `package.module:name`: how code names what it may not import."""

from __future__ import annotations

import importlib
from typing import Any

from search.embedding.protocol import EmbedderUnavailable


def load_dotted(path: str) -> Any:
    """The object at `package.module:name`. Raises EmbedderUnavailable with what is missing."""
    module_name, _, name = path.partition(":")
    try:
        return getattr(importlib.import_module(module_name), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise EmbedderUnavailable(
            f"{path!r} cannot be loaded: {error}. "
            "A dotted path is written package.module:name and must be importable from here."
        ) from error
