"""The answer an idempotency key was given: for a browser that lost it on the way."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from exchange.reports.tapes import EntryRow
from exchange.schema import idempotency, tape


@dataclass(frozen=True, slots=True)
class Answered:
    """The stretch of the tape that is the answer: the order first, then its outcomes."""

    entries: list[EntryRow]


def answered(connection: Connection, organisation: str, verb: str, key: str) -> Answered | None:
    """What was answered; None where the order has not arrived."""
    question = select(idempotency).where(
        idempotency.c.organisation == organisation, idempotency.c.verb == verb, idempotency.c.key == key
    )
    row = connection.execute(question).first()
    if row is None:
        return None
    entries = (
        select(tape)
        .where(tape.c.sector == row.sector, tape.c.seq.between(row.first_seq, row.last_seq))
        .order_by(tape.c.seq)
    )
    return Answered([EntryRow(e.sector, e.seq, e.at, e.kind, e.payload) for e in connection.execute(entries)])
