"""How pictures are found: embedder, index, queries, the queues."""

from __future__ import annotations

import os
from datetime import timedelta

from config.settings import env
from config.settings.base import WEB_CONCURRENCY, WEB_THREADS
from config.settings.room import room
from config.settings.webhooks import WEBHOOK_SECONDS

EMBEDDER = env.text("EMBEDDER", "efficientnet-lite0/balanced@1")
EMBEDDER_ENGINE = env.text("EMBEDDER_ENGINE", "auto")
EMBEDDER_DEVICE = env.text("EMBEDDER_DEVICE", "cpu")
_room = room(processes=WEB_CONCURRENCY, threads=WEB_THREADS)
# Photos embedded at the same time in one web process, and those that wait for their turn there: a
# further one gets 503 with Retry-After.
EMBED_CONCURRENCY = env.number("EMBED_CONCURRENCY", _room.photos, minimum=1)
EMBED_QUEUE = env.number("EMBED_QUEUE", _room.photos_waiting)
# So does one that would wait longer than this, by what photos took of late.
EMBED_QUEUE_SECONDS = env.number("EMBED_QUEUE_SECONDS", 2, minimum=0)
# The same of searches.
SEARCH_CONCURRENCY = env.number("SEARCH_CONCURRENCY", _room.searches, minimum=1)
SEARCH_QUEUE = env.number("SEARCH_QUEUE", _room.searches_waiting)
SEARCH_QUEUE_SECONDS = env.number("SEARCH_QUEUE_SECONDS", 1, minimum=0)
# Bulk writes, and requests that wait for an image's index, at the same time in one web process.
BULK_WRITES_AT_ONCE = _room.bulk_writes
LONG_POLLS_AT_ONCE = _room.long_polls
# Claimed and written together: of a picture's CPU time, statements take 1.1 ms with 16, .5 with 32.
EMBED_BATCH = env.number("EMBED_BATCH", 32, minimum=1)
# Batches that one worker embeds at the same time; each takes one core.
EMBED_THREADS = env.number("EMBED_THREADS", os.cpu_count() or 1, minimum=1)
EMBED_ATTEMPTS = 3
# A batch takes seconds; a worker that died in one holds its images this long.
EMBED_CLAIM = timedelta(minutes=2)
# How often the bell rings again for images that wait; how often index and catalogue are compared.
RECONCILE_SECONDS = env.number("RECONCILE_SECONDS", 20, minimum=1)
SWEEP_SECONDS = env.number("SWEEP_SECONDS", 300, minimum=1)

# A space that was active until now follows the catalogue this long, and can be switched back to.
SPACE_ROLLBACK = timedelta(days=1)
# While customers search, a space that isn't searched yet is filled at this share of the time.
FILL_SHARE = env.number("FILL_PERCENT", 50, minimum=1) / 100

# Whether the shop learns from its own photos by itself: off, offer (makes a tuned space ready) or
# auto (also switches to it where the golden queries agree). search/services/tuning/policy.py.
TUNE_POLICY = env.choice("TUNE_POLICY", "offer", ("off", "offer", "auto"))
# From so many photos on, and again when this share of them, in per cent, has changed.
TUNE_PHOTOS = env.number("TUNE_PHOTOS", 100, minimum=30)
TUNE_SHARE = env.number("TUNE_PERCENT", 20, minimum=1)
# What the first ten of all golden queries must have in common for auto to switch, in per cent.
TUNE_OVERLAP = env.number("TUNE_OVERLAP_PERCENT", 40, minimum=0)

PHOTO_QUERY_LIFETIME = timedelta(minutes=env.number("PHOTO_QUERY_MINUTES", 60, minimum=1))
# A link that a customer passes on holds no photo, and ends after so many days.
SHARED_QUERY_LIFETIME = timedelta(days=env.number("SHARED_QUERY_DAYS", 7, minimum=1))
SEARCH_EVENT_LIFETIME = timedelta(days=env.number("SEARCH_EVENT_DAYS", 90, minimum=1))

# The time of one step of HNSW, in rows compared exactly: 12 us to 1.4 us at 100,000 x 512.
HNSW_STEP_ROWS = 8
HNSW_M = 16
# pgvector's 64 builds in half the time, a graph in which no ef_search finds over .98 of the ten
# nearest of a million; with 160, ef_search 40 finds .997.
HNSW_EF_CONSTRUCTION = 160
# Where `manage.py index` has not measured how much this gallery needs.
HNSW_EF_SEARCH = 400
# Whatever was measured with the gallery's own pictures: for 40 photos from outside of one, recall
# was .95 with ef_search 40 and 100, and .997 with 200, which costs 2 ms more.
HNSW_LEAST_EF_SEARCH = env.number("HNSW_LEAST_EF_SEARCH", 200, minimum=10)
# The most memory that building the index may take; 2 GB hold the graph of a million photos.
HNSW_BUILD_MB = env.number("HNSW_BUILD_MB", 2_048, minimum=64)
# Below this many vectors a space is searched exactly and needs no index.
HNSW_MIN_ROWS = 5_000
# A search looks at this many of the nearest products; paging, sorting and counts run inside them.
CANDIDATES = 1_000
# What was found for one stored query, under the latest so many ways to filter it, is kept with it.
CANDIDATE_SETS = 20
# Row counts and index states are read again when they are older than this.
STATISTICS_SECONDS = 60
# How far the index is, as the shop's pages say it, is counted again when it is older than this.
PROGRESS_SECONDS = 5
# Of the products that words find equally well, so many of the newest are ranked; a search ranks as
# many as it wants at least.
TEXT_POOL = 500
# Words that find fewer products than this are looked over for typing errors.
TEXT_FEW = 3

CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True  # no result backend: with one, a broker outage hangs .delay()
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "search.tasks.embed_pending": {"queue": "embed"},
    "search.tasks.deliver_webhooks": {"queue": "webhooks"},
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever; Celery's 100 end after 50 minutes
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,
    "unacked_restore_interval": 10,
    "socket_timeout": 30,
    "socket_connect_timeout": 2,
    # A save whose bell can't be rung ends in 2 ms; with Celery's own retries it took 6 s. Workers
    # reconnect by other settings, for ever.
    "max_retries": 0,
}
CELERY_BEAT_SCHEDULE = {
    # Each expires when the next one is due: a worker that was away finds one of them, not a day's.
    "reconcile": {
        "task": "search.tasks.reconcile",
        "schedule": RECONCILE_SECONDS,
        "options": {"expires": RECONCILE_SECONDS},
    },
    "sweep": {
        "task": "search.tasks.reconcile",
        "schedule": SWEEP_SECONDS,
        "kwargs": {"deep": True},
        "options": {"expires": SWEEP_SECONDS},
    },
    "tend-spaces": {
        "task": "search.tasks.tend_spaces",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "deliver-webhooks": {
        "task": "search.tasks.deliver_webhooks",
        "schedule": WEBHOOK_SECONDS,
        "options": {"expires": WEBHOOK_SECONDS},
    },
    "purge-webhook-log": {
        "task": "search.tasks.purge_webhook_log",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "drop-old-staged-photos": {
        "task": "catalog.tasks.drop_old_staged_photos",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "hash-missing-images": {
        "task": "catalog.tasks.hash_missing_images",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "purge-queries": {
        "task": "search.tasks.purge_queries",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
}
