"""Pages that search take their turn at it, and say so where there is no room."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from search.errors import SearchBusy
from search.pages.rendering import status_of, with_retry
from search.slots import search_slot

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def in_turn(view: View[P]) -> View[P]:
    """The view, which holds a turn while it works; 503 with a way back to the same address where
    the line is full. That page asks the database nothing."""

    @wraps(view)
    def taking_turns(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            with search_slot():
                return view(request, *args, **kwargs)
        except SearchBusy as error:
            shown = {"error": error, "address": request.get_full_path()}
            response = render(request, "search/busy.html", shown, status=status_of(error))
            response["Cache-Control"] = "no-store"
            return with_retry(response, error)

    return taking_turns
