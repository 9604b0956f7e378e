"""Price advice: what leads like one fetched, from ended listings of the whole market, with their number of cases.

A case is a listing of the sector, exclusive or shared as the lead, that was sold or expired in the last `DAYS` days;
what it fetched is the highest price a seat of it was sold at. The `NEAREST` most alike ones count: alike by answers,
place and age at listing. Nothing is said for fewer than `FEWEST` cases.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from exchange.instant import DAY_US, HOUR_US, MINUTE_US, Instant
from exchange.money import Cents
from exchange.schema import listings, sales

DAYS = 90
FEWEST = 50
NEAREST = 200
MOST_CASES = 5_000
"""The latest ended listings of a sector that are looked at."""
QUANTILES = (10, 25, 50, 75, 90)
"""Per cent."""
_AGES_US = (10 * MINUTE_US, HOUR_US, DAY_US)
_UNLIKE = 1_000
"""How far apart two things are at most, each of answers, place and age; half as far where only the state agrees."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is asked about; what is empty is compared by nobody. ``age_us`` is the time since the enquiry."""

    sector: str
    seats: int
    region: str = ""
    postcode: str = ""
    age_us: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Advice:
    """``fetched`` are price and per cent: so many of the ``sold`` cases fetched at most this. ``same_region`` and
    ``same_answers`` say how many of the ``cases`` agree in that with what was asked."""

    cases: int
    sold: int
    fetched: tuple[tuple[int, Cents], ...]
    best_cents: tuple[Cents, ...]
    same_region: int
    same_answers: int

    def above(self, floor_cents: Cents) -> int:
        """In how many cases somebody paid at least this."""
        return sum(cents >= floor_cents for cents in self.best_cents)


@dataclass(frozen=True, slots=True)
class _Case:
    region: str
    area: str
    age: int
    answers: Mapping[str, str]
    best_cents: Cents | None


def advice_of(connection: Connection, kind: Kind, now: Instant) -> Advice | None:
    """What leads like this one fetched; None below `FEWEST` cases."""
    found = sorted(_cases(connection, kind, now), key=lambda case: _distance(kind, case))[:NEAREST]
    if len(found) < FEWEST:
        return None
    best = sorted(case.best_cents for case in found if case.best_cents is not None)
    quantiles = ((per, best[(len(best) - 1) * per // 100]) for per in QUANTILES) if best else ()
    return Advice(
        cases=len(found),
        sold=len(best),
        fetched=tuple(quantiles),
        best_cents=tuple(best),
        same_region=sum(case.region == kind.region for case in found),
        same_answers=sum(_answers_apart(kind, case) == 0 for case in found),
    )


def _cases(connection: Connection, kind: Kind, now: Instant) -> list[_Case]:
    same = listings.c.seats > 1 if kind.seats > 1 else listings.c.seats == 1
    ended = (
        select(listings)
        .where(listings.c.sector == kind.sector, same, listings.c.listed_at > now - DAYS * DAY_US)
        .where(listings.c.state.in_(("sold", "expired")), listings.c.bought_out.is_(False))
        .order_by(listings.c.listed_at.desc())
        .limit(MOST_CASES)
        .subquery()
    )
    best = select(func.max(sales.c.ask_cents)).where(sales.c.listing_id == ended.c.listing_id).scalar_subquery()
    columns = ("region", "postcode", "asked_at", "listed_at", "answers")
    wanted = select(*(ended.c[name] for name in columns), best.label("best_cents")).order_by(
        ended.c.listed_at.desc(), ended.c.listing_id
    )
    return [_case(row) for row in connection.execute(wanted)]


def _case(row: Any) -> _Case:
    age = _age(row.listed_at - row.asked_at)
    return _Case(row.region, row.postcode[:2], age, dict(json.loads(row.answers)), row.best_cents)


def _age(age_us: int) -> int:
    """The class of an age."""
    return sum(age_us >= bound for bound in _AGES_US)


def _distance(kind: Kind, case: _Case) -> int:
    found = _answers_apart(kind, case)
    if kind.postcode and kind.postcode[:2] != case.area:
        found += _UNLIKE // 2 if kind.region == case.region else _UNLIKE
    elif not kind.postcode and kind.region and kind.region != case.region:
        found += _UNLIKE
    if kind.age_us is not None:
        found += abs(_age(kind.age_us) - case.age) * _UNLIKE // len(_AGES_US)
    return found


def _answers_apart(kind: Kind, case: _Case) -> int:
    return sum(_apart(said, case.answers.get(name, "")) for name, said in kind.answers.items())


def _apart(one: str, other: str) -> int:
    """Numbers by their ratio, words all or nothing."""
    if one == other:
        return 0
    if one.isdecimal() and other.isdecimal():
        low, high = sorted((int(one), int(other)))
        return _UNLIKE * (high - low) // high
    return _UNLIKE
