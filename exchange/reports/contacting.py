"""What a buyer's people did with a lead: calls, the outcome they reported, what they said for a claim.

Only what was not undone counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from exchange.calendars import BERLIN
from exchange.instant import Instant, to_datetime
from exchange.money import Cents
from exchange.schema.access import users
from exchange.schema.contacting import (
    contact_attempts,
    contact_openings,
    contact_rules,
    dispositions,
    withdrawals,
)

UNREACHED, REACHED, APPOINTMENT, CONTRACT, LOST = "unreached", "reached", "appointment", "contract", "lost"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call, and whose."""

    attempt_id: str
    result: str
    at: Instant
    user_id: str
    user: str


@dataclass(frozen=True, slots=True)
class Opening:
    """Who first saw the contact data."""

    at: Instant
    user: str


@dataclass(frozen=True, slots=True)
class Disposition:
    """An outcome report; ``contract_cents`` what the contract is worth to the firm, if it said so."""

    outcome: str
    contract_cents: Cents | None
    at: Instant
    user: str


@dataclass(frozen=True, slots=True)
class Effort:
    """How often nobody was reached, and on how many days in Berlin."""

    attempts: int
    days: int


@dataclass(frozen=True, slots=True)
class ContactRule:
    """From which effort on a buyer may claim that nobody is reachable (rules.md §7)."""

    attempts: int = 6
    days: int = 3

    def met_by(self, effort: Effort) -> bool:
        """Whether this much was tried."""
        return effort.attempts >= self.attempts and effort.days >= self.days


def attempts_of(connection: Connection, sale_id: str) -> list[Attempt]:
    """The calls of a sale, the latest first."""
    known = contact_attempts.c
    question = (
        select(known.attempt_id, known.result, known.at, known.user_id, users.c.name)
        .join(users, users.c.user_id == known.user_id)
        .where(known.sale_id == sale_id, known.undone_at.is_(None))
        .order_by(known.at.desc(), known.attempt_id)
    )
    return [Attempt(row.attempt_id, row.result, row.at, row.user_id, row.name) for row in connection.execute(question)]


def effort(attempts: Iterable[Attempt]) -> Effort:
    """What the calls in vain add up to."""
    vain = [attempt.at for attempt in attempts if attempt.result == UNREACHED]
    return Effort(len(vain), len({to_datetime(at).astimezone(BERLIN).date() for at in vain}))


def rule_of(connection: Connection, sector: str) -> ContactRule:
    """A sector's rule, or the default."""
    row = connection.execute(select(contact_rules).where(contact_rules.c.sector == sector)).first()
    return ContactRule() if row is None else ContactRule(row.attempts, row.days)


def opening_of(connection: Connection, sale_id: str) -> Opening | None:
    """Who first saw the contact data of a sale; None where nobody has."""
    question = (
        select(contact_openings.c.at, users.c.name)
        .join(users, users.c.user_id == contact_openings.c.user_id)
        .where(contact_openings.c.sale_id == sale_id)
    )
    row = connection.execute(question).first()
    return None if row is None else Opening(row.at, row.name)


def disposition_of(connection: Connection, sale_id: str) -> Disposition | None:
    """What came of a sale, as its buyer last reported it."""
    question = (
        select(dispositions, users.c.name)
        .join(users, users.c.user_id == dispositions.c.user_id)
        .where(dispositions.c.sale_id == sale_id)
    )
    row = connection.execute(question).first()
    return None if row is None else Disposition(row.outcome, row.contract_cents, row.at, row.name)


def withdrawn_at(connection: Connection, lead_id: str) -> Instant | None:
    """When the enquirer took the consent back; None where it stands."""
    found: Instant | None = connection.execute(
        select(withdrawals.c.withdrawn_at).where(withdrawals.c.lead_id == lead_id)
    ).scalar_one_or_none()
    return found
