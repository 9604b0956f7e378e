"""The door of this room for programs: one lead at once, many in the background; each key is done once (rules.md §10).

A post is a delivery like an uploaded file: the same reader, the same checks, the same lister. What a process that died
left undone, `upkeep` takes up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from time import monotonic, sleep

from sqlalchemy import Connection

from exchange.access.users import User
from exchange.desk import Desk
from exchange.errors import ExchangeError, Forbidden, Invalid, Unknown
from exchange.intake.columns import Columns
from exchange.sector import Sector
from exchange.staging import files, outcomes, posted, record, rows
from exchange.staging.acquaintance import acquaintance
from exchange.staging.answered import Status, kept_outcomes, kept_status, status_of
from exchange.staging.delivery import KEPT, Delivery, Offer, mapping_text
from exchange.staging.house import House, check_offer
from exchange.staging.intake import FURTHEST_US
from exchange.staging.listing import Lister, Plan
from exchange.staging.outcomes import Outcome
from exchange.staging.posted import BATCH, LEAD, Post
from exchange.staging.reader import Reader, Seen
from exchange.staging.record import POSTED
from exchange.staging.sheet import Received

MOST_READING = 20
"""Batches of a supplier that wait to be read."""
PATIENCE_S = 5.0
"""How long a post of one lead waits for its listing when another process has it in hand."""
FIRST_ROW = 2


class TooManyWaiting(ExchangeError):
    """A supplier has as many batches waiting as it may."""

    code = "too_many"


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms leads are listed: their sector, the offer for those without prices of their own, and when.

    ``keep``: leads with hints are listed too, not only clean ones.
    """

    sector: str
    offer: Offer
    plan: Plan = field(default_factory=lambda: Plan(0))
    keep: bool = False


