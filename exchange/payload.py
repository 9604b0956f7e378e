"""Orders and outcomes as canonical JSON and back (rules.md §9).

UTF-8, NFC, keys sorted by code point, no blanks, integers only, no null members, instants as text. The codec is
driven by the dataclasses themselves: a field named ``*_at`` is an instant, a member that is None is left out.
"""

import json
import types
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from json.encoder import encode_basestring
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from unicodedata import is_normalized, normalize

from exchange.errors import TapeBroken
from exchange.house import HouseOrder, HouseOutcome
from exchange.instant import from_text, to_text
from exchange.orderbook.order import Order
from exchange.orderbook.outcome import Outcome

T = TypeVar("T")

AnyOrder = Order | HouseOrder
AnyOutcome = Outcome | HouseOutcome

ORDERS: tuple[type[AnyOrder], ...] = tuple(dict.fromkeys(get_args(AnyOrder)))
OUTCOMES: tuple[type[AnyOutcome], ...] = tuple(dict.fromkeys(get_args(AnyOutcome)))

KINDS: dict[str, type[AnyOrder | AnyOutcome]] = {value.kind: value for value in (*ORDERS, *OUTCOMES)}
"""Every kind of entry by the word that stands on the tape."""

if len(KINDS) != len(ORDERS) + len(OUTCOMES):
    raise TypeError("two kinds of entry share one word")

_JSON = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False
)

Write = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    write: Write
    read: Write
    optional: bool
    default: Any
    plain: type | None
    """The type its JSON data has, where that is the value itself."""


def canonical(data: Any) -> str:
    """The one spelling of JSON data; raises ValueError for text that is no Unicode."""
    return _composed(_JSON.encode(data))


def _composed(text: str) -> str:
    return text if text.isascii() or is_normalized("NFC", text) else normalize("NFC", text)


def encode(value: object) -> str:
    """The canonical payload of an order, an outcome, or any value they are made of.

    The same as `canonical` makes of `write_value`, sooner: most members are texts and integers.
    """
    cls: Any = type(value)
    members = []
    for name, key, write in _spellings(cls):
        member = getattr(value, name)
        kind = type(member)
        if kind is int and write is _same:
            members.append(f"{key}{member}")
        elif kind is str:
            members.append(key + encode_basestring(member))
        elif member is not None:
            members.append(key + _JSON.encode(write(member)))
    return _composed("{" + ",".join(members) + "}")


def decode(kind: str, text: str) -> AnyOrder | AnyOutcome:
    """The order or outcome a payload states; raises TapeBroken where it is not one of ours."""
    if kind not in KINDS:
        raise TapeBroken(f"no order or outcome is called {kind!r}")
    return read_value(KINDS[kind], parse(text))


def parse(text: str) -> Any:
    """JSON data as we write it: no floats, no repeated keys; raises TapeBroken."""
    try:
        return _PARSER.decode(text)
    except ValueError as error:
        raise TapeBroken(f"the payload is no canonical JSON: {error}") from error


def write_value(value: object) -> dict[str, Any]:
    """A dataclass as JSON data, None left out."""
    cls: Any = type(value)
    written = {}
    for name, write in _writers(cls):
        member = getattr(value, name)
        if member is not None:
            written[name] = member if write is _same else write(member)
    return written


def read_value(cls: type[T], data: Any) -> T:
    """The dataclass some JSON data states; raises TapeBroken naming the member that is wrong."""
    made: Any = cls
    if not isinstance(data, dict):
        raise TapeBroken(f"{cls.__name__}: an object was expected")
    placed, named = _arguments(made)
    if not data.keys() <= _names(made):
        raise TapeBroken(f"{cls.__name__}: no member is called {min(data.keys() - _names(made))!r}")
    try:
        value: T = made(*[_member(field, data) for field in placed], **{f.name: _member(f, data) for f in named})
    except (KeyError, TypeError, ValueError) as error:
        raise TapeBroken(f"{cls.__name__}: {error}") from error
    return value


