"""How many listings are open, sector by sector, under any filters: what the tabs of the board say.

Counting a hundred thousand rows for every page would be the dearest thing on it. So a process keeps the open
listings counted by what never changes of them (sector, region, first postcode digits, seats, whom the consent names)
and moves the counts along with the tapes: every question sees the counts at its own transaction's position, so they
equal the rows beside them. Asks, ages and answers do change or are too many to count ahead: they are counted in SQL.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from threading import Lock

from sqlalchemy import Connection, and_, func, or_, select

from exchange.instant import Instant
from exchange.lead import ANYONE
from exchange.money import Cents
from exchange.reports.question import MASKED_DIGITS, Question, Viewer, covers, is_open, wanted
from exchange.reports.tapes import Position, position
from exchange.schema import listings, recipients, sectors, tape

MOST_FOLLOWED = 5_000
"""Entries read one by one; who is further behind counts anew."""

_KINDS = ("listed", "filled", "expired", "withdrawn", "converted")
_EVERYONE = frozenset({ANYONE})
_STATIC = (
    listings.c.sector,
    listings.c.region,
    func.substr(listings.c.postcode, 1, MASKED_DIGITS).label("area"),
    (listings.c.seats == 1).label("exclusive"),
)


@dataclass(frozen=True, slots=True)
class SectorCount:
    """What is open of a sector under the filters, and the lowest ask."""

    sector: str
    count: int
    lowest_cents: Cents


@dataclass(frozen=True, slots=True)
class Cell:
    """What listings that are counted together have in common."""

    sector: str
    region: str
    area: str
    exclusive: bool
    named: frozenset[str]

    def shown(self, viewer: Viewer, asked: Question) -> bool:
        """Whether this viewer sees these listings under these filters."""
        return (
            (ANYONE in self.named or viewer.organisation in self.named)
            and (not asked.regions or self.region in asked.regions)
            and (not asked.postcodes or self.area.startswith(tuple(p[:MASKED_DIGITS] for p in asked.postcodes)))
            and (not asked.seats or (asked.seats == "exclusive") == self.exclusive)
        )


class Shelf:
    """The open listings of a database, counted; one per process. Threads take turns."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._position: Position | None = None
        self._cells: Counter[Cell] = Counter()
        self._answers: dict[tuple[str, Question], dict[str, int]] = {}

    def counts(self, connection: Connection, viewer: Viewer, asked: Question, now: Instant) -> list[SectorCount]:
        """Per sector what the filters leave, whichever sector is looked at; answers count where they are asked."""
        found = self._everywhere(connection, viewer, asked.anywhere(), now)
        if not asked.conditions:
            return found
        here = _counted(connection, viewer, replace(asked, after=None, ids=()), now)
        return [one for one in found if one.sector != asked.sector] + here

    def _everywhere(self, connection: Connection, viewer: Viewer, asked: Question, now: Instant) -> list[SectorCount]:
        if asked.small_area:
            return _listed(connection, viewer, asked, now)
        with self._lock:
            self._follow(connection)
            everything = asked.only_price and self._sees_everything(viewer)
            many = dict(self._answer(viewer, asked)) if asked.standing else {}
        if everything:
            many = _below(connection, asked.most_cents)
        elif not asked.standing:
            return _counted(connection, viewer, asked, now)
        for sector, over in _over(connection, viewer, asked, now).items():
            many[sector] = many.get(sector, 0) - over
        lowest = _lowest(connection, viewer, asked, now, [sector for sector, n in many.items() if n > 0])
        return [SectorCount(sector, many[sector], cents) for sector, cents in lowest.items()]

    def _answer(self, viewer: Viewer, asked: Question) -> dict[str, int]:
        key = (viewer.organisation, asked)
        if key not in self._answers:
            found: Counter[str] = Counter()
            for cell, many in self._cells.items():
                if cell.shown(viewer, asked):
                    found[cell.sector] += many
            self._answers[key] = dict(found)
        return self._answers[key]

    def _sees_everything(self, viewer: Viewer) -> bool:
        return all(ANYONE in cell.named or viewer.organisation in cell.named for cell in self._cells)

    def _follow(self, connection: Connection) -> None:
        """Bring the counts to where this transaction sees the tapes; never backwards."""
        heads = position(connection)
        if self._position is None:
            self._count_anew(connection, heads)
            return
        behind = {s: self._position.get(s, 0) for s, seq in heads.items() if seq > self._position.get(s, 0)}
        if not behind:
            return
        entries = _moved(connection, behind)
        if len(entries) > MOST_FOLLOWED:
            self._count_anew(connection, heads)
            return
        self._apply(connection, entries)
        self._position = {**self._position, **{sector: heads[sector] for sector in behind}}

    def _apply(self, connection: Connection, entries: list[tuple[str, int]]) -> None:
        cells = _cells_of(connection, {listing_id for listing_id, _ in entries})
        for listing_id, by in entries:
            cell = cells[listing_id]
            self._cells[cell] += by
            if not self._cells[cell]:
                del self._cells[cell]
        if entries:
            self._answers.clear()

    def _count_anew(self, connection: Connection, heads: Position) -> None:
        self._answers.clear()
        self._cells = Counter()
        counted = select(*_STATIC, func.count().label("many")).where(
            listings.c.state == "open", listings.c.for_everyone
        )
        for row in connection.execute(counted.group_by(*_STATIC)):
            self._cells[Cell(row.sector, row.region, row.area, bool(row.exclusive), _EVERYONE)] = row.many
        by_name = select(listings.c.listing_id).where(listings.c.state == "open", ~listings.c.for_everyone)
        for cell in _cells_of(connection, [row.listing_id for row in connection.execute(by_name)]).values():
            self._cells[cell] += 1
        self._position = heads


