"""Photos become vectors, for whoever has an index of their own."""

from __future__ import annotations

import time

from rest_framework.request import Request
from rest_framework.response import Response

from search import services
from search.api import describe
from search.api.base import Door
from search.api.charging import charge
from search.api.vectors import cost_of, read_photos, written
from search.api.views.searching import make_example


class EmbeddingsView(Door):
    """`POST embeddings/`: where a search by each photo would start. Nothing is stored."""

    no_store = True
    scopes = {"POST": "search"}
    charges_itself = photos = ("POST",)

    @describe.embeddings
    def post(self, request: Request) -> Response:
        started = time.perf_counter()
        self.refuse_params(request)
        charge(request, cost_of(request.data), kind="photo", field="images")
        wanted = read_photos(request)
        examples = [make_example(each) for each in wanted.photos]
        space, placed, took = services.photo_vectors(examples)
        total = 1000 * (time.perf_counter() - started)
        spent = {"decode": took.decode_ms, "embed": took.embed_ms, "search": 0.0, "total": total}
        return Response(
            {
                "space": space.name,
                "dim": space.dim,
                "vectors": [written(each.vector, encoding=wanted.encoding) for each in placed],
                "suggestions": [
                    [] if example.crop else [list(box) for box in each.boxes]
                    for example, each in zip(examples, placed, strict=True)
                ],
                "took_ms": {step: round(each, 1) for step, each in spent.items()},
            }
        )
