"""Numbers for Prometheus: the web processes' counters, and the index as the database knows it."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
    values,
)
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from catalog.errors import LookalikeError
from search import selectors
from search.services import webhooks

LOOPBACK = {"127.0.0.1", "::1"}
_REFUSAL = (
    "Metrics are told to this machine alone. Set METRICS_TOKEN and send it as "
    "`Authorization: Bearer <token>` to read them from elsewhere.\n"
)


@never_cache
@require_safe
def view(request: HttpRequest) -> HttpResponse:
    """Every number in Prometheus's text form; 403 for those who may not read them."""
    if not _may_read(request):
        return HttpResponse(_REFUSAL, status=403, content_type="text/plain; charset=utf-8")
    text = generate_latest(_counted()) + generate_latest(_read())
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    """With a token set, whoever knows it; else this machine, but not through a proxy on it."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not forwarded


def _counted() -> CollectorRegistry:
    """What the web processes counted; of this one alone, and its memory and CPU with it, where they
    share no folder for it."""
    # Decided when the library was imported, which may have been before a file .env was read.
    if not values.ValueClass._multiprocess:  # noqa: SLF001
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # the library's
    return registry


def _read() -> CollectorRegistry:
    """What is read at this moment. No Gauge of the library's: such a one would be counted by each
    process."""
    registry = CollectorRegistry()
    registry.register(_Index())
    return registry


class _Index:
    """How far the index is, and the webhooks; without a database only that it is down."""

    def collect(self) -> Iterator[Metric]:
        told = "lookalike_index_up", "1 where the index could be read."
        try:
            progress = selectors.index_progress()
        except (DatabaseError, InterfaceError, LookalikeError):
            yield GaugeMetricFamily(*told, value=0)
            return
        yield GaugeMetricFamily(*told, value=1)
        images = GaugeMetricFamily("lookalike_images", "Images by index state.", labels=["state"])
        for state in ("ready", "pending", "failed"):
            images.add_metric([state], getattr(progress, state))
        yield images
        yield GaugeMetricFamily(
            "lookalike_oldest_pending_seconds",
            "How long the image that waits longest has waited.",
            value=progress.oldest_pending_seconds,
        )
        yield from _deliveries()


def _deliveries() -> Iterator[Metric]:
    """Of the webhooks, counted by the workers in the database: they serve no metrics themselves."""
    try:
        now = webhooks.figures()
    except (DatabaseError, InterfaceError):
        return
    outcomes = CounterMetricFamily(
        "lookalike_webhook_deliveries", "Deliveries to webhooks.", labels=["outcome"]
    )
    outcomes.add_metric(["delivered"], now.delivered)
    outcomes.add_metric(["failed"], now.failed)
    yield outcomes
    gauges = {
        "pending": ("Deliveries that are still to be made.", now.pending),
        "oldest_due_seconds": ("How overdue the first of them is.", now.oldest_due_seconds),
        "disabled": ("Webhooks that were disabled because they failed.", now.disabled),
    }
    for name, (told, figure) in gauges.items():
        yield GaugeMetricFamily(f"lookalike_webhook_{name}", told, value=figure)
