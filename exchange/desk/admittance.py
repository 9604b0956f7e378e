"""What only the house knows of those who list and buy: objections of enquirers, caps of suppliers, permits of both.

Asked once a transaction, while the sector is locked: what it answers holds until the commit.
"""

from collections.abc import Collection, Iterable

from exchange.errors import DayFull, Suppressed, Unlicensed
from exchange.orderbook.order import ListLead, Order
from exchange.store import Transaction
from exchange.store.admission import permits_in, permitted, room_left, suppressed


class Admittance:
    """The answers for the requests of one sector in one transaction."""

    def __init__(
        self, tx: Transaction, sector: str, suppliers: Iterable[str] = (), prints: Collection[str] = ()
    ) -> None:
        self._tx = tx
        self._sector = sector
        self._asked = permits_in(tx.permits(sector))
        self._suppressed = tx.ask(suppressed, prints) if prints else set()
        suppliers = set(suppliers)
        self._room = tx.ask(room_left, sector, suppliers, tx.now) if suppliers else {}
        self._permitted: dict[tuple[str, str], bool] = {}

    def check_permit(self, order: Order, organisation: str) -> None:
        """Raise Unlicensed where the sector asks this side for a permit and the firm has none that holds now."""
        side = "supplier" if isinstance(order, ListLead) else "buyer"
        kinds = self._asked.get(side)
        if kinds is None:
            return
        key = organisation, side
        if key not in self._permitted:
            self._permitted[key] = self._tx.ask(permitted, organisation, kinds, self._tx.now)
        if not self._permitted[key]:
            raise Unlicensed(organisation, self._sector, kinds)

    def check_lead(self, supplier: str, prints: Collection[str]) -> None:
        """Raise Suppressed where the enquirer objected, DayFull where the supplier's leads of the day are listed."""
        if any(one in self._suppressed for one in prints):
            raise Suppressed
        left, per_day = self._room.get(supplier, (1, 0))
        if left <= 0:
            raise DayFull(per_day)

    def listed(self, supplier: str) -> None:
        """One more lead of a supplier."""
        if supplier in self._room:
            left, per_day = self._room[supplier]
            self._room[supplier] = left - 1, per_day
