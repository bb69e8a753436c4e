"""The JSON API: how it reads, answers and describes itself."""

from __future__ import annotations

from pathlib import Path

from config.settings import env, security

_INTRODUCTION = Path(env.BASE_DIR, "search", "api", "describe", "introduction.md")

# Whether searching and reading need no key. The shop's own pages need none in any case.
ANONYMOUS_SEARCH = env.flag("ANONYMOUS_SEARCH", default=True)
# Of keys that have no limits of their own; 0 is none.
API_KEY_PER_MINUTE = env.number("API_KEY_PER_MINUTE", 600)
API_KEY_PER_DAY = env.number("API_KEY_PER_DAY", 0)
# After so many wrong keys a client's keys aren't even looked at, but for those that were right.
WRONG_KEYS_PER_MINUTE = env.number("WRONG_KEYS_PER_MINUTE", 20)

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "search.api.negotiation.Negotiation",
    "DEFAULT_AUTHENTICATION_CLASSES": ["search.api.authentication.BearerKey"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "search.api.describe.security.Operation",
    "EXCEPTION_HANDLER": "search.api.errors.handle",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
    "URL_FORMAT_OVERRIDE": None,  # the Accept header alone decides
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lookalike API",
    "DESCRIPTION": _INTRODUCTION.read_text(encoding="utf-8")
    .replace("{photo_mib}", f"{security.MAX_PHOTO_BYTES / 2**20:g}")
    .replace("{body_mib}", f"{security.DATA_UPLOAD_MAX_MEMORY_SIZE / 2**20:g}"),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "TAGS": [
        {"name": "search", "description": "Ask, go on, forget."},
        {"name": "products", "description": "Read the catalogue."},
        {"name": "catalogue", "description": "Write the catalogue, and see it indexed."},
        {"name": "webhooks", "description": "Be told of what happens."},
    ],
    "WEBHOOKS": ["search.api.describe.webhooks.message"],
    "ENUM_NAME_OVERRIDES": {
        "ProductStatus": ["draft", "active", "archived"],
        "LineStatus": ["created", "updated", "unchanged", "deleted", "error"],
    },
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "search.api.snippets.add_samples",
    ],
    "SORT_OPERATIONS": False,  # as search/api/urls.py has them: what matters most stands first
}
