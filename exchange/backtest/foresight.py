"""What the tape lets one foresee of its bids: when each was filled up or cancelled, so that nobody waits for it later.

Under other terms it may be wrong by hours. Then a bid that ended sooner costs a look, and one that lives on is called
out when its time has passed (`quick_book`); what is decided is the same, whatever is foreseen.
"""

import re
from collections.abc import Iterable, Mapping

from exchange.backtest.batch import FOREVER
from exchange.backtest.wish import Wishes
from exchange.instant import Instant
from exchange.orderbook.order import BidTerms, CancelBid, ChangeBid, Order, StandingBid

_BID = re.compile(r'"bid_id":"([^"\\]+)"')


class Foresight:
    """Counts what each standing bid has bought on a tape."""

    def __init__(self) -> None:
        self._bought: dict[str, int] = {}
        self._last_at: dict[str, Instant] = {}

    def note(self, at: Instant, payload: str) -> None:
        """A sale, as its entry on the tape has it."""
        found = _BID.search(payload)
        if found is not None:
            bid_id = found[1]
            self._bought[bid_id] = self._bought.get(bid_id, 0) + 1
            self._last_at[bid_id] = at

    def ends(self, orders: Iterable[tuple[Instant, Order]]) -> dict[str, Instant]:
        """The first instant at which a bid is no more, by its name; nothing is said of bids whose terms change."""
        found: dict[str, Instant] = {}
        changed: set[str] = set()
        for at, order in orders:
            if isinstance(order, StandingBid):
                if self._bought.get(order.bid_id, 0) >= order.quantity:
                    found[order.bid_id] = self._last_at[order.bid_id] + 1
            elif isinstance(order, CancelBid):
                found[order.bid_id] = min(at, found.get(order.bid_id, at))
            elif isinstance(order, ChangeBid):
                changed.add(order.bid_id)
        return {bid_id: at for bid_id, at in found.items() if bid_id not in changed}


class Foreseen:
    """What one playing knows of its bids: how to ask for what they want, and when they are thought to end."""

    def __init__(self, ends: Mapping[str, Instant]) -> None:
        self.wishes = Wishes()
        self._ends = dict(ends)
        self._due = sorted(((at, bid_id) for bid_id, at in ends.items()), reverse=True)

    def end_of(self, terms: BidTerms) -> Instant:
        """The first instant at which nobody waits for a bid any more."""
        until_at = FOREVER if terms.until_at is None else terms.until_at
        return min(until_at, self._ends.get(terms.bid_id, FOREVER))

    def over_by(self, at: Instant) -> tuple[Instant, str] | None:
        """A bid thought to be no more at an instant, and since when; each is told once, and then lives on."""
        if not self._due or self._due[-1][0] > at:
            return None
        found = self._due.pop()
        del self._ends[found[1]]
        return found
