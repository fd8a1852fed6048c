"""The pages: overview, query page, things and articles, and the ontology, as one blueprint."""

from __future__ import annotations

from flask import Blueprint

from kg.endpoint.current import current_settings
from kg.pages import (
    articles,
    errors,
    named,
    ontology,
    openapi,
    overview,
    query,
    search,
    suggestions,
    things,
    trying,
)
from kg.pages.assets import asset
from kg.pages.explore import network, positions, timeline
from kg.pages.policy import keep_assets, nonce, protect

blueprint = Blueprint(
    "pages",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/assets",
)
"""To be registered by the application; it needs ``extensions["kg.store"]``."""

blueprint.add_url_rule("/", "overview", overview.overview)
blueprint.add_url_rule("/query", "query", query.query, methods=["GET", "POST"])
blueprint.add_url_rule("/query/terms", "terms", suggestions.terms)
blueprint.add_url_rule("/query/labels", "labels", suggestions.labels, methods=["GET", "POST"])
blueprint.add_url_rule("/queries", "queries", named.queries)
blueprint.add_url_rule("/queries/<name>", "named", named.named)
blueprint.add_url_rule("/search", "search", search.search_page)
blueprint.add_url_rule("/openapi.json", "openapi", openapi.openapi)
blueprint.add_url_rule("/try", "trying", trying.trying, methods=["GET", "POST"])
blueprint.add_url_rule("/try/load", "load", trying.loaded, methods=["POST"])
blueprint.add_url_rule("/id/<path:name>", "thing", things.thing)
blueprint.add_url_rule("/article/<path:name>", "article", articles.article)
blueprint.add_url_rule("/graph/<path:name>", "graph", articles.graph)
blueprint.add_url_rule("/text/<name>", "text", articles.text)
blueprint.add_url_rule("/explore/network", "network", network.network)
blueprint.add_url_rule("/explore/timeline", "timeline", timeline.timeline)
blueprint.add_url_rule("/explore/positions", "positions", positions.positions)
blueprint.add_url_rule("/ontology", "ontology", ontology.ontology)
blueprint.add_url_rule("/ontology.<suffix>", "ontology", ontology.ontology)
blueprint.add_url_rule("/ontology/<path:name>", "term", ontology.term)

blueprint.after_request(protect)
blueprint.after_request(keep_assets)
blueprint.app_template_global("asset")(asset)
blueprint.app_template_global("csp_nonce")(nonce)
blueprint.app_template_global("trying")(lambda: current_settings().trying)
errors.register(blueprint)
