"""The command line's line in the audit log: whoever has the host acts as ``cli``."""

from collections.abc import Mapping

from exchange.audit import Deed, Hand, Small, log
from exchange.desk import Answer, Desk

TERMINAL = Hand("cli")


def note(
    desk: Desk, action: str, objects: Mapping[str, Small], answer: Answer, after: Mapping[str, Small] | None = None
) -> Answer:
    """Write down what a command had done, with the tape's number; gives the answer back."""
    code = answer.refused.code if answer.refused else ""
    deed = Deed(action, objects, {}, {**(after or {}), "refused": code}, answer.sector, answer.entries[0].seq)
    with desk.store.write_aside() as connection:
        log(connection, TERMINAL, deed, desk.store.clock.now())
    return answer
