"""A sector with many open listings, and a bare copy of its database to compare with: what `bulk` measures on.

The copy is written to by plain statements of the driver, with the same tables, indexes, triggers and rows.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import Table, select, text
from sqlalchemy.dialects import postgresql

from exchange.calendars import make_calendar
from exchange.claims import ClaimRules
from exchange.clock import SetClock
from exchange.desk import Desk, OfferedLead
from exchange.errors import ExchangeError
from exchange.instant import DAY_US, HOUR_US, Instant, from_text
from exchange.lead import Consent, ConsentScope, Contact
from exchange.orderbook.order import Arm
from exchange.pricing.curve import Curve, CurveVersion, Linear
from exchange.schema import consents, contacts, fingerprints, idempotency, leads, listings, tape
from exchange.sector import REGIONS
from exchange.store import open_store
from exchange.store.copying import back_up
from exchange.vault import development_vault
from tests.postgres import OwnPostgres

BEGUN: Instant = from_text("2026-03-04T12:00:00Z")
_REGIONS = tuple(REGIONS)
HOURLY = CurveVersion(1, "a tick an hour", Curve(Linear(), 120 * HOUR_US, 0, 0))
SLOW = CurveVersion(2, "a year", Curve(Linear(), 365 * DAY_US, 0, 0))
TICK_CENTS, HOURLY_FALL_CENTS = 50, 120 * 50
WORDING = "Ich willige ein, dass die Beispielportal GmbH meine Angaben an Versicherungsmakler weitergibt. " * 3


Ask = tuple[str, int, int | None]
"""A listing's id, ask and next step as its row has them."""


class Floor(Protocol):
    """A bare connection to the copy."""

    def update(self, due: Instant) -> None:
        """Lower every listing due at an instant by one tick, with its next step: one statement, one commit."""

    def insert(self, batches: Sequence[dict[str, list[tuple[Any, ...]]]]) -> None:
        """Insert the rows of each batch, table by table; a commit each."""

    def asks(self) -> list[Ask]:
        """What every listing shows, and until when."""

    def close(self) -> None:
        """Let go of the copy."""


_ASKS = "SELECT listing_id, ask_cents, next_at FROM listings"

_LOWER = (
    f"UPDATE listings SET ask_cents = ask_cents - {TICK_CENTS}, next_at = next_at + {HOUR_US} "  # noqa: S608
    "WHERE state = 'open' AND next_at = {}"
)
_PG = postgresql.dialect()  # type: ignore[no-untyped-call]
_WRITTEN: tuple[Table, ...] = (tape, leads, contacts, consents, fingerprints, listings, idempotency)


class SqliteFloor:
    """Prepared statements of the driver, run over many rows."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    @contextmanager
    def _begun(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        yield
        self._connection.execute("COMMIT")

    def update(self, due: Instant) -> None:
        with self._begun():
            self._connection.execute(_LOWER.format("?"), (due,))

    def insert(self, batches: Sequence[dict[str, list[tuple[Any, ...]]]]) -> None:
        for batch in batches:
            with self._begun():
                for table in _WRITTEN:
                    marks = ", ".join("?" for _ in table.columns)
                    self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", batch[table.name])  # noqa: S608

    def asks(self) -> list[Ask]:
        return self._connection.execute(_ASKS).fetchall()

    def close(self) -> None:
        self._connection.close()


class PostgresFloor:
    """One INSERT a table, its rows as one array a column, in binary: as text the driver quotes each value by itself."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url)

    def update(self, due: Instant) -> None:
        self._connection.execute(_LOWER.format("%s"), (due,))  # type: ignore[arg-type]
        self._connection.commit()

    def insert(self, batches: Sequence[dict[str, list[tuple[Any, ...]]]]) -> None:
        for batch in batches:
            for table in _WRITTEN:
                if rows := batch[table.name]:
                    marks = ", ".join(f"%b::{column.type.compile(_PG)}[]" for column in table.columns)
                    names = ", ".join(f'"{column.name}"' for column in table.columns)
                    columns = [list(column) for column in zip(*rows, strict=True)]
                    bare = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({marks})"  # noqa: S608
                    self._connection.execute(bare, columns)  # type: ignore[arg-type]
            self._connection.commit()

    def asks(self) -> list[Ask]:
        found: list[Ask] = self._connection.execute(_ASKS).fetchall()
        self._connection.commit()
        return found

    def close(self) -> None:
        self._connection.close()


