"""Addresses of every kind that the key tests need, beside the real ones."""

from __future__ import annotations

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from config.urls import handler400, handler404, handler500, urlpatterns
from search.api.base import Door
from search.api.charging import charge
from search.slots import slot

__all__ = ["handler400", "handler404", "handler500"]


class Hidden(Door):
    """The schema stays that of the real addresses, whichever test asks for it first."""

    schema = None


class Writing(Hidden):
    """Reading needs `read`, other methods `write`, as everywhere where nothing else is said."""

    def get(self, request: Request) -> Response:
        return Response({"read": request.method})

    def put(self, request: Request) -> Response:
        return Response({"written": request.data})


class Ruling(Hidden):
    scopes = {"GET": "admin"}

    def get(self, request: Request) -> Response:
        return Response({"ruled": request.method})


class Batch(Hidden):
    """Costs as much as there are queries in it."""

    scopes = {"POST": "search"}
    charges_itself = photos = ("POST",)

    def post(self, request: Request) -> Response:
        charge(request, len(request.data["queries"]), kind="photo", field="queries")
        with slot():
            return Response({"answered": len(request.data["queries"])})


urlpatterns = [
    path("api/v1/writing/", Writing.as_view()),
    path("api/v1/ruling/", Ruling.as_view()),
    path("api/v1/batch/", Batch.as_view()),
    *urlpatterns,
]
