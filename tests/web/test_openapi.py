"""The published document is the one the schemas make, and names every JSON route."""

from pathlib import Path

from flask import Flask

from exchange.web.api import api
from exchange.web.openapi import as_text, spec

PUBLISHED = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_document_in_the_repository_is_true() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == as_text(), "write it anew: make openapi"


def test_every_route_of_the_json_door_is_in_it() -> None:
    app = Flask("routes")
    app.register_blueprint(api)
    routes = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert routes - {"/api/v1/openapi.json"} == set(spec().to_dict()["paths"])
