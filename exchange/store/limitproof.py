"""Proving the limits firms set for themselves: what was left of the day's, at each movement of a wallet."""

from collections import defaultdict
from collections.abc import Mapping

from exchange.calendars import berlin_day
from exchange.instant import Instant
from exchange.member import DailyLimit
from exchange.money import Cents


class LimitProof:
    """One firm's limit and what it has spent of it, while its wallet's movements are walked in their numbers.

    ``bought`` are its instant bids' fills by sector and number on the tape, with the instant and the net ask.
    """

    def __init__(self, bought: Mapping[tuple[str, int], tuple[Instant, Cents]]) -> None:
        self.limit = DailyLimit()
        self._bought = dict(bought)
        self._spent_cents: dict[Instant, Cents] = defaultdict(int)

    def move(self, sector: str, seq: int, limit: DailyLimit | None) -> None:
        """The next movement of the wallet: another limit, a purchase (its first transfer counts), or neither."""
        if limit is not None:
            self.limit = limit
        at, ask_cents = self._bought.pop((sector, seq), (0, 0))
        if ask_cents:
            self._spent_cents[berlin_day(at)[0]] += ask_cents

    def left_cents(self, at: Instant) -> Cents | None:
        """What is left at an instant, net; None without a limit."""
        limit_cents = self.limit.at(at)
        return None if limit_cents is None else max(limit_cents - self._spent_cents[berlin_day(at)[0]], 0)
