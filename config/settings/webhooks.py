"""Telling other programs: where they may be, how long is tried, how long is remembered."""

from __future__ import annotations

from datetime import timedelta

from config.settings import env

# Plain HTTP shows every message to whoever is on the way; for receivers on the same machine.
WEBHOOK_ALLOW_HTTP = env.flag("WEBHOOK_ALLOW_HTTP", default=False)
# Networks of the shop's own that hold receivers. All other private addresses are refused.
WEBHOOK_ALLOWED_PRIVATE = env.networks("WEBHOOK_ALLOWED_PRIVATE")
WEBHOOK_LOG_LIFETIME = timedelta(days=env.number("WEBHOOK_LOG_DAYS", 30, minimum=1))
# An endpoint that has done nothing but fail for so long is disabled.
WEBHOOK_PATIENCE = timedelta(days=env.number("WEBHOOK_DISABLE_DAYS", 5, minimum=1))
# How often the bell rings again: for retries that are due, and for changes that rang none.
WEBHOOK_SECONDS = 10
