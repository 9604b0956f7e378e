"""The command line's line in the audit log: whoever has the host acts as ``cli``."""

from collections.abc import Mapping

from exchange.audit import Hand, Small
from exchange.desk import Desk
from exchange.operators.noting import Line, noting

TERMINAL = Hand("cli")


def noted(desk: Desk, action: str, objects: Mapping[str, Small], after: Mapping[str, Small] | None = None) -> Desk:
    """The desk for one command: what it does is written down in the transaction that does it."""
    return noting(desk, TERMINAL, Line(action, objects, {}, after or {}))
