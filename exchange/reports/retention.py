"""The schedule by which personal data goes: what, after how long, and what of it is due (Art. 5(1)(e), 17 DSGVO).

Contact data goes where its purpose has ended: of leads that were not sold some days after their last listing ended; of
sold ones once claims are over and the buyer has had time to take it over. A lead with an open claim is left alone until
it is ruled on. Tape, ledger and audit log hold none of it and stay. `operators.retention` erases by this schedule.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, Select, Table, case, func, literal, or_, select

from exchange.calendars import BERLIN
from exchange.catalogue import SECTORS
from exchange.clock import Clock, SystemClock
from exchange.config import RetentionSettings
from exchange.desk.request import DUPLICATE_WINDOW_US
from exchange.instant import DAY_US, Instant, from_datetime, to_datetime, to_text
from exchange.reports.editions import edition_in_force
from exchange.reports.health import OK, WARNING, Finding
from exchange.schema import (
    consents,
    contacts,
    deliveries,
    delivery_rows,
    fingerprints,
    half_logins,
    hook_posts,
    idempotency,
    leads,
    listings,
    outbox,
    posts,
    sales,
)
from exchange.schema.access import devices, links, sessions, throttle, users
from exchange.schema.admission import held_leads, likenesses
from exchange.schema.contacting import claim_evidence, contact_attempts
from exchange.schema.operating import audit, claim_words
from exchange.schema.personal import (
    DEVICE_KEPT_US,
    ERASED_AT,
    FILE_KEPT_US,
    KEY_KEPT_US,
    MESSAGE_KEPT_US,
    tables_of,
)
from exchange.store.engine import instant_of

RUN = "retention.run"
"""The deed that says in the operators' log how much went."""
GRACE_US = DAY_US
"""What is older than its limit by more than this should have gone: the job goes every hour."""
READ_US = 30 * DAY_US
"""So long after the day a claim is decided at the latest both sides may read what was said."""
CONSENT_YEARS = 5
_NEVER = literal(2**62, BigInteger)

