"""The application as a test's gunicorn serves it, with the tests' keys."""

from __future__ import annotations

from config.wsgi import application

__all__ = ["application"]

import tests.api.keys  # noqa: F401 - needs Django's settings
