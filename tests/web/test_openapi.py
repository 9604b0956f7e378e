"""The published document is the one the table makes."""

import json
from pathlib import Path

from exchange.web.door.operations import OPERATIONS
from exchange.web.openapi import as_text, document
from exchange.web.problems import CODES, status_of

PUBLISHED = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_document_in_the_repository_is_true() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == as_text(), "write it anew: make openapi"


def test_every_operation_stands_in_it_with_scope_key_and_problems() -> None:
    paths = document()["paths"]
    for one in OPERATIONS:
        told = paths[f"/api/v1{one.path}"][one.verb.lower()]
        assert told["operationId"] == one.name
        assert told["security"][0] == {"key": [one.scope]}
        named = {parameter["name"] for parameter in told["parameters"] if parameter["in"] == "header"}
        assert named == ({"Idempotency-Key"} if one.keyed else set())
        assert {str(status_of(code)) for code in one.problems if code != "not_open"} <= set(told["responses"])
    assert sum(map(len, paths.values())) == len(OPERATIONS)


def test_every_code_is_documented_and_every_documented_code_is_one() -> None:
    assert set(document()["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]) == set(CODES)
    assert {code for one in OPERATIONS for code in one.problems} <= set(CODES)


def test_what_is_sent_and_given_has_no_unnamed_members() -> None:
    loose = [
        name
        for name, schema in document()["components"]["schemas"].items()
        if schema.get("additionalProperties") is not False
    ]
    assert loose == []
    assert "$ref" in json.dumps(document())
