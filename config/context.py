"""What every template may say about the shop."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def shop(request: HttpRequest) -> dict[str, str]:  # noqa: ARG001 - Django's signature
    return {"shop_name": settings.SHOP_NAME}
