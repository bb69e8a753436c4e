"""How pictures are found: embedder, index, queries, the queues, the API."""

from __future__ import annotations

from datetime import timedelta

from config.settings import env

EMBEDDER = env.text("EMBEDDER", "efficientnet-lite0/fast@1")
EMBEDDER_ENGINE = env.text("EMBEDDER_ENGINE", "auto")
EMBEDDER_DEVICE = env.text("EMBEDDER_DEVICE", "cpu")
# Photos embedded at the same time in one web process; a further one gets 503 with Retry-After.
EMBED_CONCURRENCY = env.number("EMBED_CONCURRENCY", 2, minimum=1)
EMBED_QUEUE_SECONDS = env.number("EMBED_QUEUE_SECONDS", 5, minimum=0)
EMBED_BATCH = env.number("EMBED_BATCH", 16, minimum=1)
EMBED_ATTEMPTS = 3
EMBED_CLAIM = timedelta(minutes=5)
RECONCILE_SECONDS = env.number("RECONCILE_SECONDS", 20, minimum=1)

PHOTO_QUERY_LIFETIME = timedelta(minutes=env.number("PHOTO_QUERY_MINUTES", 60, minimum=1))

# Measured crossover between an exact scan of the filtered rows and HNSW: 13 * sqrt(gallery rows).
EXACT_CROSSOVER = 13
HNSW_M = 16
HNSW_EF_CONSTRUCTION = 64
HNSW_EF_SEARCH = 400
HNSW_MAX_SCAN_TUPLES = 100_000
# Below this many vectors a space is searched exactly and needs no index.
HNSW_MIN_ROWS = 2_000

CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True  # no result backend: with one, a broker outage hangs .delay()
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"search.tasks.embed_pending": {"queue": "embed"}}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,
    "unacked_restore_interval": 10,
    "socket_timeout": 30,
    "socket_connect_timeout": 2,
}
CELERY_BEAT_SCHEDULE = {
    "reconcile": {"task": "search.tasks.reconcile", "schedule": RECONCILE_SECONDS},
    "purge-queries": {"task": "search.tasks.purge_queries", "schedule": 600.0},
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "search.api.errors.handle",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lookalike API",
    "DESCRIPTION": "Find a shop's products by photo.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
