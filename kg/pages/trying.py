"""``/try``: paste an article, and see what would be found in it. Nothing of it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol

from flask import Response, current_app, jsonify, render_template, request

from kg.endpoint.current import current_client, current_settings, current_store
from kg.endpoint.problems import ProblemError, nothing, problem_of
from kg.endpoint.workers.errors import Cause, StoppedError
from kg.endpoint.write import authorise
from kg.errors import KgError, ParameterError
from kg.pages.errors import error_page, sentence
from kg.pages.formats import wants_page
from kg.pages.samples import samples
from kg.pages.trying_load import Loaded, load
from kg.pages.trying_request import (
    FORMS,
    PAGE,
    Form,
    Sent,
    check_origin,
    read_article,
    wanted,
)
from kg.pages.trying_view import Tried, view
from kg.trying.extractor import Extractor, RefusedError
from kg.trying.found import Found
from kg.trying.submission import Submission

_STOPPED = {
    Cause.TIME: (504, "try-time", "The article took too long"),
    Cause.MEMORY: (413, "try-memory", "The article needs too much memory"),
    Cause.CRASH: (500, "try-crash", "The article could not be read"),
    Cause.GONE: (503, "client-gone", "The client went away"),
    Cause.BUSY: (503, "try-busy", "There is no room for this article"),
}
_FIELD_OF = {"no-article": "text", "too-large": "text", "unauthorised": "token"}


@dataclass(frozen=True)
class Trouble:
    """What is wrong, and the field at which it is said; ``field`` is empty where it is none's."""

    field: str
    message: str
    remedy: str


class _View(Protocol):
    def __call__(self) -> Response: ...


def _answering(answer: _View) -> _View:
    """Let a view be answered with nothing kept, and not at all where trying is off."""

    @wraps(answer)
    def answered() -> Response:
        if not current_settings().trying:
            raise nothing("articles cannot be tried on this server", "use 'kg extract' on your own")
        response = answer()
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "Accept"
        # Browsers then say with a form which site it comes from; others still learn nothing.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return answered


@_answering
def trying() -> Response:
    """Answer ``/try``: the form, or what is found in the article that it sends."""
    return _tried() if request.method == "POST" else _form()


def _form() -> Response:
    """Return the form; with ``sample=`` filled in, and what is found in it."""
    _extractor().warm()
    key = request.args.get("sample")
    if key is None:
        return _page(Sent())
    sample = samples().get(key)
    if sample is None:
        raise nothing(f"there is no sample {key!r}", "the samples are listed at /try")
    sent = Sent(
        sample.text,
        sample.text.encode(),
        fields={"publisher": sample.publisher},
    )
    if request.method == "HEAD":
        return _page(sent, sample=key)
    try:
        return _page(sent, _find(sent.submission("page")), sample=key)
    except KgError as error:
        return _wrong(error, sent, PAGE)


def _tried() -> Response:
    """Return what is found in an article."""
    sent = Sent()
    asked = PAGE if wants_page(request.accept_mimetypes) else None
    try:
        check_origin()
        sent = read_article()
        asked = wanted()
        found = _find(sent.submission(asked.want))
    except KgError as error:
        return _wrong(error, sent, asked)
    if asked is PAGE:
        return _page(sent, found)
    return _document(found, asked, sent.by_form)


@_answering
def loaded() -> Response:
    """Answer ``POST /try/load``: put the article into the graph, for who holds the token."""
    sent = Sent()
    page = PAGE if wants_page(request.accept_mimetypes) else None
    try:
        check_origin()
        sent = read_article()
        _authorise(sent)
        found = _find(sent.submission("page", "normal"))
        done = load(current_store(), found, sent.keep_text, current_settings())
    except KgError as error:
        return _wrong(error, sent, page)
    status = 201 if done.outcome == "new" else 200
    if page:
        response = _page(sent, found, done=done, status=status)
    else:
        response = jsonify(vars(done))
        response.status_code = status
    if done.outcome == "new":
        response.headers["Location"] = done.href
    return response


def _authorise(sent: Sent) -> None:
    header = request.headers.get("Authorization")
    if header is None and sent.token:
        header = f"Bearer {sent.token}"
    authorise(header, current_settings())


def _extractor() -> Extractor:
    found: Extractor = current_app.extensions["kg.extractor"]
    return found


def _find(submission: Submission) -> Found:
    """Return what is found; raises a `ProblemError` that knows its status."""
    try:
        return _extractor().find(submission, current_client())
    except RefusedError as error:
        raise ProblemError(
            422, "no-article", "No article can be read from this",
            f"the text {error.message}", error.remedy,
        ) from error  # fmt: skip
    except StoppedError as error:
        status, name, title = _STOPPED[error.cause]
        headers = {"Retry-After": "2"} if status == 503 else {}
        raise ProblemError(status, name, title, error.message, error.remedy, headers) from error


def _document(found: Found, asked: Form, by_form: bool) -> Response:
    text = {"yaml": found.yaml, "json": found.json, "ttl": found.turtle}[asked.name]
    charset = "" if asked.name == "json" else "; charset=utf-8"
    response = Response(text, content_type=asked.media_type + charset)
    if by_form:
        # Keys are letters, digits and hyphens.
        response.headers["Content-Disposition"] = f'attachment; filename="{found.key}.{asked.name}"'
    return response


def _wrong(error: KgError, sent: Sent, asked: Form | None) -> Response:
    """Return an error: in the form, with what was written still there, or as problem details."""
    problem = problem_of(error)
    if asked is not PAGE or not sent.by_form:
        return error_page(problem)
    field = error.name if isinstance(error, ParameterError) else _FIELD_OF.get(problem.name, "")
    message = error.message if isinstance(error, ParameterError) else problem.detail
    # What helps against a wrong token stands at its field already; the rest is for programs.
    remedy = "" if field == "token" else sentence(problem.remedy)
    trouble = Trouble(field, sentence(message), remedy)
    found = None
    if field == "token":
        # What was found stays on the page, so that another token can be written.
        try:
            found = _find(sent.submission("page"))
        except KgError as other:
            return _wrong(other, sent, asked)
    response = _page(sent, found, trouble=trouble, status=problem.status)
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response


def _page(
    sent: Sent,
    found: Found | None = None,
    *,
    trouble: Trouble | None = None,
    done: Loaded | None = None,
    sample: str = "",
    status: int = 200,
) -> Response:
    seen: Tried | None = None if found is None else view(found)
    settings = current_settings()
    told: dict[str, Any] = {
        "sent": sent.without_secret(),
        "seen": seen,
        "trouble": trouble,
        "done": done,
        "sample": sample,
        "samples": samples().values(),
        "forms": [form for form in FORMS if form is not PAGE],
        "most": settings.try_bytes,
        "seconds": settings.try_seconds,
        "writable": settings.token is not None,
    }
    return Response(render_template("trying.html", **told), status)
