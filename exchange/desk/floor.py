"""The one path of every order: known keys first, then one transaction on the sector, or on the house."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from random import uniform
from time import sleep
from typing import TypeVar

from exchange.desk.answer import Answer, replayed
from exchange.desk.queue import Queue
from exchange.desk.request import Request
from exchange.desk.session import Session, Spoiled, spenders
from exchange.errors import ExchangeError, KeyReused, Unknown
from exchange.house import HouseOrder, SetCreditLine, decide_house
from exchange.member import HOUSE
from exchange.orderbook.outcome import Decided
from exchange.store import Busy, Conflict, Store, Transaction
from exchange.store.keys import Key, answered
from exchange.store.tapes import read_entries
from exchange.vault import Vault

T = TypeVar("T")

TRIES = 5

Result = Answer | ExchangeError
"""An answer, or what was answered at the door: nothing changed, no entry was made."""


class Floor:
    """Base of the desk: everything that asks something of a sector goes through `submit`."""

    def __init__(self, store: Store, vault: Vault | None = None, *, queue: Queue | None = None) -> None:
        """With a ``queue`` the orders of several threads for one sector share a commit."""
        self.store = store
        self.queue = queue
        if vault is not None:
            store.vault = vault

    @property
    def vault(self) -> Vault | None:
        """Where contact data is kept; the store's."""
        return self.store.vault

    def submit(self, sector: str, requests: Sequence[Request], *, opening: bool = False) -> list[Result]:
        """Decide requests of one sector in order of arrival, all in one transaction at one instant.

        Each sees what the one before did. Known idempotency keys are answered first, before anything is settled or
        locked. A constraint violation rolls the transaction back, and each request is then tried once alone.
        """
        results: list[Result | None] = [self._answered(asked.key) for asked in requests]
        fresh = [asked for asked, result in zip(requests, results, strict=True) if result is None]
        decided = iter(self._queued(sector, fresh, opening=opening) if fresh else ())
        return [result if result is not None else next(decided) for result in results]

    def ask(self, sector: str, request: Request, *, opening: bool = False) -> Answer:
        """`submit` for one request; raises what is answered at the door."""
        (result,) = self.submit(sector, [request], opening=opening)
        if isinstance(result, ExchangeError):
            raise result
        return result

    def ask_house(self, request: Request, *, name: str | None = None) -> Answer:
        """One order of the house's own tape; ``name`` is the firm's, which no tape carries."""
        known = self._answered(request.key)
        if known is not None:
            return known
        return again_if_busy(lambda: self._ask_house(request, name))

    def _ask_house(self, request: Request, name: str | None) -> Answer:
        order: HouseOrder = request.order
        spending = [order.organisation] if isinstance(order, SetCreditLine) else []
        with self._begun(HOUSE, spending) as tx:
            house = tx.house([order.organisation])
            if isinstance(order, SetCreditLine) and order.organisation in house.members:
                order = replace(order, facts=tx.wallets[order.organisation].facts)
            decided = decide_house(house, order, tx.now)
            stretch = None if request.key is None else tx.answered(request.key)
            if stretch is not None:
                return replayed(HOUSE, tx.entries(stretch))
            tx.record_house(decided, {order.organisation: name} if name else None)
            if request.key is not None:
                tx.answer(request.key, HOUSE, decided)
        return Answer(HOUSE, tuple(decided))

    def settle(self, sector: str) -> tuple[Decided, ...]:
        """Write what fell due in a sector up to now; what the scheduler does, and every order before it acts."""
        return again_if_busy(lambda: self._settle(sector))

    def _settle(self, sector: str) -> tuple[Decided, ...]:
        with self.store.begin([sector]) as tx:
            return tuple(Session(tx, sector).settle())

    def _answered(self, key: Key | None) -> Answer | None:
        """The answer a key has already; None also where it was for another request, which `Session` then says."""
        if key is None:
            return None
        with self.store.read() as connection:
            try:
                stretch = answered(connection, key)
            except KeyReused:
                return None
            if stretch is None:
                return None
            entries = read_entries(connection, stretch.sector, stretch.first_seq, stretch.last_seq)
            return replayed(stretch.sector, entries)

    def _queued(self, sector: str, requests: Sequence[Request], *, opening: bool) -> list[Result]:
        if self.queue is None or opening:
            return self._decided(sector, requests, opening=opening)
        return self.queue.ask(sector, requests, lambda all_: self._decided(sector, all_, opening=False))

    def _decided(self, sector: str, requests: Sequence[Request], *, opening: bool) -> list[Result]:
        try:
            return again_if_busy(lambda: self._together(sector, requests, opening=opening))
        except Spoiled as spoiled:
            if len(requests) == 1:
                return [spoiled.error]
        except Conflict as conflict:
            if len(requests) == 1:
                return [conflict]
        except Unknown as unknown:
            return [unknown for _ in requests]
        return [self._decided(sector, [one], opening=opening)[0] for one in requests]

    def _together(self, sector: str, requests: Sequence[Request], *, opening: bool) -> list[Result]:
        with self._begun(sector, spenders(requests), opening=opening) as tx:
            session = Session(tx, sector)
            session.settle(requests)
            return session.decide(requests)

    @contextmanager
    def _begun(self, sector: str, spending: Sequence[str], *, opening: bool = False) -> Iterator[Transaction]:
        """A transaction in which the past has moved the wallets it will judge, in whichever sector that lay.

        A bid that ended elsewhere has freed its reservation, a claim upheld elsewhere has paid back, whether or not
        a scheduler was awake (rules.md §8.1). Which sectors are overdue is only known once the instant is read,
        which is only read under the locks: so begin again with more locks until none is missing.
        """
        names = {sector}
        while True:
            with self.store.begin(sorted(names), opening=opening) as tx:
                missing = tx.overdue_elsewhere(spending) - names if spending else set()
                if not missing:
                    for other in sorted(names - {sector}):
                        Session(tx, other).settle()
                    yield tx
                    return
            names |= missing


def again_if_busy(act: Callable[[], T]) -> T:
    """Try again where another writer was in the way: nothing was done yet."""
    for tried in range(1, TRIES):
        try:
            return act()
        except Busy:
            sleep(uniform(0, 0.02 * tried))  # noqa: S311 - to part two who wait for each other, not a secret
    return act()