Due = Callable[[Instant], Select[Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table: ``due`` asks for the keys of those that should be gone by an instant."""

    table: Table
    due: Due


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the schedule. Without parts nothing of it goes by age, ``limit_us`` is None then.

    ``elsewhere``: it is erased by rounds of its own (`staging.upkeep`), and only looked at here.
    """

    name: str
    limit_us: int | None = None
    parts: tuple[Part, ...] = ()
    elsewhere: bool = False

    @property
    def tables(self) -> tuple[str, ...]:
        """All tables that go by it."""
        return tables_of(self.name)


@dataclass(frozen=True, slots=True)
class Line:
    """A rule with how many rows are due, and how many of these for more than `GRACE_US`."""

    rule: Rule
    due: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Runs:
    """When the job last said so, and of every rule when and how many rows it last erased."""

    at: Instant | None
    erased: Mapping[str, tuple[Instant, int]]


def schedule(settings: RetentionSettings, windows: Mapping[str, int]) -> tuple[Rule, ...]:
    """Every rule, in the order they are carried out; ``windows`` as of `duplicate_windows`."""
    unsold_us, sold_us, staff_us = (days * DAY_US for days in settings.days)
    return (
        Rule("unsold", unsold_us, (Part(contacts, _unsold(unsold_us)),)),
        Rule("sold", sold_us, (Part(contacts, _sold(sold_us)),)),
        Rule("claims", sold_us, (Part(sales, _decided(sold_us)),)),
        _prints(windows),
        Rule("consents", CONSENT_YEARS * 365 * DAY_US, (Part(consents, _unused),)),
        _simple("quarantine", unsold_us, held_leads, held_leads.c.decided_at),
        Rule("uploads", FILE_KEPT_US, (Part(deliveries, _left),), elsewhere=True),
        Rule("posts", KEY_KEPT_US, (_older(posts, posts.c.posted_at, KEY_KEPT_US),), elsewhere=True),
        _simple("keys", KEY_KEPT_US, idempotency, idempotency.c.created_at, idempotency.c.for_ever.is_(False)),
        _simple("outbox", MESSAGE_KEPT_US, outbox, func.coalesce(outbox.c.sent_at, outbox.c.dead_at)),
        _simple("webhooks", MESSAGE_KEPT_US, hook_posts, hook_posts.c.posted_at),
        Rule(
            "sessions",
            DAY_US,
            (
                _older(sessions, sessions.c.seen_at, DAY_US),
                _older(half_logins, half_logins.c.begun_at, DAY_US),
            ),
        ),
        _simple("throttle", DAY_US, throttle, throttle.c.updated_at),
        _simple("devices", DEVICE_KEPT_US, devices, devices.c.seen_at),
        _simple("links", KEY_KEPT_US, links, links.c.expires_at),
        _simple(
            "staff",
            staff_us,
            users,
            users.c.disabled_at,
            users.c.organisation.is_not(None),
            users.c.email.not_like(f"%{ERASED_AT}"),
        ),
        Rule("objections"),
        Rule("uses"),
        Rule("firms"),
        Rule("books"),
    )


def duplicate_windows(connection: Connection) -> dict[str, int]:
    """How long each sector knows an enquirer again, in microseconds."""
    return {code: edition_in_force(connection, code)[1].duplicate_window_us for code in sorted(SECTORS)}


def retention_lines(connection: Connection, settings: RetentionSettings, now: Instant) -> list[Line]:
    """The schedule with what is due."""
    rules = schedule(settings, duplicate_windows(connection))
    return [Line(rule, count_due(connection, rule, now), count_due(connection, rule, now - GRACE_US)) for rule in rules]


def count_due(connection: Connection, rule: Rule, by: Instant) -> int:
    """How many rows of a rule should be gone by an instant."""
    counted = (select(func.count()).select_from(part.due(by).subquery()) for part in rule.parts)
    return sum(int(connection.execute(one).scalar_one()) for one in counted)


def retention_runs(connection: Connection, most: int = 200) -> Runs:
    """What the log says of the latest runs."""
    wanted = select(audit.c.at, audit.c.after).where(audit.c.action == RUN).order_by(audit.c.at.desc()).limit(most)
    rows = connection.execute(wanted).all()
    erased: dict[str, tuple[Instant, int]] = {}
    for row in rows:
        for name, many in json.loads(row.after).items():
            erased.setdefault(name, (row.at, many))
    return Runs(rows[0].at if rows else None, erased)


def check_retention(connection: Connection, settings: RetentionSettings, clock: Clock | None = None) -> Finding:
    """Whether anything is kept longer than its limit and a day."""
    now = instant_of(connection, clock or SystemClock())
    rules = schedule(settings, duplicate_windows(connection))
    overdue = ((rule.name, count_due(connection, rule, now - GRACE_US)) for rule in rules)
    late = [f"{name} {many}" for name, many in overdue if many]
    if late:
        says = f"Kept a day longer than the schedule says: {', '.join(late)}; start `exchange jobs`, it erases hourly."
        return Finding("retention", WARNING, says)
    at = retention_runs(connection, 1).at
    ran = "it has not run yet" if at is None else f"it last said so at {to_text(at)}"
    return Finding("retention", OK, f"No personal data is kept longer than the schedule says; {ran}.")


# --- what is due -------------------------------------------------------------------------------------------


def _older(table: Table, at: ColumnElement[Any], limit_us: int, *more: ColumnElement[bool]) -> Part:
    return Part(table, lambda by: select(*table.primary_key.columns).where(at <= by - limit_us, *more))


def _simple(name: str, limit_us: int, table: Table, at: ColumnElement[Any], *more: ColumnElement[bool]) -> Rule:
    return Rule(name, limit_us, (_older(table, at, limit_us, *more),))


def _ended(by: Instant, limit_us: int) -> Select[Any]:
    """Leads with contact data of which no listing is open, and none ended later than the limit before an instant."""
    known = listings.c
    ended_at = case(
        (known.state == "open", _NEVER), else_=func.coalesce(known.closed_at, known.expires_at, known.listed_at)
    )
    return (
        select(contacts.c.lead_id)
        .join(leads, leads.c.lead_id == contacts.c.lead_id)
        .join(listings, known.lead_id == contacts.c.lead_id)
        .outerjoin(sales, sales.c.listing_id == known.listing_id)
        .where(leads.c.received_at <= by - limit_us)
        .group_by(contacts.c.lead_id)
        .having(func.max(ended_at) <= by - limit_us)
    )


def _unsold(limit_us: int) -> Due:
    return lambda by: _ended(by, limit_us).having(func.count(sales.c.sale_id) == 0)


def _sold(limit_us: int) -> Due:
    """Counted from the last sale; never while a claim may still be filed, is open, or its ruling was just given."""
    known = sales.c
    read_at = case((known.claim == "claimed", _NEVER), else_=func.coalesce(known.silence_at + READ_US, 0))
    return lambda by: _ended(by, limit_us).having(
        func.count(known.sale_id) > 0,
        func.max(known.sold_at) <= by - limit_us,
        func.max(known.closes_at) <= by,
        func.max(read_at) <= by,
    )


def _decided(limit_us: int) -> Due:
    """Sales with texts of a claim that was decided."""
    known = sales.c
    said = select(claim_evidence.c.sale_id).union(select(claim_words.c.sale_id)).subquery()
    over = known.sale_id.in_(select(said.c.sale_id)) & (known.claim != "claimed")
    return lambda by: select(known.sale_id).where(
        over, known.sold_at <= by - limit_us, func.coalesce(known.silence_at, 0) <= by - READ_US
    )


def _prints(windows: Mapping[str, int]) -> Rule:
    """Hashes by which a person is known again: no longer than the sector's window, but as long as the contact is here,
    so that whoever asks what we hold is found."""
    least_us = min(*windows.values(), DUPLICATE_WINDOW_US)

    def part(table: Table) -> Part:
        known = table.c
        held = select(contacts.c.lead_id).where(contacts.c.lead_id == known.lead_id).exists()
        own = [(known.sector == code, literal(span_us, BigInteger)) for code, span_us in windows.items()]
        window_us = case(*own, else_=literal(DUPLICATE_WINDOW_US, BigInteger))
        keys = table.primary_key.columns
        return Part(
            table,
            lambda by: select(*keys).where(known.seen_at <= by - least_us, known.seen_at + window_us <= by, ~held),
        )

    return Rule("prints", max(*windows.values(), DUPLICATE_WINDOW_US), (part(fingerprints), part(likenesses)))


def _unused(by: Instant) -> Select[Any]:
    """Proofs of consent whose declaration and last use, a sale or a call, lie five years back (§ 7a UWG)."""
    since, known, call = years_before(by), consents.c, contact_attempts.c
    mine = listings.c.lead_id == known.lead_id
    bought = listings.c.listing_id == sales.c.listing_id
    sold = select(sales.c.sale_id).join(listings, bought).where(mine, sales.c.sold_at >= since)
    called = select(call.attempt_id).join(sales, sales.c.sale_id == call.sale_id).join(listings, bought)
    recalled = called.where(mine, call.undone_at.is_(None), call.at >= since)
    held = select(contacts.c.lead_id).where(contacts.c.lead_id == known.lead_id)
    return select(known.lead_id).where(
        known.given_at < since,
        or_(known.confirmed_at.is_(None), known.confirmed_at < since),
        ~sold.exists(),
        ~recalled.exists(),
        ~held.exists(),
    )


def years_before(by: Instant) -> Instant:
    """Midnight in Berlin of the day five years before: what was used before it has been kept for five whole years."""
    day = to_datetime(by).astimezone(BERLIN)
    year, leap = day.year - CONSENT_YEARS, (day.month, day.day) == (2, 29)
    return from_datetime(datetime(year, day.month, 28 if leap else day.day, tzinfo=BERLIN))


def _left(by: Instant) -> Select[Any]:
    """Suppliers' files; rows planned or put aside are waited for."""
    waits = select(delivery_rows.c.delivery_id).where(delivery_rows.c.state.in_(("planned", "held")))
    known: Any = deliveries.c
    erase_at: Column[int] = known.erase_at
    return select(known.delivery_id).where(erase_at <= by, known.delivery_id.not_in(waits))
