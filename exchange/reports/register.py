"""The members as operators see them: standing, money, licences, and what a suspension would touch; notices."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from exchange.instant import DAY_US, Instant
from exchange.money import Cents
from exchange.schema import bids, listings, organisations, sales, wallets
from exchange.schema.operating import licences, notices

PAGE = 100
SOON_US = 30 * DAY_US


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A firm; amounts gross. ``expired`` licences hold no more, ``ending`` ones not much longer."""

    organisation: str
    name: str
    group: str
    supplier: bool
    buyer: bool
    suspended: bool
    joined_at: Instant
    balance_cents: Cents
    credit_line_cents: Cents
    licences: int
    expired: int
    ending: int


@dataclass(frozen=True, slots=True)
class Licence:
    """A permit, valid until an instant or without end."""

    licence_id: str
    kind: str
    number: str
    until_at: Instant | None


@dataclass(frozen=True, slots=True)
class Effects:
    """What a suspension touches: standing bids that would rest with what they reserve, and listings."""

    bids: int
    reserved_cents: Cents
    listings: int
    claims: int


@dataclass(frozen=True, slots=True)
class Notice:
    """What everybody is told."""

    notice_id: str
    text: str
    until_at: Instant


def members(connection: Connection, now: Instant, search: str = "", only: str = "") -> list[MemberRow]:
    """Members whose name, id or group holds the words, by name; or one alone by its id."""
    known = organisations.c
    question = select(organisations, wallets.c.balance_cents, wallets.c.credit_line_cents).join(wallets)
    if search:
        wanted = search.casefold()
        held = (func.lower(known.name), func.lower(known.organisation), func.lower(known.group_id))
        question = question.where(or_(*(column.contains(wanted, autoescape=True) for column in held)))
    if only:
        question = question.where(known.organisation == only)
    rows = connection.execute(question.order_by(func.lower(known.name), known.organisation).limit(PAGE)).all()
    held_licences = _licences(connection, [row.organisation for row in rows])
    return [
        MemberRow(
            row.organisation,
            row.name,
            row.group_id,
            row.supplier,
            row.buyer,
            row.suspended,
            row.joined_at,
            row.balance_cents,
            row.credit_line_cents,
            len(mine := held_licences.get(row.organisation, [])),
            sum(until is not None and until <= now for until in mine),
            sum(until is not None and now < until <= now + SOON_US for until in mine),
        )
        for row in rows
    ]


def member_of(connection: Connection, organisation: str, now: Instant) -> MemberRow | None:
    """One member."""
    return next(iter(members(connection, now, only=organisation)), None)


def licences_of(connection: Connection, organisation: str) -> list[Licence]:
    """A member's licences that were not struck out."""
    known = licences.c
    question = select(licences).where(known.organisation == organisation, known.removed_at.is_(None))
    rows = connection.execute(question.order_by(known.kind, known.number))
    return [Licence(row.licence_id, row.kind, row.number, row.until_at) for row in rows]


def effects_of(connection: Connection, organisation: str) -> Effects:
    """What a suspension of a member would touch."""
    living = (bids.c.buyer == organisation) & bids.c.state.in_(("active", "paused"))
    reserved = func.coalesce(func.sum(bids.c.reserved_cents), 0)
    resting, cents = connection.execute(select(func.count(), reserved).select_from(bids).where(living)).one()
    offered = (listings.c.supplier == organisation) & (listings.c.state == "open")
    claimed = or_(sales.c.buyer == organisation, sales.c.supplier == organisation) & (sales.c.claim == "claimed")
    on_sale = connection.execute(select(func.count()).select_from(listings).where(offered)).scalar_one()
    disputed = connection.execute(select(func.count()).select_from(sales).where(claimed)).scalar_one()
    return Effects(int(resting), int(cents), int(on_sale), int(disputed))


def notices_now(connection: Connection, now: Instant) -> list[Notice]:
    """What is up, the latest first."""
    up = select(notices).where(notices.c.until_at > now, notices.c.from_at <= now)
    rows = connection.execute(up.order_by(notices.c.from_at.desc()))
    return [Notice(row.notice_id, row.text, row.until_at) for row in rows]


def _licences(connection: Connection, firms: list[str]) -> dict[str, list[Instant | None]]:
    known = licences.c
    question = select(known.organisation, known.until_at).where(
        known.organisation.in_(firms), known.removed_at.is_(None)
    )
    found: dict[str, list[Instant | None]] = {}
    for organisation, until_at in connection.execute(question):
        found.setdefault(organisation, []).append(until_at)
    return found
