from __future__ import annotations

import re
from typing import Any

from django.apps import AppConfig
from django_structlog.signals import (
    bind_extra_request_failed_metadata,
    bind_extra_request_finished_metadata,
    bind_extra_request_metadata,
)

SIGNALS = (
    bind_extra_request_metadata,
    bind_extra_request_finished_metadata,
    bind_extra_request_failed_metadata,
)
SEARCH_ID = re.compile(r"(/search/)[0-9a-f-]{36}/")


class WiringConfig(AppConfig):
    name = "config"
    verbose_name = "Installation"

    def ready(self) -> None:
        # Tasks are shared_task: they publish through whichever app is current, so it must exist.
        from config.celery import app

        app.set_default()
        for signal in SIGNALS:
            signal.connect(leave_shopper_out)


def leave_shopper_out(log_kwargs: dict[str, Any], **_kwargs: object) -> None:
    """Keeps out of the log what a shopper's browser calls itself, what they typed, and the id that
    would open their search; their address is left out by a setting."""
    log_kwargs.pop("user_agent", None)
    if request := log_kwargs.get("request"):
        path = str(request).partition("?")[0]
        log_kwargs["request"] = SEARCH_ID.sub(r"\g<1>…/", path)
