from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django_structlog.signals import bind_extra_request_metadata


class WiringConfig(AppConfig):
    name = "config"
    verbose_name = "Installation"

    def ready(self) -> None:
        # Tasks are shared_task: they publish through whichever app is current, so it must exist.
        from config.celery import app

        app.set_default()
        bind_extra_request_metadata.connect(leave_browser_out)


def leave_browser_out(log_kwargs: dict[str, Any], **_kwargs: object) -> None:
    """Keeps what a shopper's browser calls itself out of the log, as their address is."""
    log_kwargs.pop("user_agent", None)
