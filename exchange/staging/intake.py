"""The door of this room: what a supplier does with a file. Another supplier's delivery is Unknown to every verb."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from exchange.access.users import User
from exchange.desk import Desk
from exchange.errors import Forbidden, Invalid
from exchange.instant import DAY_US
from exchange.intake.columns import Columns
from exchange.intake.table import open_table
from exchange.intake.unusable import Unusable
from exchange.intake.workbook import as_csv, sheets
from exchange.staging import files, maps, record, rows
from exchange.staging.acquaintance import acquaintance
from exchange.staging.correcting import Correction
from exchange.staging.delivery import TO_CHECK, Delivery, Offer, RowState, StagedRow, mapping_text
from exchange.staging.house import House, check_conversion, check_offer
from exchange.staging.listing import Lister, Plan
from exchange.staging.reader import Reader

FURTHEST_US = 13 * DAY_US
"""How far ahead leads may be planned: what they say is kept a day longer."""
_SAMPLES = 3


class Changed(Invalid):
    """The number of ready rows is another one than the supplier saw on the button."""

    def __init__(self, ready: int) -> None:
        super().__init__("count", f"{ready} rows are ready now")
        self.ready = ready


@dataclass(frozen=True, slots=True)
class Glimpse:
    """The first rows of a file, to tell its columns by."""

    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    """Of each column."""
    sheets: tuple[str, ...] = ()


class Intake:
    """Every verb is for the users of one supplier."""

    def __init__(self, desk: Desk) -> None:
        self.house = House(desk)

    def receive(self, user: User, path: Path, file_name: str) -> str:
        """Keep an uploaded file, sealed; returns the delivery's id. Raises Unusable for what is no table, Forbidden
        for users of firms that bring no leads."""
        if not user.sells:
            raise Forbidden(f"{user.organisation} is no supplier")
        files.check_size(path)
        kind, digest = files.kind_of(path), files.digest_of(path)
        with files.workplace() as folder:
            if kind == "xlsx":
                flat = folder / "sheet.csv"
                as_csv(path, flat, "")
                table = open_table(flat)
                dialect = "XLSX"
            else:
                table = open_table(path)
                dialect = f"{table.delimiter}|{table.encoding}"
        with self.house.writing() as connection:
            delivery_id = record.begin(
                connection,
                supplier=user.organisation,
                user_id=user.user_id,
                file_name=file_name[-120:],
                file_kind=kind,
                dialect=dialect,
                digest=digest,
                now=self.house.now(),
            )
            files.keep(connection, self.house.vault, delivery_id, path)
            record.change(connection, delivery_id, row_count=table.row_count)
        return delivery_id

    def delivery(self, user: User, delivery_id: str) -> Delivery:
        """One of the user's firm; raises Unknown."""
        with self.house.reading() as connection:
            return record.delivery_of(connection, delivery_id, user.organisation)

    def earlier(self, user: User, delivery: Delivery) -> Delivery | None:
        """The delivery the same file came with before."""
        with self.house.reading() as connection:
            return record.same_file(connection, user.organisation, delivery.digest, delivery.delivery_id)

    def glimpse(self, user: User, delivery_id: str, sheet: str = "") -> Glimpse:
        """What the columns of a file that is not read yet are called, and what stands in the first rows."""
        delivery = self._in_state(user, delivery_id, "mapping")
        with files.workplace() as folder:
            path = folder / "file"
            with self.house.reading() as connection:
                files.restore(connection, self.house.vault, delivery_id, path)
            names = tuple(sheets(path)) if delivery.file_kind == "xlsx" else ()
            table, first = files.first_rows(delivery, path, folder, sheet, _SAMPLES)
        samples = (tuple(row[place][:60] for row in first if len(row) > place) for place in range(len(table.header)))
        return Glimpse(table.header, tuple(samples), names)

    def begin_reading(
        self, user: User, delivery_id: str, sector: str, columns: Columns, offer: Offer, *, sheet: str = "",
        save_as: str = "", names: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Say what the columns mean; the rows are then read (`read`). Raises Invalid, Forbidden, Unknown."""
        self._in_state(user, delivery_id, "mapping")
        with self.house.writing() as connection:
            check_offer(offer, self.house.sector(connection, sector))
            if save_as:
                maps.save(connection, user.organisation, sector, save_as, names or {}, columns, self.house.now())
            record.change(
                connection,
                delivery_id,
                sector=sector,
                sheet=sheet,
                mapping=mapping_text(columns),
                **record.terms(offer),
                state="reading",
                beat_at=0,
            )

    def read(self, delivery_id: str) -> bool:
        """Read a file's rows; for a thread of its own. False where another one does."""
        return Reader(self.house).read(delivery_id)

    @contextmanager
    def correcting(self, user: User, delivery_id: str) -> Iterator[Correction]:
        """Change rows of a delivery, all or nothing."""
        with self.house.writing() as connection:
            delivery = record.delivery_of(connection, delivery_id, user.organisation)
            if delivery.state != "open":
                raise Forbidden(f"delivery {delivery_id} is {delivery.state}")
            yield Correction(self.house, connection, delivery, self.house.checker(connection, delivery))

    def counts(self, user: User, delivery_id: str) -> dict[RowState, int]:
        """How many rows are in each state."""
        with self.house.reading() as connection:
            record.delivery_of(connection, delivery_id, user.organisation)
            return rows.counts(connection, delivery_id)

    def set_offer(self, user: User, delivery_id: str, offer: Offer) -> None:
        """Other terms; rows with prices of their own are judged again under them. Raises Invalid."""
        with self.correcting(user, delivery_id) as now:
            check_offer(offer, now.checker.rules.sector)
            check_conversion(now.connection, offer, now.checker.rules.sector)
            record.change(now.connection, delivery_id, **record.terms(offer))
            own = {"start_price", "floor_price", "seats"} & now.delivery.fields
        if own:
            with self.correcting(user, delivery_id) as now:
                for row in rows.numbers(now.connection, delivery_id, "ready"):
                    now.judge_again(row)

    def commit(self, user: User, delivery_id: str, count: int, plan: Plan) -> int:
        """Plan all ready rows, ``count`` of them exactly; raises Changed where they are more or fewer by now.

        Enquirers who were delivered since the check are left out first. Listing is `list_due`.
        """
        if plan.from_at + plan.spread_us > self.house.now() + FURTHEST_US:
            raise Invalid("from_at", "too far ahead")
        self._leave_out_known(user, delivery_id)
        with self.correcting(user, delivery_id) as now:
            ready = rows.numbers(now.connection, delivery_id, "ready")
            if len(ready) != count:
                raise Changed(len(ready))
            return rows.plan(now.connection, delivery_id, plan.instants(ready))

    def call_off(self, user: User, delivery_id: str) -> int:
        """Call a plan off: rows that are not listed yet are ready again; returns how many. Raises Forbidden while some
        are being listed at this moment: whether those are in the market is known only afterwards."""
        with self.house.writing() as connection:
            record.delivery_of(connection, delivery_id, user.organisation)
            worker = record.take(connection, delivery_id, self.house.now())
            if worker is None:
                raise Forbidden(f"leads of {delivery_id} are being listed")
            many = rows.call_off(connection, delivery_id)
            record.let_go(connection, delivery_id, worker)
        return many

    def list_due(self, delivery_id: str) -> int:
        """List what is planned and due; returns how many."""
        return Lister(self.house).list_due(delivery_id)

    def discard(self, user: User, delivery_id: str) -> None:
        """Throw away a delivery of which nothing was listed or planned: what it said is erased at once."""
        with self.house.writing() as connection:
            record.delivery_of(connection, delivery_id, user.organisation)
            found = rows.counts(connection, delivery_id)
            if found["listed"] or found["planned"] or found["held"]:
                raise Forbidden(f"leads of {delivery_id} are listed")
            record.erase(connection, delivery_id)
            record.change(connection, delivery_id, state="discarded", worker="")

    def rest(self, user: User, delivery_id: str) -> Iterator[StagedRow]:
        """Every row that is not clean, thrown-away ones too, opened one page after the other."""
        after, states = 0, (*TO_CHECK, "discarded")
        while page := self._page(user, delivery_id, states, after):
            yield from page
            after = page[-1].row

    def _page(self, user: User, delivery_id: str, states: Sequence[RowState], after: int) -> list[StagedRow]:
        with self.house.reading() as connection:
            record.delivery_of(connection, delivery_id, user.organisation)
            return rows.rows_of(connection, self.house.vault, delivery_id, states, after=after, most=500)

    def _leave_out_known(self, user: User, delivery_id: str) -> None:
        with self.correcting(user, delivery_id) as now:
            after = 0
            while page := rows.rows_of(
                now.connection, self.house.vault, delivery_id, ("ready",), after=after, most=500
            ):
                known = acquaintance(now.connection, now.checker, [row.verdict for row in page])
                for row in page:
                    verdict = known.judge(row.row, row.verdict, now.checker)
                    if verdict != row.verdict:
                        rows.set_verdict(now.connection, delivery_id, row.row, verdict)
                after = page[-1].row

    def _in_state(self, user: User, delivery_id: str, state: str) -> Delivery:
        delivery = self.delivery(user, delivery_id)
        if delivery.state != state:
            raise Forbidden(f"delivery {delivery_id} is {delivery.state}, not {state}")
        return delivery


def said_of(cause: str) -> Unusable:
    """The reason a delivery's file could not be read, as it was kept."""
    name, _, detail = cause.partition("|")
    return Unusable(name, detail)
