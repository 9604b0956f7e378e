"""Reading a request: one JSON object of a bounded size and depth, each member and each parameter once."""

import json
import re
from typing import Any

from flask import request
from marshmallow import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from exchange.errors import Invalid
from exchange.web.door.shapes.fields import Form

MOST_BYTES = 64 * 1024
MOST_DEPTH = 12
MOST_QUERY = 4096

_KEY = re.compile(r"[\x21-\x7e]{8,255}\Z")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


def key_of(text: str | None) -> str:
    """An idempotency key; every order needs one."""
    if text is None or not _KEY.match(text):
        raise Invalid("Idempotency-Key", "send 8 to 255 printable letters, new for every order")
    return text


def body(form: Form) -> dict[str, Any]:
    """The request's JSON object by this form; raises Invalid naming the first member that is wrong."""
    text = _text()
    if request.mimetype != "application/json" and (request.mimetype or text):
        raise UnsupportedMediaType
    return loaded(form, _object(text))


def plain(most: int = MOST_BYTES) -> dict[str, Any]:
    """The request's JSON object of so many bytes at most, its members unread; raises Invalid."""
    return _object(_text(most))


def no_body() -> None:
    """An operation that takes nothing: an empty body or an empty object. Raises Invalid."""
    text = _text()
    if text.strip() and _object(text):
        raise Invalid("body", "this operation takes no members")


def query(form: Form | None) -> dict[str, Any]:
    """The query's parameters by this form, each of them once; raises Invalid."""
    if len(request.query_string) > MOST_QUERY:
        raise Invalid("query", f"at most {MOST_QUERY} bytes")
    given = request.args.to_dict(flat=False)
    twice = next((name for name, values in given.items() if len(values) > 1), None)
    if twice is not None:
        raise Invalid(_shown(twice), "given more than once")
    if form is None:
        if given:
            raise Invalid(_shown(next(iter(given))), "this operation takes no parameters")
        return {}
    return loaded(form, {name: values[0] for name, values in given.items()})


def loaded(form: Form, data: dict[str, Any]) -> dict[str, Any]:
    """Data by a form; raises Invalid naming the first place that is wrong."""
    try:
        found: dict[str, Any] = form.load(data)
    except ValidationError as error:
        place, reason = _first(error.messages, ())
        raise Invalid(_shown(".".join(place)), reason) from None
    return found


def _text(most: int = MOST_BYTES) -> str:
    if request.content_length is not None and request.content_length > most:
        raise RequestEntityTooLarge
    request.max_content_length = most  # holds for a body without a length too
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("body", "send JSON in UTF-8") from None


def _object(text: str) -> dict[str, Any]:
    if _depth(text) > MOST_DEPTH:
        raise Invalid("body", f"nested deeper than {MOST_DEPTH}")
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(data, ensure_ascii=False).encode()  # half a surrogate is no text that could be kept
    except (ValueError, RecursionError):
        raise Invalid("body", "send a JSON object") from None
    if not isinstance(data, dict):
        raise Invalid("body", "send a JSON object")
    return data


def _depth(text: str) -> int:
    """How deep a text of JSON is nested, without reading it: a deep one would exhaust the reader."""
    deepest = here = 0
    for letter in _QUOTED.sub("", text):
        if letter in "[{":
            here += 1
            deepest = max(deepest, here)
        elif letter in "]}":
            here -= 1
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Invalid(_shown(twice), "given more than once")
    return found


def _no_number(word: str) -> float:
    raise ValueError(word)


def _first(messages: Any, place: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The first message of marshmallow's tree, and the way to it."""
    if isinstance(messages, dict):
        name, inner = next(iter(messages.items()))
        return _first(inner, place if name == "_schema" else (*place, str(name)))
    return place, " ".join(map(str, messages)) if isinstance(messages, list) else str(messages)


def _shown(name: str) -> str:
    """A member's name as it may be said again."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:60]) or "member"
