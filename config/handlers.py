"""What Django says where no view could: as JSON below /api/, as a page elsewhere."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views import defaults

from search.api.errors import CODES, Problem, plain, problem_of

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return plain(problem_of(exception) or Problem("malformed", CODES["malformed"].meaning))
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return plain(Problem("not_found", CODES["not_found"].meaning))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Called while the exception is being handled. A database that is away is no fault: 503."""
    error = sys.exc_info()[1]
    message = "Something broke on our side. Give the request id to whoever runs this shop."
    problem = Problem("internal", message)
    if isinstance(error, OperationalError | InterfaceError):
        problem = problem_of(error) or problem
    if request.path.startswith(API):
        return plain(problem)
    page = defaults.server_error(request)
    page.status_code = problem.status
    for name, value in problem.headers.items():
        page[name] = value
    return page
