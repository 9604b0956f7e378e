"""Rounds of many clients who want the same: one seat, a few seats, one firm's last money.

Several stores stand for several processes: each has its own books and its own locks, half of them combine orders. Bids
fall due at the instant the clients are let go, and an alarm clock wakes meanwhile.
"""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from threading import Barrier, Event

from sqlalchemy import select

from exchange.calendars import make_calendar
from exchange.clock import SystemClock
from exchange.desk import Desk, OfferedLead, Queue
from exchange.errors import ExchangeError
from exchange.instant import DAY_US, SECOND_US
from exchange.orderbook.order import Arm
from exchange.pricing.curve import Curve, CurveVersion, Linear
from exchange.schema import sales
from exchange.store import Busy, open_store
from exchange.store.proof import prove
from tests.contention.history import SOLD, History, Seat

SECTORS = ("bu", "pv")
START_CENTS, FLOOR_CENTS, TICK_CENTS, VAT_BP = 9_000, 3_000, 50, 1_900
DEAREST_CENTS = 10_710
"""The first ask with VAT."""
MOST_SEATS = 5
BIDDERS = tuple(f"bidder{number:02}" for number in range(16))
_CURVE = CurveVersion(1, "twenty seconds", Curve(Linear(), 20 * SECOND_US, 0, 0))
_EARLY_US = tuple(range(0, 90_000, 10_000))
"""How long before the step the clients are let go, round after round: sometimes they come first, sometimes the bids."""

Listing = tuple[str, str, int]
"""Sector, id, seats."""


