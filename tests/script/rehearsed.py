"""A script played in memory, for tests that look at what came of it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from exchange.clock import SetClock
from exchange.desk import Desk
from exchange.script.parser import parse_script
from exchange.script.rehearsal import Rehearsal
from exchange.script.report import Report, rehearse
from exchange.store import open_store
from exchange.vault import Vault


@contextmanager
def rehearsal(text: str, *, late: bool = False) -> Iterator[Rehearsal]:
    """A script and an empty desk to play it on."""
    clock = SetClock(0)
    with closing(open_store("sqlite://", clock, create=True, vault=Vault({1: bytes(32)}))) as store:
        yield Rehearsal(parse_script(text, "day.txt"), Desk(store), clock, late=late)


def report(text: str, *, late: bool = False) -> Report:
    """What a rehearsal of this script says."""
    with rehearsal(text, late=late) as played:
        return rehearse(played)
