"""The manual of the JSON door: a page made from the published document, without scripts."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask_login import login_required

from exchange.web.openapi import document

manual = Blueprint("manual", __name__)

_REF = "$ref"


@dataclass(frozen=True, slots=True)
class FieldView:
    """A parameter or member: its name, type and bounds in words, and what it means."""

    name: str
    kind: str
    link: str
    required: bool
    told: str


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation."""

    name: str
    verb: str
    path: str
    told: str
    scope: str
    fields: list[FieldView]
    bodies: list[str]
    example: str
    gives: list[str]
    problems: list[tuple[str, str]]


@manual.get("/api")
@login_required
def show() -> str:
    """All operations by noun, then all forms."""
    told = document()
    nouns: dict[str, list[OperationView]] = {tag["name"]: [] for tag in told["tags"]}
    for path, operations in told["paths"].items():
        for verb, one in operations.items():
            nouns[one["tags"][0]].append(_operation(told, path, verb, one))
    forms = {name: _members(schema) for name, schema in told["components"]["schemas"].items()}
    return render_template("api/show.html", nouns=nouns, forms=forms, info=told["info"])


def _operation(told: dict[str, Any], path: str, verb: str, one: dict[str, Any]) -> OperationView:
    content = one.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = content.get("schema")
    status = next(status for status in one["responses"] if status.startswith("2"))
    success = one["responses"][status]["content"]["application/json"]["schema"]
    return OperationView(
        name=one["operationId"],
        verb=verb.upper(),
        path=path,
        told=one["summary"],
        scope=next(iter(one["security"][0]["key"])),
        fields=[
            FieldView(
                field["name"],
                _kind(field["schema"]),
                "",
                field["required"],
                field.get("description", ""),
            )
            for field in one["parameters"]
        ],
        bodies=[] if body is None else [_called(schema) for schema in body.get("oneOf", [body])],
        example="" if body is None else json.dumps(_example(told, content), indent=2, ensure_ascii=False),
        gives=[_called(schema) for schema in success.get("oneOf", [success])],
        problems=[
            (status, _resolved(told, response)["description"])
            for status, response in one["responses"].items()
            if not status.startswith("2")
        ],
    )


def _example(told: dict[str, Any], content: dict[str, Any]) -> Any:
    """The first example that is published with a body, else the smallest that is sound."""
    for shown in content.get("examples", {}).values():
        return shown["value"]
    return example(told, content["schema"])


def example(told: dict[str, Any], schema: dict[str, Any]) -> Any:
    """The smallest sound value of a form: required members alone, each the first it can be."""
    schema = _resolved(told, schema)
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("format") == "date-time":
        return "2026-12-31T23:00:00Z"
    kind = schema.get("type")
    if kind == "object":
        required = schema.get("required", [])
        return {name: example(told, one) for name, one in schema.get("properties", {}).items() if name in required}
    if kind == "array":
        return [example(told, schema["items"])] if schema.get("minItems") else []
    return {"integer": schema.get("minimum", 0), "boolean": True}.get(str(kind), "bu")


def _resolved(told: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    found: Any = schema
    if _REF in schema:
        found = told
        for part in schema[_REF].removeprefix("#/").split("/"):
            found = found[part]
    return dict(found)


def _called(schema: dict[str, Any]) -> str:
    return str(schema.get(_REF, "")).rpartition("/")[2]


def _members(schema: dict[str, Any]) -> list[FieldView]:
    required = schema.get("required", [])
    return [
        FieldView(name, _kind(one), _link(one), name in required, one.get("description", ""))
        for name, one in schema.get("properties", {}).items()
    ]


def _link(schema: dict[str, Any]) -> str:
    """The form a member holds, alone, in a list, or unless it is null."""
    for one in (schema, schema.get("items", {}), *schema.get("anyOf", []), *schema.get("allOf", [])):
        if _REF in one:
            return _called(one)
    return ""


def _kind(schema: dict[str, Any]) -> str:
    """A type with its bounds in words: ``integer 1..200``, ``array of string | null``."""
    kinds = schema.get("type", "object")
    words = " | ".join(kinds if isinstance(kinds, list) else [kinds])
    if "items" in schema:
        words = words.replace("array", f"array of {_link(schema) or schema['items'].get('type', 'object')}")
    if "format" in schema:
        words += f" ({schema['format']})"
    if "minimum" in schema or "maximum" in schema:
        words += f" {schema.get('minimum', '')}..{schema.get('maximum', '')}"
    if "enum" in schema and len(schema["enum"]) <= 16:
        words += ": " + ", ".join(str(one) for one in schema["enum"] if one is not None)
    return words