class Rounds:
    """One database, some stores on it, and as many buyers as clients."""

    def __init__(self, url: str, *, clients: int = 64, stores: int = 4, queue: type[Queue] = Queue) -> None:
        self.clients = clients
        self.desks = [Desk(open_store(url, create=place == 0)) for place in range(stores)]
        for desk in self.desks[::2]:
            desk.queue = queue()
        self.desk = self.desks[0]
        self.buyers = [f"buyer{number:02}" for number in range(clients)]
        self._number = 0
        self._found_market()

    def exclusive(self) -> History:
        """All clients want the one seat of one listing, and so does a bid."""
        return self._play(self._offer("pv", 1, bids=1), self.buyers, {})

    def shared(self) -> History:
        """All clients want one of a few seats, and so do two bids."""
        return self._play(self._offer("pv", MOST_SEATS, bids=2), self.buyers, {})

    def due(self) -> History:
        """Sixteen bids fall due in one instant for a few seats, and all clients want them too."""
        history = self._play(self._offer("pv", MOST_SEATS, bids=len(BIDDERS)), self.buyers, {})
        for bidder in BIDDERS:
            self.desk.cancel_all("pv", buyer=bidder)
        return history

    def wallet(self) -> History:
        """All clients spend one firm's money, enough for three, on listings of two sectors; bids want some of them."""
        self._number += 1
        poor, money = f"poor{self._number}", 3 * DEAREST_CENTS + 5_000
        self.desk.join(poor, name=poor, buyer=True)
        self.desk.deposit(poor, amount_cents=money)
        offered = [self._offer(sector, 1, bids=2, listings=self.clients // 2) for sector in SECTORS]
        return self._play(
            [one for both in zip(*offered, strict=True) for one in both], [poor] * self.clients, {poor: money}
        )

    def proven(self) -> int:
        """Everything replayed and compared; returns the number of entries. Raises TapeBroken."""
        with self.desk.store.read() as connection:
            return sum(one.entries for one in prove(connection))

    def close(self) -> None:
        for desk in self.desks:
            desk.store.close()

    # --- one round -----------------------------------------------------------------------------------------

    def _play(self, listings: list[Listing], buyers: list[str], before: dict[str, int]) -> History:
        history = History(before_cents=before)
        for _, name, seats in listings:
            history.seats[name], history.dearest_cents[name] = seats, DEAREST_CENTS
        over = Event()
        with ThreadPoolExecutor(1) as pool, ExitStack() as ending:
            ending.callback(over.set)
            pool.submit(self._wake, over)
            self._compete(listings, buyers, history)
        self._look(history)
        return history

    def _compete(self, listings: list[Listing], buyers: list[str], history: History) -> None:
        """Let all clients go at once and wait for them."""
        gate = Barrier(self.clients + 1)
        with ThreadPoolExecutor(self.clients) as pool:
            clients = [
                pool.submit(self._client, place, buyer, listings[place % len(listings)], history, gate)
                for place, buyer in enumerate(buyers)
            ]
            self._await_step(*listings[-1][:2])
            gate.wait(60)
            for client in clients:
                client.result()

    def _client(self, place: int, buyer: str, listing: Listing, history: History, gate: Barrier) -> None:
        desk = self.desks[place % len(self.desks)]
        gate.wait(60)
        history.record(buyer, listing[1], lambda: buy_as(desk, place, buyer, listing))

    def _wake(self, over: Event) -> None:
        """An alarm clock in a process of its own."""
        desk = self.desks[-1]
        while not over.is_set():
            for sector in SECTORS:
                with suppress(Busy):
                    desk.settle(sector)
            over.wait(0.02)

    def _await_step(self, sector: str, listing_id: str) -> None:
        """Until shortly before the next step of a listing, at which its bids fall due."""
        step = self.desk.schedule_of(sector, listing_id).next_step(SystemClock().now())
        early_us = _EARLY_US[self._number % len(_EARLY_US)]
        if step is not None:
            time.sleep(max(0, step[0] - early_us - SystemClock().now()) / SECOND_US)

    def _look(self, history: History) -> None:
        with self.desk.store.read() as connection:
            rows = connection.execute(select(sales).where(sales.c.listing_id.in_(list(history.seats)))).all()
        history.sold = [
            Seat(row.listing_id, row.seat, row.buyer, row.ask_cents + row.vat_cents, row.bid_id is not None)
            for row in rows
        ]
        for buyer in history.before_cents:
            history.after_cents[buyer] = self.desk.balance(buyer).available_cents

    # --- the market ----------------------------------------------------------------------------------------

    def _found_market(self) -> None:
        for sector in SECTORS:
            self.desk.open_sector(
                sector,
                tick_cents=TICK_CENTS,
                most_seats=MOST_SEATS,
                fee_bp=1_000,
                vat_bp=VAT_BP,
                calendar=make_calendar(1, []),
                arms=(Arm(_CURVE, 10_000),),
            )
        self.desk.join("nord", name="Nord", supplier=True)
        for firm in (*self.buyers, *BIDDERS):
            self.desk.join(firm, name=firm, buyer=True)
            self.desk.deposit(firm, amount_cents=10**10)

    def _offer(self, sector: str, seats: int, *, bids: int, listings: int = 1) -> list[Listing]:
        """Listings that have not fallen yet, and bids that their first step makes able."""
        self._number += 1
        leads = [
            OfferedLead(
                listing_id=f"L{self._number}-{place}",
                region="DE-BY",
                postcode="86150",
                seats=seats,
                start_cents=START_CENTS,
                floor_cents=FLOOR_CENTS,
                asked_at=SystemClock().now() - DAY_US,
            )
            for place in range(listings)
        ]
        for answer in self.desk.list_leads(sector, supplier="nord", leads=leads):
            if isinstance(answer, ExchangeError):
                raise answer
        for bidder in BIDDERS[:bids]:
            limit = START_CENTS - TICK_CENTS
            self.desk.place(sector, bid_id=f"B{self._number}-{bidder}", buyer=bidder, limit_cents=limit, quantity=1)
        return [(sector, lead.listing_id, seats) for lead in leads]


def buy_as(desk: Desk, place: int, buyer: str, listing: Listing) -> tuple[str, str, int, int]:
    """One client's attempt: what was said, to whom, the seat and its gross price."""
    sector, name, _ = listing
    answer = desk.buy(sector, buyer=buyer, listing_id=name, most_cents=START_CENTS, key=f"{name}-{place}")
    if answer.refused is not None:
        reason = f":{answer.refused.reason}" if answer.refused.reason else ""
        return answer.refused.code + reason, answer.refused.who, 0, 0
    (fill,) = (one for one in answer.fills if one.bid_id is None)
    return SOLD, fill.buyer, fill.seat, fill.ask_cents + fill.vat_cents


def sold_out(histories: Iterable[History]) -> list[str]:
    """Listings of which not exactly the seats were sold."""
    return [
        f"{listing}: {sum(one.listing == listing for one in history.sold)} of {seats} seats sold"
        for history in histories
        for listing, seats in history.seats.items()
        if sum(one.listing == listing for one in history.sold) != seats
    ]
