from __future__ import annotations

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "config"
    verbose_name = "Installation"

    def ready(self) -> None:
        # Tasks are shared_task: they publish through whichever app is current, so it must exist.
        from config.celery import app

        app.set_default()
