"""A verb of the desk with its line in the audit log, both in one transaction: neither is there without the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from exchange.audit import Deed, Hand, Small, log
from exchange.desk import Desk
from exchange.instant import Instant
from exchange.orderbook.outcome import Refused
from exchange.tape import Numbered


@dataclass(frozen=True, slots=True)
class Line:
    """What the log will say; tape, number and the refusal's code are known only once it was decided."""

    action: str
    objects: Mapping[str, Small]
    before: Mapping[str, Small] = field(default_factory=dict)
    after: Mapping[str, Small] = field(default_factory=dict)


def noting(desk: Desk, hand: Hand, line: Line) -> Desk:
    """The desk for one verb that somebody is to answer for. A verb answered at the door leaves no line."""

    def write(connection: Connection, sector: str, decided: Sequence[Numbered], at: Instant) -> None:
        refused = next((value for _, _, value in decided if isinstance(value, Refused)), None)
        after = {**line.after, "refused": refused.code if refused else ""}
        deed = Deed(line.action, line.objects, line.before, after, sector, decided[0][1])
        log(connection, hand, deed, at)

    return desk.noting(write)
