"""Addresses of a test alone: a door of which something will go."""

from __future__ import annotations

from datetime import date

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from search.api.base import Door
from search.api.deprecation import Deprecation

OLD_WAY = Deprecation(
    since=date(2026, 3, 1),
    sunset=date(2027, 3, 1),
    instead="Use `GET new/`.",
    link="https://shop.example/changes#old",
)
OLD_NAME = Deprecation(
    since=date(2026, 1, 1),
    sunset=date(2027, 6, 1),
    instead="Call it `k`.",
    link="https://shop.example/changes#limit",
)


class OldDoor(Door):
    """`POST old/` will go, and so will the parameter `limit`."""

    deprecated = {"POST": OLD_WAY, "limit": OLD_NAME}

    @extend_schema(
        operation_id="old_read",
        parameters=[OpenApiParameter(name, OpenApiTypes.INT) for name in ("limit", "k")],
        responses={200: None},
    )
    def get(self, request: Request) -> Response:
        return Response({"path": request.path})

    @extend_schema(operation_id="old_write", request=None, responses={200: None})
    def post(self, request: Request) -> Response:
        return Response({"path": request.path})


urlpatterns = [path("old/", OldDoor.as_view())]
