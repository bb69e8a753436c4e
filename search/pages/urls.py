"""The addresses a shopper sees."""

from __future__ import annotations

from django.urls import path

from search.pages import (
    asking,
    marking,
    products,
    results,
    samples,
    saying,
    sections,
    sharing,
    shop,
)

urlpatterns = [
    path("", shop.search_page, name="search_page"),
    path("search/", asking.search_photo, name="search_photo"),
    path("search/<uuid:query_id>/", results.results, name="results"),
    path("search/<uuid:query_id>/feedback/", marking.mark, name="mark_hit"),
    path("search/<uuid:query_id>/share/", sharing.share, name="share_query"),
    path("search/<uuid:query_id>/forget/", asking.forget, name="forget_query"),
    path("search/<uuid:query_id>/clicks/", saying.record_click, name="record_click"),
    path("search/<uuid:query_id>/missed/", saying.record_missed, name="record_missed"),
    path("sample/<str:name>", samples.sample_photo, name="sample_photo"),
    path("p/<slug:slug>/", products.product, name="product"),
    path("c/<slug:slug>/", sections.category, name="category"),
]
