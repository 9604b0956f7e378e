"""What the desk is asked between orders: it reads, decides nothing and writes nothing."""

from collections.abc import Mapping
from typing import Any

from exchange.desk.floor import Floor
from exchange.instant import Instant
from exchange.money import Cents
from exchange.pricing.schedule import Schedule
from exchange.store import lookups
from exchange.store.tapes import read_entries
from exchange.tape import Entry


class Inquiring(Floor):
    """Look-ups by id. Pages have `reports`; these answer scripts, jobs and doors."""

    def sectors(self) -> list[str]:
        """The codes of all open sectors."""
        with self.store.read() as connection:
            return lookups.sectors_of_house(connection)

    def next_due(self, sector: str) -> Instant | None:
        """When the next thing falls due in a sector, for the alarm clock; None where nothing will."""
        with self.store.read() as connection:
            return lookups.next_due(connection, sector)

    def all_due(self) -> dict[str, Instant]:
        """The same for every sector that waits for something."""
        with self.store.read() as connection:
            return lookups.all_due(connection)

    def schedule_of(self, sector: str, listing_id: str) -> Schedule:
        """A listing's prices over time, with the halts known now; raises Unknown."""
        with self.store.read() as connection:
            return lookups.schedule_of(connection, sector, listing_id)

    def sector_of(self, kind: str, name: str) -> str:
        """The sector of a ``listing``, ``bid`` or ``sale``; raises Unknown."""
        with self.store.read() as connection:
            return lookups.sector_of(connection, kind, name)

    def row_of(self, kind: str, name: str) -> Mapping[str, Any]:
        """All columns of a ``listing``, ``bid`` or ``sale`` as it stands; raises Unknown."""
        with self.store.read() as connection:
            return dict(lookups.row_of(connection, kind, name))

    def balance(self, organisation: str) -> lookups.Balance:
        """A member's money: balance with reservations, and what is available; raises Unknown."""
        with self.store.read() as connection:
            return lookups.balance_of(connection, organisation)

    def account(self, account: str) -> Cents:
        """What an account of the ledger holds; `exchange.ledger` names them, like ``pending:nord``."""
        with self.store.read() as connection:
            return lookups.account_of(connection, account)

    def entries(self, sector: str, first: int = 1, last: int | None = None) -> list[Entry]:
        """A stretch of a tape, both numbers included."""
        with self.store.read() as connection:
            return list(read_entries(connection, sector, first, last))
