from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.stack.__main__ import add_up_arguments


class Command(BaseCommand):
    help = "Runs the whole shop: Postgres, Redis, the web server, the workers and their clock."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_up_arguments(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Become the supervisor: it outlives all others and needs none of Django's memory."""
        command = [sys.executable, "-m", "config.stack", "up"]
        command += ["--host", options["host"], "--port", str(options["port"])]
        os.execv(sys.executable, command)  # noqa: S606 - no shell is meant
