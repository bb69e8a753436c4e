"""Which other sites' pages may use the API from a browser: none, unless the operator names them."""

from __future__ import annotations

from config.settings import env

# Origins such as https://www.example.org; `*` alone is everybody. No cookie is ever taken.
CORS_ALLOWED_ORIGINS = env.words("CORS_ALLOWED_ORIGINS", [])
CORS_ALLOW_ALL_ORIGINS = CORS_ALLOWED_ORIGINS == ["*"]
if CORS_ALLOW_ALL_ORIGINS:
    CORS_ALLOWED_ORIGINS = []
CORS_ALLOW_CREDENTIALS = False
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
CORS_ALLOW_HEADERS = [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-Request-ID",
]
CORS_EXPOSE_HEADERS = [
    "Content-Location",
    "Deprecation",
    "ETag",
    "Idempotency-Replayed",
    "Link",
    "Location",
    "RateLimit-Limit",
    "RateLimit-Policy",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "Sunset",
    "X-Request-ID",
]
CORS_PREFLIGHT_MAX_AGE = 7_200  # browsers keep it no longer
