"""The forms of a sector: what was typed as an edition or as rates, and what is in force as fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from exchange.catalogue.editions import PRICES, Edition
from exchange.claims import GROUNDS, WHOLE_BP, ClaimRules
from exchange.errors import Invalid
from exchange.instant import DAY_US
from exchange.orderbook.rates import Rates
from exchange.sector import Choice, Question
from exchange.web.amounts import cents_of, euros_text

Form = Mapping[str, str]
NEW_ROWS = 1


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question as fields; ``choices`` a line each: code, German, English."""

    key: str
    kind: str
    label_de: str
    label_en: str
    required: bool
    retired: bool
    choices: str


def rates_of(form: Form) -> Rates:
    """Rates as typed; raises Invalid naming the field."""
    shares = [
        (ground, _percent(form, f"share-{ground}")) for ground in GROUNDS if form.get(f"share-{ground}", "").strip()
    ]
    claims = ClaimRules(
        window_us=_whole(form, "window") * DAY_US,
        silence_us=_whole(form, "silence") * DAY_US,
        shares_bp=tuple((ground, share_bp) for ground, share_bp in shares if share_bp != WHOLE_BP),
    )
    return Rates(_cents(form, "tick"), _whole(form, "seats"), _percent(form, "fee"), claims)


def rate_fields(rates: Rates) -> dict[str, str]:
    """Rates as fields have them."""
    told = {
        "tick": euros_text(rates.tick_cents),
        "seats": str(rates.most_seats),
        "fee": percent_text(rates.fee_bp),
        "window": str(rates.claims.window_us // DAY_US),
        "silence": str(rates.claims.silence_us // DAY_US),
    }
    shares = dict(rates.claims.shares_bp)
    return told | {f"share-{ground}": percent_text(shares[ground]) if ground in shares else "" for ground in GROUNDS}


def edition_of_form(form: Form, before: Edition) -> Edition:
    """An edition as typed: every question there is, and perhaps a new one. Raises Invalid."""
    questions = [_asked(form, one) for one in before.questions]
    if form.get("new-key", "").strip():
        questions.append(_added(form))
    prices = {name: _cents(form, name) for name in PRICES}
    spans = {name: _whole(form, name) * DAY_US for name in ("duplicate_window_us", "most_age_us")}
    return Edition(questions=tuple(questions), **prices, **spans)


def edition_fields(edition: Edition) -> dict[str, str]:
    """Prices and spans as fields have them."""
    told = {name: euros_text(getattr(edition, name)) for name in PRICES}
    return told | {name: str(getattr(edition, name) // DAY_US) for name in ("duplicate_window_us", "most_age_us")}


def question_rows(edition: Edition) -> list[QuestionRow]:
    """Questions as fields have them."""
    return [
        QuestionRow(one.key, one.kind, one.label_de, one.label_en, one.required, one.retired, _choice_lines(one))
        for one in edition.questions
    ]


def percent_text(share_bp: int) -> str:
    """``12,5`` for 1250 basis points."""
    return (
        f"{Decimal(share_bp) / 100:f}".rstrip("0").rstrip(".").replace(".", ",")
        if share_bp % 100
        else str(share_bp // 100)
    )


def _asked(form: Form, before: Question) -> Question:
    key = before.key
    choices = before.choices
    if before.kind == "choice":
        choices = _choices(form.get(f"q-{key}-choices", ""), before)
    retired = form.get(f"q-{key}-retired") == "1"
    return replace(
        before,
        label_de=_line(form, f"q-{key}-de"),
        label_en=_line(form, f"q-{key}-en"),
        required=form.get(f"q-{key}-required") == "1" and not retired,
        retired=retired,
        choices=choices,
    )


def _added(form: Form) -> Question:
    kind: Any = form.get("new-kind", "")
    bare = Question(_line(form, "new-key"), kind, _line(form, "new-de"), _line(form, "new-en"))
    choices = _choices(form.get("new-choices", ""), bare) if kind == "choice" else ()
    return replace(bare, choices=choices)


def _choices(text: str, before: Question) -> tuple[Choice, ...]:
    known = {one.code: one for one in before.choices}
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 3:
            raise Invalid("questions", "a line a choice: code | German | English")
        code, label_de, label_en = parts
        found.append(Choice(code, label_de, label_en, known[code].synonyms if code in known else ()))
    return tuple(found)


def _choice_lines(question: Question) -> str:
    return "\n".join(f"{one.code} | {one.label_de} | {one.label_en}" for one in question.choices)


def _line(form: Form, name: str) -> str:
    return " ".join(form.get(name, "").split())


def _cents(form: Form, name: str) -> int:
    cents = cents_of(form.get(name, "")[:20])
    if cents is None:
        raise Invalid("prices" if name in PRICES else f"{name}_cents", "an amount in euros")
    return cents


def _whole(form: Form, name: str) -> int:
    text = form.get(name, "").strip()
    if not text.isdecimal() or len(text) > 4:
        raise Invalid(name, "a whole number")
    return int(text)


def _percent(form: Form, name: str) -> int:
    whole, _, rest = form.get(name, "").strip().replace(",", ".").partition(".")
    if not whole.isdecimal() or len(whole) > 3 or len(rest) > 2 or (rest and not rest.isdecimal()):
        raise Invalid("fee_bp" if name == "fee" else "shares_bp", "per cent")
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)
