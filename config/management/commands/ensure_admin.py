from __future__ import annotations

import json
import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

PASSWORD_BYTES = 12  # 16 characters


class Command(BaseCommand):
    help = "Makes the first admin user with a random password, which is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", default="admin", help="who is made (%(default)s)")
        parser.add_argument("--reset", action="store_true", help="give a new random password")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        """An existing user keeps password and rights, unless a reset is asked for."""
        username = options["username"]
        password = self._ensure(username, reset=options["reset"])
        if options["json"]:
            self.stdout.write(json.dumps({"username": username, "password": password}))
        elif password:
            self.stdout.write(f"User {username}, password {password} (shown only this once)")
        else:
            self.stdout.write(f"User {username} exists; --reset gives a new password.")

    def _ensure(self, username: str, *, reset: bool) -> str | None:
        """The password where one was made now."""
        users = get_user_model()
        user = users.objects.filter(username=username).first()
        if user is not None and not reset:
            return None
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        if user is None:
            users.objects.create_superuser(username=username, password=password)
        else:
            user.set_password(password)
            user.is_active = user.is_staff = user.is_superuser = True
            user.save()
        return password
