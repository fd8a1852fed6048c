"""Every error of the application as a problem: those of the package, of Flask, and all others."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from kg.endpoint.problems import failed, of_status, problem_of
from kg.errors import KgError


def register(app: Flask) -> None:
    """Let every error of an application come out in the one shape."""

    def known(error: KgError) -> Response:
        return problem_of(error).response()

    def http(error: HTTPException) -> Response:
        headers = {
            name: value
            for name, value in error.get_headers()
            if name.lower() in ("allow", "location", "retry-after")
        }
        if error.code is not None and error.code < 400:
            return Response("", error.code, headers)
        return of_status(error.code or 500, request.path, request.method, headers).response()

    def unknown(error: Exception) -> Response:
        return failed().response()

    app.register_error_handler(KgError, known)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, unknown)