class Posting:
    """Every verb is for the users of one supplier."""

    def __init__(self, desk: Desk) -> None:
        self.house = House(desk)

    def lead(self, user: User, key: str, terms: Terms, texts: Mapping[str, str], reference: str = "") -> Post:
        """Take one lead; it is checked at once, and listed if it is clean. Raises Invalid, Forbidden, KeyReused."""
        order = posted.order_of(
            user.organisation, LEAD, key, terms.sector, astuple(terms.offer), terms.keep, dict(texts), reference
        )
        with self.house.writing() as connection:
            record.alone(connection, user.organisation)
            found = posted.known(connection, order)
            if found is None:
                sector = self._check(connection, user, terms)
                delivery = self._begin(connection, user, terms, sector, POSTED, "1")
                self._write_lead(connection, delivery, {**texts, **({KEPT: "1"} if terms.keep else {})}, reference)
                posted.note(connection, order, delivery.delivery_id, self.house.now())
                found = Post(delivery.delivery_id, "", "", replayed=False)
        self._wait_listed(found.delivery_id)
        return found

    def batch(self, user: User, key: str, terms: Terms, received: Received) -> Post:
        """Take many leads, to be read by `work`. Raises Invalid, Forbidden, KeyReused, TooManyWaiting."""
        order = posted.order_of(
            user.organisation, BATCH, key, terms.sector, astuple(terms.offer), terms.keep, astuple(terms.plan),
            received.digest, mapping_text(received.columns), sorted(received.references.items()),
        )  # fmt: skip
        with self.house.writing() as connection:
            record.alone(connection, user.organisation)
            found = posted.known(connection, order)
            if found is not None:
                return found
            sector = self._check(connection, user, terms)
            if posted.reading_of(connection, user.organisation) >= MOST_READING:
                raise TooManyWaiting(f"{MOST_READING} batches wait to be read")
            delivery = self._begin(connection, user, terms, sector, received.dialect, received.digest, received)
            files.keep(connection, self.house.vault, delivery.delivery_id, received.path)
            posted.name_rows(connection, delivery.delivery_id, received.references)
            told = posted.terms_text(terms.plan)
            posted.note(connection, order, delivery.delivery_id, self.house.now(), terms=told)
            return Post(delivery.delivery_id, told, "", replayed=False)

    def work(self, delivery_id: str) -> None:
        """Read a batch and list what is due of it; for a thread of its own."""
        Reader(self.house).read(delivery_id)
        Lister(self.house).list_due(delivery_id)

    def status(self, user: User, delivery_id: str) -> Status:
        """How far a delivery of the user's firm is, also one that was uploaded on a page; raises Unknown."""
        with self.house.reading() as connection:
            try:
                one = record.delivery_of(connection, delivery_id, user.organisation)
            except Unknown:
                return kept_status(connection, delivery_id, user.organisation)
            return status_of(one, outcomes.progress_of(connection, [delivery_id])[delivery_id], self.house.now())

    def statuses(self, user: User, below: int | None, most: int) -> tuple[list[Status], int | None]:
        """How far the firm's deliveries are, the latest first, and the number of the last one where more follow: files
        uploaded on a page too, leads posted one by one not."""
        with self.house.reading() as connection:
            found = record.deliveries_below(connection, user.organisation, below, most + 1)
            progress = outcomes.progress_of(connection, [one.delivery_id for one in found[:most]])
        told = [status_of(one, progress[one.delivery_id], self.house.now()) for one in found[:most]]
        return told, found[most - 1].number if len(found) > most else None

    def outcomes(
        self, user: User, delivery_id: str, states: Sequence[str] = (), *, after: int = 0, most: int = 100
    ) -> list[Outcome]:
        """What became of the leads of a delivery, beyond a place; raises Unknown."""
        with self.house.reading() as connection:
            try:
                one = record.delivery_of(connection, delivery_id, user.organisation)
            except Unknown:
                return kept_outcomes(connection, delivery_id, user.organisation)
            return outcomes.outcomes_of(connection, one, states, after=after, most=most)

    def check(self, user: User, terms: Terms) -> Sector:
        """The sector of these terms; raises Invalid and Forbidden as a post would."""
        with self.house.reading() as connection:
            return self._check(connection, user, terms)

    def _check(self, connection: Connection, user: User, terms: Terms) -> Sector:
        if not user.sells or user.suspended:
            raise Forbidden(f"{user.organisation} may bring no leads")
        sector = self.house.sector(connection, terms.sector)
        check_offer(terms.offer, sector)
        if terms.plan.from_at + terms.plan.spread_us > self.house.now() + FURTHEST_US:
            raise Invalid("list_at", "too far ahead: thirteen days at most, with the hours they are spread over")
        return sector

    def _begin(
        self, connection: Connection, user: User, terms: Terms, sector: Sector, dialect: str, digest: str,
        received: Received | None = None,
    ) -> Delivery:  # fmt: skip
        now, offer = self.house.now(), terms.offer
        delivery_id = record.begin(
            connection,
            supplier=user.organisation,
            user_id=user.user_id,
            file_name=(received.file_name if received else "") or "API",
            file_kind=received.kind if received else "csv",
            dialect=dialect,
            digest=digest,
            now=now,
        )
        known = ((KEPT, "1"),) if terms.keep else ()
        columns = received.columns if received else Columns((), frozenset(one.key for one in sector.questions))
        columns = Columns(columns.positions, columns.questions, (*columns.constants, *known))
        lead_count = received.lead_count if received else 1
        record.change(
            connection,
            delivery_id,
            sector=sector.code,
            mapping=mapping_text(columns),
            seats=offer.seats,
            start_cents=offer.start_cents,
            floor_cents=offer.floor_cents,
            row_count=lead_count,
            read_rows=0 if received else 1,
            state="reading" if received else "open",
        )
        return record.delivery_of(connection, delivery_id)

    def _write_lead(self, connection: Connection, delivery: Delivery, texts: Mapping[str, str], reference: str) -> None:
        delivery_id, checker = delivery.delivery_id, self.house.checker(connection, delivery)
        verdict = checker.verdict(FIRST_ROW, texts)
        known = acquaintance(connection, checker, [verdict])
        verdict = Seen().judge(FIRST_ROW, verdict, checker, known)
        rows.write_rows(connection, self.house.vault, delivery_id, [(FIRST_ROW, texts, verdict)])
        if reference:
            posted.name_rows(connection, delivery_id, {FIRST_ROW: reference})
        if verdict.state == "ready":
            rows.plan(connection, delivery_id, {FIRST_ROW: self.house.now()})

    def _wait_listed(self, delivery_id: str) -> None:
        """List it, or wait a moment for whoever does; `upkeep` lists what nobody did."""
        until = monotonic() + PATIENCE_S
        while True:
            Lister(self.house).list_due(delivery_id)
            with self.house.reading() as connection:
                due_at = rows.next_planned(connection, delivery_id)
            if due_at is None or due_at > self.house.now() or monotonic() > until:
                return
            sleep(0.05)
