"""The production settings, with what a test run may not wait for made quick."""

from __future__ import annotations

import tempfile
from pathlib import Path

from config.settings import adopt, api, base, cors, env, search, security, webhooks

globals().update(adopt(base, security, search, api, cors, webhooks))

_scratch = tempfile.TemporaryDirectory(prefix="lookalike-tests-")  # removed when the run ends

SECRET_KEY = "tests-only-" + "x" * 50
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
MEDIA_ROOT = Path(_scratch.name) / "media"
EMBEDDER = "fake@1"
EMBED_THREADS = 1  # other threads see nothing of a test that is rolled back
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **base.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATISTICS_SECONDS = PROGRESS_SECONDS = 0  # each test has a gallery of its own
WHITENOISE_AUTOREFRESH = True
AXES_ENABLED = False
PHOTO_SEARCHES_PER_MINUTE = WRONG_KEYS_PER_MINUTE = 0  # a run asks more often than a person
_options = base.DATABASES["default"]["OPTIONS"]
DATABASES = {
    "default": {
        **base.DATABASES["default"],
        # No pool: pytest-django closes and reopens connections, and drops the database at the end.
        "OPTIONS": {k: v for k, v in _options.items() if k != "pool"},
        "TEST": {"NAME": env.text("TEST_DB_NAME", "test_lookalike")},
    }
}
