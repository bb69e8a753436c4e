"""Who may ask what: hosts, cookies, headers, content policy, throttling, body sizes."""

from __future__ import annotations

import secrets
from datetime import timedelta

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.settings import env

# The supervisor keeps a key in the data folder and hands it on; without either, a key of this
# process's own keeps tools such as mypy running, and a system check warns a web server.
PROCESS_ONLY_KEY = "process-only-"
SECRET_KEY = env.text("SECRET_KEY") or PROCESS_ONLY_KEY + secrets.token_urlsafe(48)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])

BEHIND_HTTPS = env.flag("BEHIND_HTTPS", default=False)
SECURE_SSL_REDIRECT = BEHIND_HTTPS
# Asked from within, past the proxy that speaks HTTPS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SESSION_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = BEHIND_HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # blob: the browser's own preview of the photo before it is sent; data: the API docs' logo.
        "img-src": [SELF, "blob:", "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_COOLOFF_MESSAGE = _("Too many log-ins failed. Try again in a quarter of an hour.")
if BEHIND_HTTPS:
    # The proxy in front says who asks; without it every customer would share the proxy's address.
    # Each proxy appends whom it heard: the last of them isn't in the list itself, and what stands
    # before the client is whatever the client wrote, which strictness would make count.
    AXES_IPWARE_PROXY_COUNT = env.number("PROXY_COUNT", 1, minimum=1) - 1
    AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"]
    IPWARE_STRICT = False
LOGIN_REDIRECT_URL = "/admin/"
AXES_VERBOSE = False  # no banner above every command's output

# Searches by photo that one client without a key may make, from the page and through the API
# together; by words alone four times as many. 0 turns it off. search/throttling/searches.py.
PHOTO_SEARCHES_PER_MINUTE = env.number("PHOTO_SEARCHES_PER_MINUTE", 30)
# Whether searches and requests with a key go on uncounted while Redis is down; else they get a 503.
THROTTLE_FAIL_OPEN = env.flag("THROTTLE_FAIL_OPEN", default=True)

# A photo may be this large; the whole body a little larger (a base64 photo grows by a third).
MAX_PHOTO_BYTES = env.number("MAX_PHOTO_BYTES", 20 * 2**20, minimum=1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_PHOTO_BYTES * 3 // 2
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
# More than the admin's form takes, so that the form itself can say so and keep what was typed.
DATA_UPLOAD_MAX_NUMBER_FILES = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20
FILE_UPLOAD_HANDLERS = [
    "config.uploads.BodyCap",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Without a token /metrics answers this machine alone.
METRICS_TOKEN = env.text("METRICS_TOKEN")
