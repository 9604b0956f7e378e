"""Files of an invented supplier, and the way through the room: hand in, tell the columns, read."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from exchange.access.users import User, password_of, user_by_id
from exchange.catalogue import SECTORS
from exchange.demo.delivery import Row, draw_rows
from exchange.intake.columns import ColumnMap, match
from exchange.staging import Intake, Offer
from tests.web.market import NOW, Market

NORD = "p.nord@quelle.example"
OFFER = Offer(3, 4800, 1650)


def drawn(count: int, seed: int = 5, sector: str = "pv") -> list[Row]:
    """So many good rows."""
    return list(draw_rows(seed, SECTORS[sector], NOW, count))


def spoiled(rows: Sequence[Row], *faults: tuple[int, str, str]) -> list[Row]:
    """The same rows with other texts: place, column, text."""
    found = [dict(row) for row in rows]
    for place, column, text in faults:
        found[place][column] = text
    return found


def write(path: Path, rows: Iterable[Row], *, encoding: str = "utf-8", delimiter: str = ";") -> Path:
    """A file as a supplier's system writes it."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        for number, row in enumerate(rows):
            if number == 0:
                writer.writerow(row)
            writer.writerow(row.values())
    return path


def user(market: Market, email: str = NORD) -> User:
    """Somebody of the painted market."""
    with market.desk.store.read() as connection:
        known = password_of(connection, email)
        assert known is not None
        found = user_by_id(connection, known[0])
    assert found is not None
    return found


def deliver(intake: Intake, who: User, path: Path, *, offer: Offer = OFFER, sector: str = "pv") -> str:
    """Hand a file in with its columns as they are recognised, and read it."""
    delivery_id = intake.receive(who, path, path.name)
    tell_columns(intake, who, delivery_id, offer=offer, sector=sector)
    assert intake.read(delivery_id)
    return delivery_id


def tell_columns(intake: Intake, who: User, delivery_id: str, *, offer: Offer = OFFER, sector: str = "pv") -> None:
    """The columns as they are recognised."""
    found = match(intake.glimpse(who, delivery_id).header, SECTORS[sector], ColumnMap())
    intake.begin_reading(who, delivery_id, sector, found, offer)


def counted(intake: Intake, who: User, delivery_id: str) -> dict[str, int]:
    """How many rows are in each state, those that are none left out."""
    return {state: many for state, many in intake.counts(who, delivery_id).items() if many}
