"""Open listings as one firm may see them: filtered, sorted and counted in SQL, paged by key.

Consent scope decides visibility everywhere: a listing whose consent does not cover the firm is in no row, no
count and no price (rules.md §1).
"""

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select, tuple_

from exchange.instant import Instant
from exchange.money import Cents
from exchange.reports.schedules import Rulebook, Steps, steps_of
from exchange.schema import consents, listings, sales, sectors

Sorting = Literal["age", "price", "next"]
PAGE = 60
MASKED_DIGITS = 3
"""Postcode digits a board shows, and may be asked for: more would tell the place of one person."""

_NEVER: Instant = 1 << 62


@dataclass(frozen=True, slots=True)
class Viewer:
    """The firm that looks: its id and its group."""

    organisation: str
    group: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the board is asked for; empty means all. ``most_cents`` net, ``age_below_us`` since the enquiry."""

    sector: str = ""
    regions: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    most_cents: Cents | None = None
    seats: Literal["", "exclusive", "shared"] = ""
    age_below_us: int | None = None
    sorting: Sorting = "age"
    after: tuple[int, str] | None = None
    ids: tuple[str, ...] = field(default=())
    """Only these listings, whatever else is asked."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One listing as a board shows it. ``expires_at`` is None while its sector is halted."""

    listing_id: str
    sector: str
    supplier: str
    supplier_group: str
    region: str
    postcode: str
    answers: dict[str, str]
    asked_at: Instant
    listed_at: Instant
    seats: int
    sold: int
    state: str
    start_cents: Cents
    floor_cents: Cents
    ask_cents: Cents
    steps: Steps
    expires_at: Instant | None
    halted_at: Instant | None
    mine: bool
    key: tuple[int, str]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order, and the key to ask for what follows (None at the end)."""

    rows: list[BoardRow]
    after: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class SectorCount:
    """What is open of a sector under the filters, and the lowest ask."""

    sector: str
    count: int
    lowest_cents: Cents


def covers(viewer: Viewer) -> ColumnElement[bool]:
    """Whether a listing's consent names everyone or this firm; canonical JSON puts the recipients last."""
    name = viewer.organisation.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
    return or_(
        listings.c.consent.like('%"recipients":["*"]%'),
        listings.c.consent.like(f'%"recipients":[%"{name}"%', escape="\\"),
    )


def board_page(
    connection: Connection, rulebook: Rulebook, viewer: Viewer, asked: Question, now: Instant, most: int = PAGE
) -> Page:
    """One page of open listings; one row more than asked tells whether there is a next page."""
    key = _key(asked.sorting)
    rows = connection.execute(
        _in_order(_columns(viewer, key).where(_open(now), covers(viewer), *_wanted(asked, now)), asked).limit(most + 1)
    ).all()
    found = [_row(row) for row in _with_steps(connection, rulebook, rows[:most], now)]
    return Page(found, found[-1].key if len(rows) > most else None)


def listing_of(
    connection: Connection, rulebook: Rulebook, viewer: Viewer, listing_id: str, now: Instant
) -> BoardRow | None:
    """One listing, also a closed one; None where the firm may not know of it."""
    question = _columns(viewer, _key("age")).where(listings.c.listing_id == listing_id, covers(viewer))
    rows = connection.execute(question).all()
    return next((_row(row) for row in _with_steps(connection, rulebook, rows, now)), None)


def sector_counts(connection: Connection, viewer: Viewer, asked: Question, now: Instant) -> list[SectorCount]:
    """Per sector what the filters leave, whichever sector is being looked at."""
    anywhere = Question(
        regions=asked.regions,
        postcodes=asked.postcodes,
        most_cents=asked.most_cents,
        seats=asked.seats,
        age_below_us=asked.age_below_us,
    )
    question = (
        select(listings.c.sector, func.count().label("n"), func.min(listings.c.ask_cents).label("lowest"))
        .where(_open(now), covers(viewer), *_wanted(anywhere, now))
        .group_by(listings.c.sector)
    )
    return [SectorCount(row.sector, row.n, row.lowest) for row in connection.execute(question)]


def consent_of(connection: Connection, listing_id: str) -> tuple[Instant, Instant | None] | None:
    """When the enquirer agreed, and when they confirmed it."""
    question = (
        select(consents.c.given_at, consents.c.confirmed_at)
        .join(listings, listings.c.lead_id == consents.c.lead_id)
        .where(listings.c.listing_id == listing_id)
    )
    row = connection.execute(question).first()
    return None if row is None else (row.given_at, row.confirmed_at)