class Warehouse:
    """The sector at a clock that stands where it is set: nothing falls due while a figure is taken."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = SetClock(BEGUN)
        self.desk = Desk(open_store(url, self.clock, create=True, vault=development_vault()))
        self.desk.open_sector(
            "pv",
            tick_cents=TICK_CENTS,
            most_seats=3,
            fee_bp=1_000,
            vat_bp=1_900,
            calendar=make_calendar(1, []),
            claims=ClaimRules(),
            arms=(Arm(SLOW, 10_000),),
            versions=(HOURLY,),
        )
        self.desk.join("nord", name="Nord", supplier=True)
        self.desk.join("sued", name="Süd", buyer=True)
        self.desk.deposit("sued", amount_cents=10**12)

    def stock(self, falling: int, resting: int) -> None:
        """Open listings: so many that fall at every full hour from now, and so many whose steps lie elsewhere."""
        self.list_([offered(f"F{number}", number, curve=HOURLY.number) for number in range(falling)])
        self.list_([offered(f"R{number}", number, curve=SLOW.number) for number in range(resting)])

    def list_(self, batch: Sequence[OfferedLead], key: str | None = None) -> None:
        """List a batch; raises what any of its leads was answered at the door."""
        for answer in self.desk.list_leads("pv", supplier="nord", leads=batch, key=key):
            if isinstance(answer, ExchangeError):
                raise answer

    def place(self, bid_id: str, **terms: Any) -> None:
        """A standing bid that fills nothing."""
        answer = self.desk.place("pv", bid_id=bid_id, buyer="sued", quantity=1, **terms)
        if answer.fills:
            raise AssertionError(answer)

    def written(self, after: int, at_once: int) -> list[dict[str, list[tuple[Any, ...]]]]:
        """The rows of what was listed after an entry of the tape, in stretches of so many leads."""
        with self.desk.store.read() as connection:
            ids = select(listings.c.lead_id).where(listings.c.seq > after).order_by(listings.c.seq)
            order = {lead_id: place // at_once for place, lead_id in enumerate(connection.execute(ids).scalars())}
            found: list[dict[str, list[tuple[Any, ...]]]]
            found = [{table.name: [] for table in _WRITTEN} for _ in range(max(order.values()) + 1)]
            by_seq = {tape: "seq", idempotency: "first_seq"}
            for table in _WRITTEN:
                column = by_seq.get(table)
                wanted = select(table)
                wanted = (
                    wanted.where(table.c.lead_id.in_(ids))
                    if column is None
                    else wanted.where(table.c.sector == "pv", table.c[column] > after).order_by(table.c[column])
                )
                for row in connection.execute(wanted):
                    place = order[row.lead_id] if column is None else (row._mapping[column] - after - 1) // 2 // at_once
                    found[place][table.name].append(tuple(row))
            return found

    def asks(self) -> list[Ask]:
        """What every listing shows, and until when."""
        with self.desk.store.read() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(text(_ASKS))]

    @property
    def head_seq(self) -> int:
        """The number of the tape's last entry."""
        with self.desk.store.read() as connection:
            seq: int = connection.execute(text("SELECT head_seq FROM heads WHERE sector = 'pv'")).scalar_one()
            return seq

    def copied(self, server: OwnPostgres | None, name: str) -> Floor:
        """A bare connection to a copy of the database as it is now."""
        if server is None:
            file = Path(str(self.desk.store.engine.url.database)).with_name(f"{name}.db")
            back_up(self.desk.store.engine, file)
            return SqliteFloor(file)
        self.desk.store.engine.dispose()
        server.create(name, self.desk.store.engine.url.database or "")
        return PostgresFloor(server.url_of(name))


def offered(
    name: str, number: int, *, curve: int | None = None, contact: Contact | None = None, proof: Consent | None = None
) -> OfferedLead:
    """A lead of the mix: prices on the grid, regions and postcodes all over the country."""
    area = number % 98 + 1
    start = TICK_CENTS * (160 + number % 80)
    return OfferedLead(
        listing_id=name,
        region=_REGIONS[area % 16],
        postcode=f"{area:02d}{number % 997:03d}",
        seats=(1, 1, 3)[number % 3],
        start_cents=start,
        floor_cents=start - HOURLY_FALL_CENTS,
        asked_at=BEGUN - HOUR_US,
        answers=(("kwh", str(1_000 + number % 8_000)), ("roof", ("flat", "pitched")[number % 2])),
        curve=curve,
        contact=contact,
        proof=proof,
        source="form",
    )


def supplied(batch: int, size: int) -> list[OfferedLead]:
    """A supplier's batch as it comes in: with contact data and proof of consent, people invented."""
    found = []
    for number in range(size):
        name = f"N{batch}-{number}"
        person = Contact(
            first_name="Erika",
            last_name=f"Muster{number}",
            phone=f"+49302312{number:05d}{batch:03d}",
            email=f"{name.lower()}@example.org",
            street=f"Musterweg {number % 200}",
            postcode=f"{number % 98 + 1:02d}{number % 997:03d}",
            city="Musterstadt",
        )
        scope = ConsentScope(product="pv", channels=("phone", "mail"))
        agreed = Consent(WORDING, "2026-01", BEGUN - HOUR_US, "https://example.org/pv", "192.0.2.1", scope)
        found.append(offered(name, number, contact=person, proof=agreed))
    return found
