"""The one path of every order: known keys first, then one transaction on the sector, or on the house."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from random import uniform
from time import sleep
from typing import Self, TypeVar

from exchange.calendars import berlin_day
from exchange.desk.answer import Answer, replayed
from exchange.desk.queue import Asked, Queue
from exchange.desk.request import Request
from exchange.desk.session import KnownAnswers, Session, Spoiled, spenders
from exchange.errors import ExchangeError, Unknown
from exchange.house import HouseOrder, Payout, SetCreditLine, SetDailyLimit, decide_house
from exchange.member import HOUSE
from exchange.orderbook.outcome import Decided
from exchange.store import Aside, Busy, Conflict, Store, Transaction, Unavailable, lookups
from exchange.store.keys import Key, answered, read_stretch
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
        self._aside: Aside | None = None
        if vault is not None:
            store.vault = vault

    def noting(self, aside: Aside) -> Self:
        """This desk for one verb, whose first order has something written in its own transaction."""
        other = type(self)(self.store, queue=self.queue)
        other._aside = aside
        return other

    def _take_aside(self) -> Aside | None:
        taken, self._aside = self._aside, None
        return taken

    @property
    def vault(self) -> Vault | None:
        """Where contact data is kept; the store's."""
        return self.store.vault

    def submit(self, sector: str, requests: Sequence[Request], *, opening: bool = False) -> list[Result]:
        """Decide requests of one sector in order of arrival, all in one transaction at one instant.

        Each sees what the one before did. Known idempotency keys are answered first, before anything is settled or
        locked. A constraint violation rolls the transaction back, and each request is then tried once alone.
        """
        if self._aside is not None:
            requests = [replace(requests[0], aside=self._take_aside()), *requests[1:]]
        alone = sector not in self.store.known  # it may not be there, which would spoil the commit of others
        if self.queue is None or opening or alone:
            return self._decided([(sector, asked) for asked in requests], opening=opening)
        return self.queue.ask(sector, requests, self._decided, self._all_answered)

    def ask(self, sector: str, request: Request, *, opening: bool = False) -> Answer:
        """`submit` for one request; raises what is answered at the door."""
        (result,) = self.submit(sector, [request], opening=opening)
        if isinstance(result, ExchangeError):
            raise result
        return result

    def ask_house(self, request: Request, *, name: str | None = None) -> Answer:
        """One order of the house's own tape; ``name`` is the firm's, which no tape carries."""
        (known,) = self._answered([request.key])
        if known is not None:
            return known
        aside = self._take_aside()
        return again_if_busy(lambda: self._ask_house(request, name, aside))

    def _ask_house(self, request: Request, name: str | None, aside: Aside | None) -> Answer:
        order: HouseOrder = request.order
        judged = isinstance(order, SetCreditLine | SetDailyLimit)
        spending = [order.organisation] if judged else []
        with self._begun([HOUSE], spending) as tx:
            house = tx.house([order.organisation])
            if isinstance(order, SetCreditLine | SetDailyLimit) and order.organisation in house.members:
                order = replace(order, facts=tx.wallets[order.organisation].facts)
            if isinstance(order, SetDailyLimit):
                order = replace(order, midnight_at=berlin_day(tx.now)[1])
            if isinstance(order, Payout):
                order = replace(order, payable_cents=tx.ask(lookups.payable_at, order.organisation, tx.now))
            decided = decide_house(house, order, tx.now)
            stretch = None if request.key is None else tx.answered([request.key]).to(request.key)
            if stretch is not None:
                return replayed(HOUSE, tx.entries(stretch))
            tx.record_house(decided, {order.organisation: name} if name else None)
            if aside is not None:
                tx.beside(aside, HOUSE, decided)
            if request.key is not None:
                tx.answer(request.key, HOUSE, decided)
        return Answer(HOUSE, tuple(decided))

    def settle(self, sector: str) -> tuple[Decided, ...]:
        """Write what fell due in a sector up to now; what the scheduler does, and every order before it acts."""
        return again_if_busy(lambda: self._settle(sector))

    def _settle(self, sector: str) -> tuple[Decided, ...]:
        with self.store.begin([sector]) as tx:
            return tuple(Session(tx, sector).settle())

    def _answered(self, keys: Sequence[Key | None]) -> list[Answer | None]:
        """The answer each key has already; None also where it was for another request, which `Session` then says."""
        given = [key for key in keys if key is not None]
        if not given:
            return [None for _ in keys]
        try:
            return self._told(keys, given)
        except Unavailable:
            return self._told(keys, given)  # on another connection: this one may have ended while nobody used it

    def _told(self, keys: Sequence[Key | None], given: Sequence[Key]) -> list[Answer | None]:
        with self.store.read(glance=True) as connection:
            known = answered(connection, given)
            stretches = [None if key is None else known.same(key) for key in keys]
            told = [None if one is None else replayed(one.sector, read_stretch(connection, one)) for one in stretches]
        if any(stretches):
            self.store.confirm()
        return told

    def _all_answered(self, requests: Sequence[Request]) -> list[Result] | None:
        """The answers these have already, if all of them have."""
        known = self._answered([asked.key for asked in requests])
        found: list[Result] = [one for one in known if one is not None]
        return found if len(found) == len(requests) else None

    def _decided(self, asked: Sequence[Asked], *, opening: bool = False) -> list[Result]:
        known = self._answered([request.key for _, request in asked])
        fresh = [one for one, answer in zip(asked, known, strict=True) if answer is None]
        decided = iter(self._fresh(fresh, opening=opening) if fresh else ())
        return [answer if answer is not None else next(decided) for answer in known]

    def _fresh(self, asked: Sequence[Asked], *, opening: bool) -> list[Result]:
        try:
            return again_if_busy(lambda: self._together(asked, opening=opening))
        except Spoiled as spoiled:
            if len(asked) == 1:
                return [spoiled.error]
        except Conflict as conflict:
            if len(asked) == 1:
                return [conflict]
        except Unknown as unknown:
            if len({sector for sector, _ in asked}) == 1:
                return [unknown for _ in asked]
        except ExchangeError:
            raise  # the database or its clock: the same for each of them
        except Exception as mistake:
            if len(asked) == 1:
                raise
            return [self._spared(one, mistake, opening=opening) for one in asked]
        return [self._fresh([one], opening=opening)[0] for one in asked]

    def _spared(self, one: Asked, mistake: Exception, *, opening: bool) -> Result:
        """An order again, alone: a mistake of ours that met another one of its transaction is none of its business.

        Only an order with a key is tried again, since nobody knows whether the mistake came after the commit.
        """
        if one[1].key is not None:
            try:
                return self._decided([one], opening=opening)[0]
            except Exception as again:
                mistake = again
        if isinstance(mistake, ExchangeError):
            return mistake
        failed = ExchangeError(str(mistake))
        failed.__cause__ = mistake
        return failed

    def _together(self, asked: Sequence[Asked], *, opening: bool) -> list[Result]:
        requests = [request for _, request in asked]
        names = sorted({sector for sector, _ in asked})
        with self._begun(names, spenders(requests), opening=opening) as tx:
            known = KnownAnswers(tx, requests)
            sessions = {name: Session(tx, name, known) for name in names}
            for name in names:
                sessions[name].settle(requests)
            for name in names:
                sessions[name].prepare([request for sector, request in asked if sector == name])
            return [sessions[sector].result(request) for sector, request in asked]

    @contextmanager
    def _begun(
        self, sectors: Sequence[str], spending: Sequence[str], *, opening: bool = False
    ) -> Iterator[Transaction]:
        """A transaction in which the past has moved the wallets it will judge, in whichever sector that lay.

        A bid that ended elsewhere has freed its reservation, a claim upheld elsewhere has paid back, whether or not
        a scheduler was awake (rules.md §8.1). Which sectors are overdue is only known once the instant is read,
        which is only read under the locks: so begin again with more locks until none is missing.
        """
        names = set(sectors)
        while True:
            with self.store.begin(sorted(names), opening=opening) as tx:
                missing = tx.overdue_elsewhere(spending) - names if spending else set()
                if not missing:
                    for other in sorted(names.difference(sectors)):
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
