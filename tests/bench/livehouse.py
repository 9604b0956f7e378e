"""An exchange as the live stream's bench needs it: the demo's sectors and firms, sessions for thousands of browsers.

The bench lists and buys through a desk of its own, in its own process, on the database that `exchange serve` serves.
"""

import os
import time
from itertools import count
from pathlib import Path
from random import Random

from exchange.access.sessions import Lifetimes, begin_session
from exchange.access.users import add_user
from exchange.calendars import make_calendar
from exchange.catalogue import SECTORS
from exchange.demo.market import DemoMarket
from exchange.demo.members import SUPPLIERS
from exchange.desk import Answer, Desk, OfferedLead
from exchange.instant import MINUTE_US, Instant
from exchange.lead import ANYONE, ConsentScope
from exchange.orderbook.order import Arm
from exchange.pricing.curve import Curve, CurveVersion, Linear
from exchange.store import open_store
from exchange.vault import make_key_file, open_vault
from tests.crash.serving import Serving

FALLING = "falling"
"""A sector of its own, where only prices fall."""
TABS = 5
"""Sessions a user has open: some people have a browser at home too."""
FIRMS = 20
FEW = 3
"""Firms named by a consent that does not name everyone."""


class LiveHouse:
    """A database in a folder, served by `exchange serve --no-alarm`."""

    def __init__(self, folder: Path, url: str, *, workers: int, seed: int) -> None:
        make_key_file(folder / "vault.key")
        self.url = url
        self.rng = Random(seed)
        self.desk = Desk(open_store(url, create=True, vault=open_vault(folder / "vault.key")))
        self.market = DemoMarket(self.desk, self.rng)
        self.market.open()
        self.firms = [firm.organisation for firm in self.market.firms[:FIRMS]]
        self.desk.deposit(self.firms[0], amount_cents=10**9)
        curve = Curve(Linear(), 120 * MINUTE_US, 0, 0)
        self.desk.open_sector(
            FALLING, tick_cents=50, most_seats=3, fee_bp=1_000, vat_bp=1_900, calendar=make_calendar(1, ()),
            claims=SECTORS["pv"].claims, arms=(Arm(CurveVersion(1, "even", curve), 10_000),),
        )  # fmt: skip
        self.serving = Serving(url, folder, workers=workers, alarm=False)
        self._ids = count()

    def sessions(self, many: int) -> list[str]:
        """Tokens of so many sessions, of users of all firms in turn."""
        tokens = []
        now = self.desk.store.clock.now()
        with self.desk.store.write_aside() as connection:
            for number in range(-(-many // TABS)):
                firm = self.firms[number % len(self.firms)]
                email = f"u{next(self._ids)}@handel.example"
                user = add_user(connection, email=email, name="U", role="advisor", organisation=firm, at=now)
                tokens += [begin_session(connection, user, now, Lifetimes()) for _ in range(TABS)]
        return tokens[:many]

    def offer(self, *, few: bool = False, sector: str = "bu", many: int = 1) -> list[str]:
        """List leads for everyone, or for a few firms; their ids."""
        named = tuple(self.firms[:FEW]) if few else (ANYONE,)
        leads = [self._lead(sector, named) for _ in range(many)]
        for answer in self.desk.list_leads(sector, supplier=SUPPLIERS[0][0], leads=leads):
            if not isinstance(answer, Answer) or answer.refused:
                raise AssertionError(answer)
        return [lead.listing_id for lead in leads]

    def _lead(self, sector: str, named: tuple[str, ...]) -> OfferedLead:
        number = next(self._ids)
        return OfferedLead(
            listing_id=f"B{number:06}", region="DE-BY", postcode="80331", seats=1, start_cents=20_000,
            floor_cents=2_000, asked_at=self.desk.store.clock.now(), draw=0,
            person_id=f"P{number}", consent=ConsentScope(named, sector, ("phone",)),
        )  # fmt: skip

    def buy(self, listing_id: str, sector: str = "bu") -> tuple[Instant, Instant]:
        """Buy it for a firm that may; the instant on the tape, and when the buyer was told."""
        answer = self.desk.buy(sector, buyer=self.firms[0], listing_id=listing_id, most_cents=20_000)
        told_at = time.time_ns() // 1000
        if len(answer.fills) != 1:
            raise AssertionError(answer)
        return answer.at, told_at

    def processes(self) -> list[int]:
        """Those that serve."""
        return self.serving.workers()

    def close(self) -> None:
        """End everything."""
        self.serving.stop()
        self.desk.store.close()


def cpu_s(processes: list[int]) -> float:
    """Processor seconds these have used so far."""
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_kib(processes: list[int]) -> int:
    """What these hold in memory that is theirs alone or their share of what they have in common."""
    found = 0
    for process in processes:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                found += int(line.split()[1])
    return found
