from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Photo search")

    def ready(self) -> None:
        from search import checks, signal_handlers

        checks.register_all()
        signal_handlers.connect()
