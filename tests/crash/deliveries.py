"""Whether everybody was told of everything, however many couriers died: the spool against the tapes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from exchange.clock import SetClock, SystemClock
from exchange.courier.courier import LOCK_US, Courier
from exchange.courier.file import FileCarrier
from exchange.payload import parse
from exchange.schema import tape
from exchange.store import open_store

TOLD_OF = {"filled": ("lead.bought", "lead.sold"), "claimed": ("claim.filed",)}
"""By kind of entry; an end is told of as a listing's or a bid's."""

Telling = tuple[str, str, int]
"""Topic, sector, number of the entry."""


class Spool:
    """A folder into which the job processes of a house carry its messages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "spool"
        self.config = folder / "house.toml"
        self.config.write_text(f"[courier]\ncarrier = 'file'\nspool = '{self.folder}'\n", encoding="utf-8")

    def finish(self, url: str) -> None:
        """Carry what dead couriers had in hand: their locks have run out by a clock that is set ahead."""
        store = open_store(url, SetClock(SystemClock().now() + LOCK_US))
        try:
            Courier(store, FileCarrier(self.folder, store.clock)).round()
        finally:
            store.close()

    def lines(self) -> list[dict[str, Any]]:
        """Every line that was written; one that is not whole raises."""
        return [json.loads(line) for file in sorted(self.folder.glob("*")) for line in file.read_text().splitlines()]


def untold(connection: Connection, lines: list[dict[str, Any]]) -> list[str]:
    """Entries nobody was told of, messages without an entry, ids that stand for two messages."""
    wanted = set(_wanted(connection))
    told = {(line["topic"], line["sector"], line["seq"]) for line in lines}
    by_id = {line["id"]: line for line in lines}
    found = [f"nobody was told {one}" for one in sorted(wanted - told)]
    found += [f"told of {one}, which is not on the tape" for one in sorted(told - wanted)]
    found += [f"delivery {line['id']} is two messages" for line in lines if by_id[line["id"]] != line]
    found += [f"{len(by_id)} delivery ids for {len(wanted)} tellings"] if len(by_id) != len(wanted) else []
    return found


def _wanted(connection: Connection) -> Iterator[Telling]:
    kinds = tape.c.kind.in_([*TOLD_OF, "expired"])
    for row in connection.execute(select(tape.c.sector, tape.c.seq, tape.c.kind, tape.c.payload).where(kinds)):
        topics = TOLD_OF.get(row.kind) or (f"{parse(row.payload)['thing']}.expired",)
        for topic in topics:
            yield topic, row.sector, row.seq
