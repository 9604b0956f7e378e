"""What operators wrote of a sector in place of the catalogue's own: questions, usual prices, spans.

An edition replaces, it never adds up: the one with the highest number is in force. A question keeps its key and its
kind for ever, and its choices their codes, because both stand on the tape; whoever does not want it asked retires it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, get_args

from exchange.catalogue.defaults import SectorDefaults
from exchange.errors import Invalid
from exchange.instant import DAY_US
from exchange.money import Cents
from exchange.sector import Choice, Question, QuestionKind, Sector

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}\Z", re.ASCII)
_KEPT = ("key", "kind")
MOST_LABEL = 120
MOST_QUESTIONS, MOST_CHOICES = 40, 60
MOST_CENTS: Cents = 1_000_000
PRICES = ("start_cents", "shared_start_cents", "floor_cents", "shared_floor_cents")


@dataclass(frozen=True, slots=True)
class Edition:
    """Amounts net in cents, spans in microseconds."""

    questions: tuple[Question, ...]
    start_cents: Cents
    shared_start_cents: Cents
    floor_cents: Cents
    shared_floor_cents: Cents
    duplicate_window_us: int
    most_age_us: int

    def to_payload(self) -> dict[str, Any]:
        """As it is kept and handed out."""
        told: dict[str, Any] = {name: getattr(self, name) for name in (*PRICES, "duplicate_window_us", "most_age_us")}
        return told | {"questions": [_question_payload(one) for one in self.questions]}


def edition_of(sector: Sector, prices: SectorDefaults) -> Edition:
    """What is in force, as an edition."""
    told = (prices.start_cents, prices.shared_start_cents, prices.floor_cents, prices.shared_floor_cents)
    return Edition(sector.questions, *told, sector.duplicate_window_us, sector.most_age_us)


def read_edition(payload: Any) -> Edition:
    """An edition from what somebody sent; raises Invalid naming the first member that is wrong."""
    wanted = {field.name for field in fields(Edition)}
    if not isinstance(payload, dict) or payload.keys() != wanted:
        raise Invalid("edition", f"an object with {', '.join(sorted(wanted))}")
    whole = {name: _whole(payload, name) for name in sorted(wanted - {"questions"})}
    questions = payload["questions"]
    if not isinstance(questions, list) or len(questions) > MOST_QUESTIONS:
        raise Invalid("questions", f"a list of at most {MOST_QUESTIONS}")
    return Edition(questions=tuple(map(_question, questions)), **whole)


def check_edition(wanted: Edition, before: Edition, tick_cents: Cents) -> None:
    """Raises Invalid where an edition breaks what the tape relies on, or is no sector anybody could list in."""
    keys = [one.key for one in wanted.questions]
    if len(set(keys)) != len(keys):
        raise Invalid("questions", "a key stands twice")
    for one in wanted.questions:
        _check_question(one)
    known = {one.key: one for one in wanted.questions}
    for one in before.questions:
        _check_kept(one, known.get(one.key))
    for start, floor in (
        (wanted.start_cents, wanted.floor_cents),
        (wanted.shared_start_cents, wanted.shared_floor_cents),
    ):
        if not tick_cents <= floor <= start <= MOST_CENTS or start % tick_cents or floor % tick_cents:
            raise Invalid("prices", "tick <= floor <= start, both multiples of the tick")
    for name in ("duplicate_window_us", "most_age_us"):
        if not DAY_US <= getattr(wanted, name) <= 365 * DAY_US:
            raise Invalid(name, "1 to 365 days")


def applied(sector: Sector, prices: SectorDefaults, edition: Edition) -> tuple[Sector, SectorDefaults]:
    """Sector and prices as an edition has them."""
    window_us, age_us = edition.duplicate_window_us, edition.most_age_us
    return (
        replace(sector, questions=edition.questions, duplicate_window_us=window_us, most_age_us=age_us),
        replace(prices, **{name: getattr(edition, name) for name in PRICES}),
    )


def _check_question(one: Question) -> None:
    if not _CODE.match(one.key):
        raise Invalid("questions", f"the key {one.key!r}: small letters, digits and underscores")
    if one.kind not in get_args(QuestionKind):
        raise Invalid("questions", f"{one.key}: the kind is one of {', '.join(get_args(QuestionKind))}")
    labels = [one.label_de, one.label_en, *(text for each in one.choices for text in (each.label_de, each.label_en))]
    if not all(1 <= len(text.strip()) <= MOST_LABEL and text.isprintable() for text in labels):
        raise Invalid("questions", f"{one.key}: a caption in both languages, at most {MOST_LABEL} letters")
    codes = [each.code for each in one.choices]
    if len(set(codes)) != len(codes) or len(codes) > MOST_CHOICES or not all(map(_CODE.match, codes)):
        raise Invalid("questions", f"{one.key}: choices need codes of their own")
    if (one.kind == "choice") != bool(codes):
        raise Invalid("questions", f"{one.key}: choices belong to questions of choice, and to no others")
    if one.retired and one.required:
        raise Invalid("questions", f"{one.key}: what is retired is not required")


def _check_kept(before: Question, now: Question | None) -> None:
    if now is None or any(getattr(now, name) != getattr(before, name) for name in _KEPT):
        raise Invalid("questions", f"{before.key}: key and kind stay; retire a question that is not to be asked")
    if missing := {one.code for one in before.choices} - {one.code for one in now.choices}:
        raise Invalid("questions", f"{before.key}: the choice {min(missing)} stands on the tape and stays")


def _question_payload(one: Question) -> dict[str, Any]:
    told = {"key": one.key, "kind": one.kind, "label_de": one.label_de, "label_en": one.label_en, "unit": one.unit}
    choices = [
        {"code": each.code, "label_de": each.label_de, "label_en": each.label_en, "synonyms": list(each.synonyms)}
        for each in one.choices
    ]
    return told | {
        "required": one.required, "retired": one.retired, "columns": list(one.columns), "choices": choices,
    }  # fmt: skip


def _question(told: Any) -> Question:
    if not isinstance(told, Mapping):
        raise Invalid("questions", "each is an object")
    choices = told.get("choices", [])
    if not isinstance(choices, list) or not all(isinstance(one, Mapping) for one in choices):
        raise Invalid("questions", "choices are a list of objects")
    kind: Any = _text(told, "kind")
    return Question(
        key=_text(told, "key"),
        kind=kind,
        label_de=_text(told, "label_de"),
        label_en=_text(told, "label_en"),
        choices=tuple(
            Choice(_text(one, "code"), _text(one, "label_de"), _text(one, "label_en"), _texts(one, "synonyms"))
            for one in choices
        ),
        required=told.get("required") is True,
        unit=str(told.get("unit", ""))[:20],
        columns=_texts(told, "columns"),
        retired=told.get("retired") is True,
    )


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise Invalid("questions", f"{name} is a text")
    return value


def _texts(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = told.get(name, [])
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise Invalid("questions", f"{name} is a list of texts")
    return tuple(values)


def _whole(told: Mapping[str, Any], name: str) -> int:
    value = told[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid(name, "a whole number")
    return value
