from __future__ import annotations

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
    """Keeps out of the log what a shopper's browser calls itself and what they typed. Their address
    is left out by a setting, the id of their search by config.log_lines."""
    log_kwargs.pop("user_agent", None)
    if request := log_kwargs.get("request"):
        log_kwargs["request"] = str(request).partition("?")[0]
