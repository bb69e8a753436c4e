"""Production settings. Each layer is a small module; an operator changes them by environment."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from config.settings import api, base, cors, search, security, webhooks


def adopt(*layers: ModuleType) -> dict[str, Any]:
    """The settings (upper-case names) of all layers; a later layer wins."""
    return {name: getattr(each, name) for each in layers for name in dir(each) if name.isupper()}


globals().update(adopt(base, security, search, api, cors, webhooks))