def _member(field: _Field, data: dict[str, Any]) -> Any:
    member = data.get(field.name, MISSING)
    if type(member) is field.plain:
        return member
    if member is not MISSING:
        return field.read(member)
    if field.optional:
        return None
    if field.default is MISSING:
        raise TypeError(f"member {field.name!r} is missing")
    return field.default


@cache
def _fields(cls: Any) -> tuple[_Field, ...]:
    hints = get_type_hints(cls)
    return tuple(_field(f.name, hints[f.name], f.default) for f in fields(cls))


@cache
def _arguments(cls: Any) -> tuple[tuple[_Field, ...], tuple[_Field, ...]]:
    """The members it is made of: by their place, and by their name only."""
    by_name = {field.name for field in fields(cls) if field.kw_only}
    known = _fields(cls)
    return tuple(f for f in known if f.name not in by_name), tuple(f for f in known if f.name in by_name)


@cache
def _names(cls: Any) -> frozenset[str]:
    return frozenset(field.name for field in _fields(cls))


@cache
def _writers(cls: Any) -> tuple[tuple[str, Write], ...]:
    return tuple((field.name, field.write) for field in _fields(cls))


@cache
def _spellings(cls: Any) -> tuple[tuple[str, str, Write], ...]:
    """The members in the order of their keys, each with its key as it is spelled."""
    return tuple((name, f"{encode_basestring(name)}:", write) for name, write in sorted(_writers(cls)))


def _field(name: str, hint: Any, default: Any) -> _Field:
    inner, optional = _without_none(hint)
    if name.endswith("_at") and inner is int:
        return _Field(name, to_text, from_text, optional, default, None)
    return _Field(name, *_codec(inner), optional, default, inner if inner in (int, str, bool) else None)


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    inner = [arg for arg in get_args(hint) if arg is not types.NoneType]
    if len(inner) != 1:
        raise TypeError(f"the tape cannot tell the members of {hint} apart")
    return inner[0], True


def _codec(hint: Any) -> tuple[Write, Write]:
    """How a type is written and read."""
    origin = get_origin(hint)
    if origin is Literal:
        words = get_args(hint)
        return _same, lambda data: _one_of(words, data)
    if origin is tuple:
        return _tuple_codec(get_args(hint))
    if hint in (int, str, bool):
        return _same, lambda data: _exactly(hint, data)
    if hasattr(hint, "to_payload"):
        return lambda value: value.to_payload(), hint.from_payload
    if isinstance(hint, type) and is_dataclass(hint):
        return write_value, lambda data: read_value(hint, data)
    raise TypeError(f"the tape has no way to write {hint}")


def _tuple_codec(args: tuple[Any, ...]) -> tuple[Write, Write]:
    if len(args) == 2 and args[1] is Ellipsis:
        write, read = _codec(args[0])
        if write is _same:
            return list, lambda data: tuple(read(v) for v in _list(data))
        return lambda value: [write(v) for v in value], lambda data: tuple(read(v) for v in _list(data))
    codecs = [_codec(arg) for arg in args]
    plain = all(write is _same for write, _ in codecs)

    def read_each(data: Any) -> tuple[Any, ...]:
        return tuple(read(v) for (_, read), v in zip(codecs, _list(data), strict=True))

    if plain:
        return list, read_each
    return lambda value: [write(v) for (write, _), v in zip(codecs, value, strict=True)], read_each


def _same(value: Any) -> Any:
    return value


def _exactly(hint: type, data: Any) -> Any:
    if type(data) is not hint:
        raise TypeError(f"{data!r} is no {hint.__name__}")
    return data


def _one_of(words: tuple[Any, ...], data: Any) -> Any:
    if data not in words:
        raise ValueError(f"{data!r} is none of {', '.join(map(str, words))}")
    return data


def _list(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise TypeError(f"{data!r} is no list")
    return data


def _no_float(text: str) -> Any:
    raise ValueError(f"{text} is no integer")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


_PARSER = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_object)
"""One for all payloads: making one costs as much as reading a short payload."""
