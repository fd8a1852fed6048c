"""What a reader sees when a page cannot be given: a sentence that says why, and what to do."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import HTTPException

from kg.endpoint.problems import ProblemError, nothing, of_status, problem_of
from kg.errors import KgError
from kg.pages.formats import wants_page
from kg.pages.policy import protect


def register(blueprint: Blueprint) -> None:
    """Let the pages answer errors as pages, or as problem details to programs."""
    blueprint.register_error_handler(HTTPException, _http)
    blueprint.register_error_handler(404, _http)
    blueprint.register_error_handler(KgError, _known)
    blueprint.app_errorhandler(404)(_nowhere)


def error_page(problem: ProblemError) -> Response:
    """Return a problem as a page, or as RFC 9457 problem details where no HTML is wanted."""
    if not wants_page(request.accept_mimetypes):
        return problem.response()
    page = render_template(
        "error.html",
        title=problem.title,
        status=problem.status,
        message=sentence(problem.detail),
        remedy=sentence(problem.remedy),
    )
    return Response(page, problem.status, problem.headers)


def sentence(text: str) -> str:
    """Return a message as a sentence: first letter large, full stop at the end."""
    return text[:1].upper() + text[1:] + ("" if not text or text[-1] in ".?!" else ".")


def _http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return Response("", error.code or 500, list(error.get_response().headers))
    detail = error.description or error.name
    return error_page(ProblemError(error.code, f"http-{error.code}", error.name, detail))


def _nowhere(error: HTTPException) -> Response:
    """Answer an address that no part of the application has."""
    if not wants_page(request.accept_mimetypes):
        return of_status(404, request.path, request.method).response()
    # The page itself names the ways in.
    return protect(error_page(nothing(f"there is no page at {request.path}", "")))


def _known(error: KgError) -> Response:
    return error_page(problem_of(error))