def _columns(viewer: Viewer, key: ColumnElement[int]) -> Select[Any]:
    mine = (
        select(literal(1))
        .where(sales.c.listing_id == listings.c.listing_id, sales.c.buyer == viewer.organisation)
        .exists()
    )
    return select(listings, sectors.c.halted_at, mine.label("mine"), key.label("key")).join(
        sectors, sectors.c.sector == listings.c.sector
    )


def _open(now: Instant) -> ColumnElement[bool]:
    return and_(listings.c.state == "open", or_(listings.c.expires_at.is_(None), listings.c.expires_at > now))


def _wanted(asked: Question, now: Instant) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if asked.sector:
        wanted.append(listings.c.sector == asked.sector)
    if asked.regions:
        wanted.append(listings.c.region.in_(asked.regions))
    if asked.postcodes:
        prefixes = [listings.c.postcode.startswith(p[:MASKED_DIGITS], autoescape=True) for p in asked.postcodes]
        wanted.append(or_(*prefixes))
    if asked.most_cents is not None:
        wanted.append(listings.c.ask_cents <= asked.most_cents)
    if asked.seats:
        wanted.append(listings.c.seats == 1 if asked.seats == "exclusive" else listings.c.seats > 1)
    if asked.age_below_us is not None:
        wanted.append(listings.c.asked_at > now - asked.age_below_us)
    if asked.ids:
        wanted.append(listings.c.listing_id.in_(asked.ids))
    return wanted


def _key(sorting: Sorting) -> ColumnElement[int]:
    if sorting == "price":
        return listings.c.ask_cents
    return func.coalesce(listings.c.next_at, _NEVER) if sorting == "next" else listings.c.asked_at


def _in_order(question: Select[Any], asked: Question) -> Select[Any]:
    key, name = _key(asked.sorting), listings.c.listing_id
    newest_first = asked.sorting == "age"
    if asked.after is not None:
        here = tuple_(key, name)
        last = tuple_(literal(asked.after[0]), literal(asked.after[1]))
        question = question.where(here < last if newest_first else here > last)
    return question.order_by(key.desc(), name.desc()) if newest_first else question.order_by(key, name)


def _with_steps(connection: Connection, rulebook: Rulebook, rows: Any, now: Instant) -> list[tuple[Any, Any, Cents]]:
    schedules = rulebook.schedules(connection, rows)
    return [(row, schedules[row.listing_id], schedules[row.listing_id].ask_at(now) or row.ask_cents) for row in rows]


def _row(found: tuple[Any, Any, Cents]) -> BoardRow:
    row, schedule, ask_cents = found
    return BoardRow(
        listing_id=row.listing_id,
        sector=row.sector,
        supplier=row.supplier,
        supplier_group=row.supplier_group,
        region=row.region,
        postcode=row.postcode,
        answers=dict(json.loads(row.answers)),
        asked_at=row.asked_at,
        listed_at=row.listed_at,
        seats=row.seats,
        sold=row.sold,
        state=row.state,
        start_cents=row.start_cents,
        floor_cents=row.floor_cents,
        ask_cents=ask_cents if row.state == "open" else row.ask_cents,
        steps=steps_of(schedule),
        expires_at=schedule.expires_at,
        halted_at=row.halted_at,
        mine=bool(row.mine),
        key=(row.key, row.listing_id),
    )


@dataclass(frozen=True, slots=True)
class Announced:
    """A listing as the stream announces it: nothing of one firm, and whom its consent names."""

    listing_id: str
    sector: str
    region: str
    postcode: str
    asked_at: Instant
    seats: int
    sold: int
    ask_cents: Cents
    steps: Steps
    expires_at: Instant | None
    recipients: frozenset[str]


def announced(connection: Connection, rulebook: Rulebook, ids: set[str], now: Instant) -> dict[str, Announced]:
    """These listings by id, for everyone their consent names."""
    rows = connection.execute(select(listings).where(listings.c.listing_id.in_(ids))).all() if ids else []
    found = {}
    for row, schedule, ask_cents in _with_steps(connection, rulebook, rows, now):
        found[row.listing_id] = Announced(
            row.listing_id,
            row.sector,
            row.region,
            row.postcode,
            row.asked_at,
            row.seats,
            row.sold,
            ask_cents,
            steps_of(schedule),
            schedule.expires_at,
            frozenset(json.loads(row.consent).get("recipients", [])),
        )
    return found