def _moved(connection: Connection, behind: Position) -> list[tuple[str, int]]:
    """Listings that came (+1) and went (-1) since these positions."""
    after = or_(*(and_(tape.c.sector == sector, tape.c.seq > seq) for sector, seq in behind.items()))
    question = select(tape.c.kind, tape.c.payload).where(after, tape.c.kind.in_(_KINDS)).limit(MOST_FOLLOWED + 1)
    found = []
    for row in connection.execute(question):
        said = json.loads(row.payload)
        if row.kind == "listed":
            found.append((said["listing_id"], 1))
        elif row.kind in ("withdrawn", "converted") or (row.kind == "filled" and said["sold_out"]):
            found.append((said["listing_id"], -1))
        elif row.kind == "expired" and said["thing"] == "listing":
            found.append((said["name"], -1))
    return found


def _cells_of(connection: Connection, ids: Iterable[str]) -> dict[str, Cell]:
    wanted_ids, found = sorted(ids), {}
    for start in range(0, len(wanted_ids), 500):
        some = wanted_ids[start : start + 500]
        named: dict[str, set[str]] = {}
        for row in connection.execute(select(recipients).where(recipients.c.listing_id.in_(some))):
            named.setdefault(row.listing_id, set()).add(row.organisation)
        static = select(listings.c.listing_id, listings.c.for_everyone, *_STATIC)
        for row in connection.execute(static.where(listings.c.listing_id.in_(some))):
            scope = _EVERYONE if row.for_everyone else frozenset(named.get(row.listing_id, ()))
            found[row.listing_id] = Cell(row.sector, row.region, row.area, bool(row.exclusive), scope)
    return found


def _over(connection: Connection, viewer: Viewer, asked: Question, now: Instant) -> dict[str, int]:
    """Open listings whose time is over and whose sector has not been settled since: no row shows them."""
    due = (listings.c.state == "open", listings.c.next_at <= now, listings.c.expires_at <= now)
    question = select(listings.c.sector).where(*due, covers(viewer), *wanted(asked, now))
    return Counter(connection.execute(question).scalars())


def _below(connection: Connection, most_cents: Cents | None) -> dict[str, int]:
    """Open listings at or below an ask, whoever may see them: sector by sector from one index alone."""
    found = {}
    for sector in connection.execute(select(sectors.c.sector)).scalars():
        below = (listings.c.sector == sector, listings.c.state == "open", listings.c.ask_cents <= most_cents)
        found[sector] = connection.execute(select(func.count()).select_from(listings).where(*below)).scalar_one()
    return found


def _lowest(
    connection: Connection, viewer: Viewer, asked: Question, now: Instant, codes: Iterable[str]
) -> dict[str, Cents]:
    """The lowest ask of each of these sectors: the first of the index that fits."""
    found = {}
    for sector in codes:
        cheapest = (
            select(listings.c.ask_cents)
            .where(listings.c.sector == sector, is_open(asked, now), covers(viewer), *wanted(asked, now))
            .order_by(listings.c.ask_cents, listings.c.listing_id)
            .limit(1)
        )
        cents = connection.execute(cheapest).scalar()
        if cents is not None:
            found[sector] = cents
    return found


def _listed(connection: Connection, viewer: Viewer, asked: Question, now: Instant) -> list[SectorCount]:
    """A small area's listings, counted as they come: grouped in SQL, a planner may walk the whole market."""
    question = select(listings.c.sector, listings.c.ask_cents)
    asks: dict[str, list[Cents]] = {}
    for row in connection.execute(question.where(is_open(asked, now), covers(viewer), *wanted(asked, now))):
        asks.setdefault(row.sector, []).append(row.ask_cents)
    return [SectorCount(sector, len(found), min(found)) for sector, found in asks.items()]


def _counted(connection: Connection, viewer: Viewer, asked: Question, now: Instant) -> list[SectorCount]:
    question = (
        select(listings.c.sector, func.count().label("n"), func.min(listings.c.ask_cents).label("lowest"))
        .where(is_open(asked, now), covers(viewer), *wanted(asked, now))
        .group_by(listings.c.sector)
    )
    return [SectorCount(row.sector, row.n, row.lowest) for row in connection.execute(question)]
