"""The schema, and a page to read it and try it on."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from search.api.base import Door


class SchemaView(Door, SpectacularAPIView):
    """`GET schema/`: OpenAPI 3.1 as JSON, or as YAML where the Accept header asks for it."""

    public = True
    renderer_classes = [
        OpenApiJsonRenderer2,
        OpenApiJsonRenderer,
        OpenApiYamlRenderer2,
        OpenApiYamlRenderer,
    ]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.refuse_params(request)
        schema: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call] # drf-spectacular's
        return schema


class DocsView(Door):
    """`GET docs/`: Swagger UI from this server, started by a script file and no inline code.

    The page is HTML whatever the Accept header says; its errors are JSON like everywhere here.
    """

    public = True

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        return render(request, "api/docs.html", {"schema_url": reverse("api:schema")})

    def perform_content_negotiation(
        self,
        request: Request,  # noqa: ARG002 - DRF's signature
        force: bool = False,  # noqa: ARG002 - DRF's signature
    ) -> Any:
        return JSONRenderer(), JSONRenderer.media_type
