"""Addresses under /api/v1/. A SKU may hold slashes, so the longer addresses stand first."""

from __future__ import annotations

from django.urls import path, re_path, register_converter

from search.api.base import Nowhere
from search.api.converters import QueryId, Sku
from search.api.views.batches import BatchView
from search.api.views.bulk import BulkView
from search.api.views.docs import DocsView, SchemaView
from search.api.views.images import ImageView, ProductImages
from search.api.views.products import ProductList, ProductView, SimilarView
from search.api.views.searching import FeedbackView, ResultsView, SearchView
from search.api.views.vectors import EmbeddingsView
from search.api.views.webhooks import (
    DeliveryList,
    PingView,
    ReplayView,
    WebhookList,
    WebhookView,
)

register_converter(QueryId, "query_id")
register_converter(Sku, "sku")

app_name = "api"
urlpatterns = [
    path("search/", SearchView.as_view(), name="search"),
    path("search/batch/", BatchView.as_view(), name="batch"),
    path("search/<query_id:query_id>/feedback/", FeedbackView.as_view(), name="feedback"),
    path("search/<query_id:query_id>/", ResultsView.as_view(), name="results"),
    path("embeddings/", EmbeddingsView.as_view(), name="embeddings"),
    path("images/<int:image_id>/", ImageView.as_view(), name="image"),
    path("products/bulk/", BulkView.as_view(), name="bulk"),
    path("products/", ProductList.as_view(), name="products"),
    path("products/<sku:sku>/similar/", SimilarView.as_view(), name="similar"),
    path("products/<sku:sku>/images/", ProductImages.as_view(), name="product_images"),
    path("products/<sku:sku>/", ProductView.as_view(), name="product"),
    path("webhooks/", WebhookList.as_view(), name="webhooks"),
    path("webhooks/<int:webhook_id>/", WebhookView.as_view(), name="webhook"),
    path("webhooks/<int:webhook_id>/ping/", PingView.as_view(), name="webhook_ping"),
    path(
        "webhooks/<int:webhook_id>/deliveries/", DeliveryList.as_view(), name="webhook_deliveries"
    ),
    path(
        "webhooks/deliveries/<int:delivery_id>/replay/",
        ReplayView.as_view(),
        name="delivery_replay",
    ),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    re_path(r"", Nowhere.as_view()),
]
