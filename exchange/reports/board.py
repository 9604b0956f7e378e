"""Open listings as one firm may see them: filtered and sorted in SQL, paged by key."""

import json
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, String, bindparam, literal, select, union_all

from exchange.instant import Instant
from exchange.money import BasisPoints, Cents
from exchange.orderbook.sharing import on_the_tick
from exchange.reports.question import (
    NEVER,
    Key,
    Question,
    Viewer,
    covers,
    in_order,
    is_open,
    named_by,
    sorted_by,
    unknown_next,
)
from exchange.reports.question import wanted as filtered
from exchange.reports.schedules import Rulebook, Steps, steps_of
from exchange.schema import consents, listings, sales, sectors

PAGE = 60


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One listing as a board shows it. ``expires_at`` is None while its sector is halted.

    ``buyout_bp`` is the sector's factor for all seats at once, 0 where it has none; ``convert_us`` the running time
    after which it is offered to several, if it is, to ``convert_seats`` of them.
    """

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
    key: Key
    tick_cents: Cents = 1
    buyout_bp: BasisPoints = 0
    convert_us: int | None = None
    convert_seats: int | None = None

    @property
    def buyout_cents(self) -> Cents | None:
        """What the whole of it costs now, net; None where it cannot be bought as a whole."""
        if self.state != "open" or self.seats == 1 or self.sold or not self.buyout_bp:
            return None
        return on_the_tick(self.ask_cents, self.buyout_bp, self.tick_cents)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order, and the key to ask for what follows (None at the end)."""

    rows: list[BoardRow]
    after: Key | None


def board_page(
    connection: Connection, rulebook: Rulebook, viewer: Viewer, asked: Question, now: Instant, most: int = PAGE
) -> Page:
    """One page of open listings; one row more than asked tells whether there is a next page."""
    question = _columns(viewer, asked).where(is_open(asked, now), covers(viewer), *filtered(asked, now))
    if asked.sorting == "price" and not (asked.sector or asked.small_area or asked.ids):
        question = question.where(listings.c.listing_id.in_(_cheapest(connection, viewer, asked, now, most + 1)))
    rows: list[Any] = []
    if asked.sorting != "next" or asked.after is None or asked.after[0] != NEVER:
        rows += connection.execute(in_order(question, asked).limit(most + 1)).all()
    if asked.sorting == "next" and len(rows) <= most:
        rows += connection.execute(unknown_next(question, asked).limit(most + 1 - len(rows))).all()
    found = [_row(row) for row in _with_steps(connection, rulebook, rows[:most], now)]
    return Page(found, found[-1].key if len(rows) > most else None)


def _cheapest(connection: Connection, viewer: Viewer, asked: Question, now: Instant, most: int) -> list[str]:
    """The cheapest of all sectors: the cheapest of each from its own index, put together.

    One index over the asks of all sectors would have to be kept at every step of every price, and leads planners to
    look for the cheapest of a dear sector among all the cheap ones.
    """
    found = []
    for sector in connection.execute(select(sectors.c.sector)).scalars():
        here = replace(asked, sector=sector)
        keys = select(listings.c.ask_cents, listings.c.listing_id).where(is_open(here, now), covers(viewer))
        found.append(select(in_order(keys.where(*filtered(here, now)), here).limit(most).subquery()))
    if not found:
        return []
    merged = union_all(*found).subquery()
    cheapest = select(merged.c.listing_id).order_by(merged.c.ask_cents, merged.c.listing_id).limit(most)
    return list(connection.execute(cheapest).scalars())


def listing_of(
    connection: Connection, rulebook: Rulebook, viewer: Viewer, listing_id: str, now: Instant
) -> BoardRow | None:
    """One listing, also a closed one; None where the firm may not know of it."""
    asked = Question()
    question = _columns(viewer, asked).where(listings.c.listing_id == listing_id, covers(viewer))
    rows = connection.execute(question).all()
    return next((_row(row) for row in _with_steps(connection, rulebook, rows, now)), None)


_SECTOR = select(listings.c.sector).where(
    listings.c.listing_id == bindparam("wanted"), named_by(bindparam("viewer", type_=String))
)


def sector_of(connection: Connection, viewer: Viewer, listing_id: str) -> str | None:
    """Where a listing is, also a closed one; None where the firm may not know of it."""
    asked = {"wanted": listing_id, "viewer": viewer.organisation}
    return connection.execute(_SECTOR, asked).scalar_one_or_none()


def consent_of(connection: Connection, listing_id: str) -> tuple[Instant, Instant | None] | None:
    """When the enquirer agreed, and when they confirmed it."""
    question = (
        select(consents.c.given_at, consents.c.confirmed_at)
        .join(listings, listings.c.lead_id == consents.c.lead_id)
        .where(listings.c.listing_id == listing_id)
    )
    row = connection.execute(question).first()
    return None if row is None else (row.given_at, row.confirmed_at)


def _columns(viewer: Viewer, asked: Question) -> Select[Any]:
    mine = (
        select(literal(1))
        .where(sales.c.listing_id == listings.c.listing_id, sales.c.buyer == viewer.organisation)
        .exists()
    )
    ours = (sectors.c.halted_at, sectors.c.buyout_bp, mine.label("mine"), sorted_by(asked).label("key"))
    return select(listings, *ours).join(sectors, sectors.c.sector == listings.c.sector)


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
        key=(NEVER if row.key is None else row.key, row.listing_id),
        tick_cents=row.tick_cents,
        buyout_bp=row.buyout_bp,
        convert_us=row.convert_us,
        convert_seats=row.convert_seats,
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
