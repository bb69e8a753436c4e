"""The root of all addresses."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from config import health, media
from search import metrics

urlpatterns = [
    path("", include("search.pages.urls")),
    path("api/v1/", include("search.api.urls")),
    path("admin/", admin.site.urls),
    path("media/<path:name>", media.serve, name="media"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.view, name="metrics"),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler400 = "config.handlers.bad_request"
handler404 = "config.handlers.not_found"
handler500 = "config.handlers.server_error"
