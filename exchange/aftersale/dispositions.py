"""Outcome reports and rules for attempts: one row each, the last word counts."""

from sqlalchemy import Connection, insert, update

from exchange.errors import Invalid
from exchange.instant import Instant
from exchange.money import Cents
from exchange.reports.contacting import APPOINTMENT, CONTRACT, LOST, REACHED, ContactRule
from exchange.schema.contacting import contact_rules, dispositions

OUTCOMES = (REACHED, APPOINTMENT, CONTRACT, LOST)
MOST_CENTS = 10**11


def write_disposition(
    connection: Connection, *, sale_id: str, user_id: str, outcome: str, contract_cents: Cents | None, at: Instant
) -> None:
    """Report what came of a sale; a later report replaces it. Raises Invalid."""
    if outcome not in OUTCOMES:
        raise Invalid("outcome", f"one of: {', '.join(OUTCOMES)}")
    if contract_cents is not None and (outcome != CONTRACT or not 0 < contract_cents <= MOST_CENTS):
        raise Invalid("contract_cents", "a contract is worth a positive amount; nothing else has one")
    said = {"user_id": user_id, "outcome": outcome, "contract_cents": contract_cents, "at": at}
    changed = connection.execute(update(dispositions).where(dispositions.c.sale_id == sale_id).values(**said))
    if changed.rowcount == 0:
        connection.execute(insert(dispositions).values(sale_id=sale_id, **said))


def write_rule(connection: Connection, sector: str, rule: ContactRule) -> None:
    """Give a sector its own rule. Raises Invalid for one nobody can meet or that asks for nothing."""
    if not 1 <= rule.days <= rule.attempts:
        raise Invalid("days", "at least one day, and no more days than attempts")
    told = {"attempts": rule.attempts, "days": rule.days}
    changed = connection.execute(update(contact_rules).where(contact_rules.c.sector == sector).values(**told))
    if changed.rowcount == 0:
        connection.execute(insert(contact_rules).values(sector=sector, **told))
