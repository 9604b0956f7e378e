"""What a standing bid would do: which open leads it fits, when it buys first, what it would have bought of late.

Played with the bid of the order book itself, its caps, budget, hours and quantity (rules.md §3), against the leads as
they were. What cannot be known is left out and said on the page: whether somebody else would have bid more because of
it, and who is served first at one and the same instant. A seat that went at the very instant the limit was reached
counts as gone.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Any

from sqlalchemy import Connection, literal, or_, select

from exchange.instant import DAY_US, Instant
from exchange.money import Cents
from exchange.orderbook.bid import Bid
from exchange.orderbook.order import StandingBid
from exchange.pricing.hours import Calendar
from exchange.pricing.schedule import Schedule
from exchange.reports.question import Viewer, covers
from exchange.reports.schedules import Rulebook
from exchange.schema import listings, sales, sectors

DAYS = 7
MOST_LEADS = 5_000
"""The latest leads of the sector and regions that are looked at; the page says so where there were more."""


@dataclass(frozen=True, slots=True)
class Bought:
    """One purchase of the play; ``ask_cents`` net."""

    at: Instant
    listing_id: str
    ask_cents: Cents


@dataclass(frozen=True, slots=True)
class Preview:
    """``fitting`` open leads pass the filters, ``payable`` of them reach the limit before they end.

    ``coming`` are the purchases expected of the open leads if nobody is quicker; ``past`` those of the last `DAYS`.
    ``complete`` is False where more leads were offered than are looked at.
    """

    fitting: int
    payable: int
    coming: tuple[Bought, ...]
    past: tuple[Bought, ...]
    complete: bool


class Chance:
    """A lead as a bid's filters look at it, with what it asks when and when its last seat was gone."""

    def __init__(self, row: Any, schedule: Schedule) -> None:
        self.listing_id: str = row.listing_id
        self.seq: int = row.seq
        self.region: str = row.region
        self.postcode: str = row.postcode
        self.seats: int = row.seats
        self.asked_at: Instant = row.asked_at
        self.supplier: str = row.supplier
        self.answers: dict[str, str] = dict(json.loads(row.answers))
        self.schedule = schedule
        self.open = row.state == "open"
        self.mine: bool = bool(row.mine)
        self.gone_at: Instant | None = schedule.expires_at if self.open else row.closed_at

    def met_at(self, limit_cents: Cents, since: Instant) -> Instant | None:
        """The first instant from ``since`` on at which the limit is reached and a seat is free."""
        reached = self.schedule.reached_at(limit_cents)
        if reached is None or not self.free(max(reached, since)):
            return None
        return max(reached, since)

    def free(self, at: Instant) -> bool:
        """Whether a seat is left at an instant."""
        return self.gone_at is None or at < self.gone_at

    def fits(self, bid: Bid, at: Instant) -> bool:
        """Whether the bid wants this lead at an instant: the filters of the order book look at the same members."""
        return bid.terms.filters.fit(self, at)  # type: ignore[arg-type]


def preview(
    connection: Connection, rulebook: Rulebook, viewer: Viewer, terms: StandingBid, sector: str, now: Instant
) -> Preview:
    """What a bid of these terms would do in this sector for this firm."""
    house = connection.execute(select(sectors).where(sectors.c.sector == sector)).one()
    calendar = rulebook.calendar(connection, sector, house.calendar)
    found = _leads(connection, viewer, terms, sector, now)
    schedules = rulebook.schedules(connection, found)
    chances = [Chance(row, schedules[row.listing_id]) for row in found]
    still = [one for one in chances if one.open and not one.mine and one.free(now)]
    bid = Bid(0, terms, viewer.group, house.tick_cents)
    fitting = [one for one in still if one.fits(bid, now)]
    coming = _play(bid, still, calendar, now, None)
    again = Bid(0, terms, viewer.group, house.tick_cents)
    return Preview(
        fitting=len(fitting),
        payable=sum(one.met_at(terms.limit_cents, now) is not None for one in fitting),
        coming=coming,
        past=_play(again, chances, calendar, now - DAYS * DAY_US, now),
        complete=len(found) < MOST_LEADS,
    )


def _leads(connection: Connection, viewer: Viewer, terms: StandingBid, sector: str, now: Instant) -> list[Any]:
    """Rows of leads the firm may see that were open at some time in the last `DAYS`, the latest first."""
    mine = (
        select(literal(1))
        .where(sales.c.listing_id == listings.c.listing_id, sales.c.buyer == viewer.organisation)
        .exists()
    )
    question = (
        select(listings, mine.label("mine"))
        .where(
            listings.c.sector == sector,
            or_(listings.c.closed_at.is_(None), listings.c.closed_at > now - DAYS * DAY_US),
            listings.c.supplier_group != viewer.group,
            covers(viewer),
        )
        .order_by(listings.c.listed_at.desc(), listings.c.seq.desc())
        .limit(MOST_LEADS)
    )
    if terms.filters.regions is not None:
        question = question.where(listings.c.region.in_(terms.filters.regions))
    return list(connection.execute(question))


def _play(
    bid: Bid, chances: Sequence[Chance], calendar: Calendar, since: Instant, until: Instant | None
) -> tuple[Bought, ...]:
    """Serve the bid alone, instant by instant; at one instant the lower ask first, then the earlier listing."""
    waiting: list[tuple[Instant, Cents, int, Chance]] = []
    for one in chances:
        at = one.met_at(bid.terms.limit_cents, since)
        if at is not None and (ask := one.schedule.ask_at(at)) is not None:
            waiting.append((at, ask, one.seq, one))
    heapify(waiting)
    bought: list[Bought] = []
    while waiting and bid.walks:
        at, ask, seq, one = heappop(waiting)
        if (until is not None and at >= until) or _over(bid, at):
            break
        if not one.fits(bid, at):
            continue
        if bid.within_hours(calendar, at) and bid.caps_left_cents(calendar, at) >= ask <= bid.budget_left_cents:
            bid.take(ask, calendar, at)
            bought.append(Bought(at, one.listing_id, ask))
        elif (later := _later(bid, one, calendar, at)) is not None:
            heappush(waiting, (*later, seq, one))
    return tuple(bought)


def _over(bid: Bid, at: Instant) -> bool:
    return bid.terms.until_at is not None and at >= bid.terms.until_at


def _later(bid: Bid, one: Chance, calendar: Calendar, at: Instant) -> tuple[Instant, Cents] | None:
    """The next instant at which the bid may have become able to take this lead: hours, a cap's period or a step."""
    step = one.schedule.next_step(at)
    found = [then for then in (bid.wakes_at(calendar, at), step and step[0]) if then is not None]
    then = min(found, default=None)
    if then is None or not one.free(then):
        return None
    ask = one.schedule.ask_at(then)
    return None if ask is None else (then, ask)
