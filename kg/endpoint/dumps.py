"""``/dump.*``: the whole dataset as a file."""

from __future__ import annotations

from itertools import chain

from flask import Blueprint, Response, request

from kg.dump import dump
from kg.endpoint.caching import Validator
from kg.endpoint.compressing import VARY
from kg.endpoint.current import current_settings, current_store
from kg.endpoint.kept import keep
from kg.formats import DATASETS, Format

blueprint = Blueprint("dumps", __name__)


def _route(form: Format) -> None:
    def send() -> Response:
        return _dump(form)

    blueprint.add_url_rule(f"/dump.{form.suffix}", f"dump_{form.suffix}", send)


for _form in DATASETS:
    _route(_form)


def _dump(form: Format) -> Response:
    """Send the dataset, or with ``graph=`` some of its graphs, as it is written.

    A client of HTTP/1.1 notices by the missing last chunk when a dump breaks off. One of
    HTTP/1.0 cannot, so the dump is written to a file first and sent with its length.
    """
    store = current_store()
    validator = Validator(store, ("dump", form.suffix, request.args.getlist("graph")))
    unchanged = validator.unchanged(request.headers.get("If-None-Match"), vary=VARY)
    if unchanged is not None:
        return unchanged
    snapshot = store.snapshot()
    try:
        graphs = request.args.getlist("graph") or None
        pieces = dump(snapshot.ox, form, store.base, graphs)
        pieces = chain([next(pieces, b"")], pieces)  # what fails at once still has its status
        headers = {
            "Content-Disposition": f'inline; filename="diplomacy-kg.{form.suffix}"',
            "Cache-Control": "no-cache",
            "KG-Revision": str(snapshot.revision),
            "ETag": validator.tag(snapshot.revision),
        }
        if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
            size, pieces = keep(pieces, current_settings().memory_bytes)
            headers["Content-Length"] = str(size)
    except BaseException:
        snapshot.close()
        raise
    response = Response(pieces, headers=headers, content_type=form.content_type())
    response.call_on_close(snapshot.close)
    return response
