"""What a board is asked for, as values and as SQL: who looks, under which filters, in which order, from where on.

Consent scope decides visibility everywhere: a listing whose consent does not cover the firm is in no row, no
count and no price (rules.md §1).
"""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import BindParameter, ColumnElement, Select, and_, false, literal, literal_column, or_, select, tuple_

from exchange.instant import MINUTE_US, Instant
from exchange.money import Cents
from exchange.orderbook.filters import Condition, Filters
from exchange.reports.fitting import fits, holds, in_area
from exchange.schema import listings, recipients, watches

Sorting = Literal["age", "price", "next"]
Seats = Literal["", "exclusive", "shared"]
Key = tuple[int, str]
MASKED_DIGITS = 3
"""Postcode digits a board shows, and may be asked for: more would tell the place of one person."""

FEW_US = 30 * MINUTE_US

NEVER: Instant = 1 << 62
"""Stands in keys for a next step nobody knows: after all known ones."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """The firm that looks: its id and its group."""

    organisation: str
    group: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one standing bid wants: of its sector, and what can fall to its limit."""

    sector: str
    filters: Filters
    limit_cents: Cents


@dataclass(frozen=True, slots=True)
class Question:
    """What the board is asked for; empty means all. ``most_cents`` net, ``age_below_us`` since the enquiry."""

    sector: str = ""
    regions: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    most_cents: Cents | None = None
    seats: Seats = ""
    age_below_us: int | None = None
    conditions: tuple[Condition, ...] = ()
    """Demands on answers: they mean something in one sector only."""
    watched_by: str = ""
    """Only what this user watches."""
    fitting: tuple[Wanted, ...] | None = None
    """Only what one of these bids wants; an empty tuple is nothing at all."""
    sorting: Sorting = "age"
    after: Key | None = None
    ids: tuple[str, ...] = field(default=())
    """Only these listings, whatever else is asked."""

    @property
    def standing(self) -> bool:
        """Whether only what never changes of an open listing is asked for: not its ask, its age or its answers."""
        free = (self.most_cents, self.age_below_us, self.fitting)
        return all(one is None for one in free) and not (self.conditions or self.watched_by or self.ids)

    @property
    def only_price(self) -> bool:
        """Whether nothing but a highest ask is asked for."""
        return self.most_cents is not None and replace(self, most_cents=None, sorting="age") == Question()

    @property
    def small_area(self) -> bool:
        """Whether only small areas are asked for: two or more digits of a postcode.

        They hold so few listings that finding them by the postcode and sorting them is quicker than walking the whole
        market in order. Planners that have no statistics do not know, so what would lead them astray is asked for
        as an expression no index answers.
        """
        return bool(self.postcodes) and min(map(len, self.postcodes)) > 1

    def anywhere(self) -> "Question":
        """The same in every sector: what answers are asked for belongs to one sector and is left out."""
        return replace(self, sector="", conditions=(), after=None, ids=())


def covers(viewer: Viewer) -> ColumnElement[bool]:
    """Whether a listing's consent names everyone or this firm."""
    return named_by(viewer.organisation)


def named_by(organisation: str | BindParameter[str]) -> ColumnElement[bool]:
    """The same for the firm of this name, or of one that is told when it is asked."""
    named = select(literal(1)).where(
        recipients.c.organisation == organisation, recipients.c.listing_id == listings.c.listing_id
    )
    return or_(listings.c.for_everyone, named.exists())


def is_open(asked: Question, now: Instant) -> ColumnElement[bool]:
    """Open, and not about to be said to have ended."""
    state = listings.c.state + literal_column("''") if asked.small_area else listings.c.state
    return and_(state == "open", or_(listings.c.expires_at.is_(None), listings.c.expires_at > now))


def wanted(asked: Question, now: Instant) -> list[ColumnElement[bool]]:
    """The filters of a question."""
    found: list[ColumnElement[bool]] = [holds(condition) for condition in asked.conditions]
    if asked.sector:
        found.append(listings.c.sector == asked.sector)
    if asked.regions:
        found.append(listings.c.region.in_(asked.regions))
    if asked.postcodes:
        found.append(in_area(tuple(prefix[:MASKED_DIGITS] for prefix in asked.postcodes)))
    if asked.most_cents is not None:
        found.append(listings.c.ask_cents <= asked.most_cents)
    if asked.seats:
        found.append(listings.c.seats == 1 if asked.seats == "exclusive" else listings.c.seats > 1)
    if asked.age_below_us is not None:
        found.append(_since(asked) > now - asked.age_below_us)
    if asked.ids:
        found.append(listings.c.listing_id.in_(asked.ids))
    return found + _personal(asked, now)


def _since(asked: Question) -> ColumnElement[Any]:
    """The age as planners shall see it: few are younger than `FEW_US` and are found first, many older ones are met
    on the way through the index a page is sorted by."""
    many = asked.sorting != "age" and (asked.age_below_us or 0) >= FEW_US
    column: ColumnElement[Any] = listings.c.asked_at
    return column + literal_column("0") if many else column


def _personal(asked: Question, now: Instant) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.watched_by:
        mine = select(watches.c.listing_id).where(watches.c.user_id == asked.watched_by)
        found.append(listings.c.listing_id.in_(mine))
    if asked.fitting is not None:
        found.append(or_(false(), *(_fits(one, now) for one in asked.fitting)))
    return found


def _fits(one: Wanted, now: Instant) -> ColumnElement[bool]:
    within = listings.c.floor_cents <= one.limit_cents
    return and_(listings.c.sector == one.sector, within, fits(one.filters, now))


def sorted_by(asked: Question) -> ColumnElement[Any]:
    """What a question is sorted by: a column with an index, so that a page reads little more than its rows."""
    columns = {"age": listings.c.asked_at, "price": listings.c.ask_cents, "next": listings.c.next_at}
    column: ColumnElement[Any] = columns[asked.sorting]
    return column + literal_column("0") if asked.small_area else column


def in_order(question: Select[Any], asked: Question) -> Select[Any]:
    """The rows in order, from the key on; those whose next step nobody knows are left to `unknown_next`."""
    key, name = sorted_by(asked), listings.c.listing_id
    newest_first = asked.sorting == "age"
    if asked.after is not None:
        here, last = tuple_(key, name), tuple_(literal(asked.after[0]), literal(asked.after[1]))
        question = question.where(here < last if newest_first else here > last)
    if asked.sorting == "next":
        question = question.where(key.is_not(None))
    return question.order_by(key.desc(), name.desc()) if newest_first else question.order_by(key, name)


def unknown_next(question: Select[Any], asked: Question) -> Select[Any]:
    """What follows all known next steps: listings of halted sectors, by name."""
    if asked.after is not None and asked.after[0] == NEVER:
        question = question.where(listings.c.listing_id > asked.after[1])
    return question.where(listings.c.next_at.is_(None)).order_by(listings.c.listing_id)
