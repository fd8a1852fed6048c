"""What a request to ``/try`` sends: an article in a form or as the body; what it wants back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from kg.endpoint.current import current_settings
from kg.endpoint.problems import ProblemError
from kg.errors import NotAcceptableError, ParameterError
from kg.trying.submission import Submission, Want

FORM = "application/x-www-form-urlencoded"
BODIES = {"text/plain": "", "text/markdown": ".md", "text/html": ".html"}
"""Types of bodies, with the file name ending that each stands for; empty: as it looks."""

_FIELDS = ("title", "publisher", "date", "url")
_LONGEST = 2_000  # characters of a field
_ROOM = 65_536  # bytes of a request beside the text


@dataclass(frozen=True)
class Form:
    """One form in which what was found is given.

    Args:
        name: value of ``format=`` and ending of a file.
        media_type: what is sent as Content-Type.
        label: name for people.
        want: what has to be made for it.
        asked_as: further media types that mean it.
    """

    name: str
    media_type: str
    label: str
    want: Want
    asked_as: tuple[str, ...] = ()


YAML = Form(
    "yaml", "application/yaml", "Facts file (YAML)", "yaml",
    ("text/yaml", "application/x-yaml", "text/x-yaml", "text/plain"),
)  # fmt: skip
JSON = Form("json", "application/json", "Facts file (JSON)", "json")
TURTLE = Form("ttl", "text/turtle", "Triples (Turtle)", "turtle", ("application/x-turtle",))
PAGE = Form("html", "text/html", "Page", "page", ("application/xhtml+xml",))
FORMS = (YAML, JSON, TURTLE, PAGE)
_BY_MEDIA = {media: form for form in FORMS for media in (form.media_type, *form.asked_as)}


@dataclass(frozen=True)
class Sent:
    """An article as it was sent.

    Args:
        text: the text; empty where it could not be read.
        data: the bytes of it.
        ending: file name ending of its format; empty: as it looks.
        fields: title, publisher, date and URL, as they were written.
        token: the token, where it stood in the form.
        keep_text: whether the text may be kept when the article is loaded.
        by_form: whether it came by a form.
    """

    text: str = ""
    data: bytes = b""
    ending: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    keep_text: bool = True
    by_form: bool = True

    def submission(self, *wants: Want) -> Submission:
        """Return what is to be read.

        Raises:
            ProblemError: 413, the text is too long.
            ParameterError: the day or the address is none, or a field is too long.
        """
        most = current_settings().try_bytes
        if len(self.data) > most:
            raise too_long(f"the text has {len(self.data):,} bytes")
        fields = self.fields
        for name, value in fields.items():
            if len(value) > _LONGEST:
                raise ParameterError(
                    name, f"it has {len(value):,} characters, more than {_LONGEST:,}", "shorten it"
                )
        return Submission(
            self.data, self.ending, fields.get("title", ""), fields.get("publisher", ""),
            _day(fields.get("date", "")), _address(fields.get("url", "")), wants,
        )  # fmt: skip

    def without_secret(self) -> Sent:
        """Return it for a page, which never gives a token back."""
        return replace(self, token="")


def too_long(said: str) -> ProblemError:
    """Return the error for a text that is too long."""
    return ProblemError(
        413, "too-large", "The article is too long",
        f"{said}; {current_settings().try_bytes:,} are taken here",
        "leave out what is not of the article, or use 'kg extract' on a machine of your own",
    )  # fmt: skip


def read_article() -> Sent:
    """Return the article that a request sends.

    Nothing of it is written to the disk: forms with parts, which might be, are not taken.

    Raises:
        ProblemError: 413, it is too large; 415, it is of no type that is taken.
    """
    # A form carries percent-encoded text, three times its length; what is a little too long is
    # read all the same, so that it can be given back with the error.
    most = 6 * current_settings().try_bytes + _ROOM
    request.max_content_length = request.max_form_memory_size = most
    kind = request.mimetype
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if (kind != FORM and kind not in BODIES) or charset not in ("utf-8", "us-ascii"):
        offered = ", ".join((*BODIES, FORM))
        raise ProblemError(
            415, "content-type", "This content type is not taken",
            f"an article cannot be read from {request.content_type or 'a body without a type'}",
            f"send {offered}, in UTF-8", {"Accept": offered, "Accept-Post": offered},
        )  # fmt: skip
    try:
        return _of_form() if kind == FORM else _of_body(BODIES[kind])
    except RequestEntityTooLarge:
        raise too_long(f"the request has more than {most:,} bytes") from None


def _of_form() -> Sent:
    # Browsers send every line's end as two characters, which the pasted text did not have.
    text = request.form.get("text", "").replace("\r\n", "\n")
    return Sent(
        text,
        text.encode("utf-8", "replace"),
        fields=_fields(request.form),
        token=request.form.get("token", "").strip(),
        keep_text=request.form.get("no_text") != "yes",
    )


def _of_body(ending: str) -> Sent:
    data = request.get_data(cache=False)
    return Sent(
        data=data,
        ending=ending,
        fields=_fields(request.args),
        keep_text=request.args.get("no_text") != "yes",
        by_form=False,
    )


def _fields(given: Mapping[str, str]) -> dict[str, str]:
    return {name: given.get(name, "").strip() for name in _FIELDS}


def _day(written: str) -> str:
    try:
        return date.fromisoformat(written).isoformat() if written else ""
    except ValueError:
        raise ParameterError(
            "date", "this is no day of the calendar", "write it as 2013-02-28, or leave it empty"
        ) from None


def _address(written: str) -> str:
    if not written:
        return ""
    try:
        parts = urlsplit(written)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or not written.isprintable() or set(written) & set(' <>"{}|\\^`'):
        raise ParameterError(
            "url", "this is no address of the web",
            "write one such as https://example.org/article, or leave it empty",
        )  # fmt: skip
    return written


def wanted() -> Form:
    """Return the form in which the request wants what was found.

    ``format`` in the form or the address says it, else Accept; a program that takes anything
    gets a facts file.

    Raises:
        NotAcceptableError: there is no such form.
    """
    name = request.form.get("format") if request.mimetype == FORM else None
    name = name or request.args.get("format")
    if name:
        found = next((form for form in FORMS if name in (form.name, form.media_type)), None)
        if found is None:
            raise NotAcceptableError(name, [form.name for form in FORMS])
        return found
    accept = request.accept_mimetypes
    if not accept.provided:
        return YAML
    best = accept.best_match(list(_BY_MEDIA))
    if best is None:
        raise NotAcceptableError(accept.to_header(), [form.media_type for form in FORMS])
    return _BY_MEDIA[best]


def check_origin() -> None:
    """Refuse what the page of another site sends in a reader's name.

    Loading needs the token, which no browser remembers, and trying keeps nothing; but nobody's
    words should stand on this site's page by way of a link on another one.

    Raises:
        ProblemError: 403, it came from another site.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        fits = site in ("same-origin", "none")
    else:
        fits = origin is None or urlsplit(origin).netloc == request.host
    if not fits:
        raise ProblemError(
            403, "other-site", "This was sent by another site",
            "the form that sent this is not of this site", "fill in the form at /try",
        )  # fmt: skip
