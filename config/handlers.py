"""What Django says where no view could: as JSON below /api/, as a page elsewhere."""

from __future__ import annotations

import sys

from django.core.exceptions import DisallowedHost, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.views import defaults

from search.api.codes import CODES
from search.api.errors import Problem, plain, problem_of

API = "/api/"
SERVICE_UNAVAILABLE = 503


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A host that no setting allows, and a body over the cap, are told apart from a broken form."""
    problem = problem_of(exception) or Problem("malformed", CODES["malformed"].meaning)
    if request.path.startswith(API):
        return plain(problem)
    if isinstance(exception, DisallowedHost | RequestDataTooBig):
        text = "text/plain; charset=utf-8"
        return HttpResponse(f"{problem.message}\n", status=problem.status, content_type=text)
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return plain(Problem("not_found", CODES["not_found"].meaning))
    try:
        return defaults.page_not_found(request, exception)
    except (MultiPartParserError, SuspiciousOperation) as error:  # it reads the form's token
        return bad_request(request, error)


def server_error(request: HttpRequest) -> HttpResponse:
    """Called while the exception is being handled. A database that is away is no fault: 503."""
    error = sys.exc_info()[1]
    message = "Something broke on our side. Give the request id to whoever runs this shop."
    problem = Problem("internal", message)
    if isinstance(error, OperationalError | InterfaceError):
        problem = problem_of(error) or problem
    if request.path.startswith(API):
        return plain(problem)
    template = "503.html" if problem.status == SERVICE_UNAVAILABLE else "500.html"
    page = defaults.server_error(request, template_name=template)
    page.status_code = problem.status
    for name, value in problem.headers.items():
        page[name] = value
    return page
