"""What the pages stand on: database, desk, entrance, clock. Built in one place and handed to `create_app`."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import current_app

from exchange.access.api_keys import Keyring
from exchange.access.code_entry import CodeEntry
from exchange.access.entrance import Entrance
from exchange.access.second_factor import SecondFactors
from exchange.access.spending import Spending
from exchange.access.staff import Staff
from exchange.clock import Clock
from exchange.config import AnalysisSettings, PaymentSettings, RetentionSettings
from exchange.desk import Desk
from exchange.hooks.address import Resolve, resolve
from exchange.hooks.registry import Webhooks
from exchange.hooks.target import Bounds
from exchange.payments import BankTransfer, CreditLines, Deposits, Payouts
from exchange.reports import Connection
from exchange.reports.ages import Lately
from exchange.reports.bids import NextActs
from exchange.reports.chances import History
from exchange.reports.editions import Catalogue
from exchange.reports.health import MOST_LATE_US
from exchange.reports.schedules import Rulebook
from exchange.reports.shelf import Shelf
from exchange.reports.trades import Trades
from exchange.safety import LOOPBACK, Network


@dataclass(frozen=True, slots=True)
class Premises:
    """``secret`` signs form tokens; ``secure`` says that pages are served over TLS.

    From ``monitors`` may be asked how the house is doing; a sector later than ``most_late_us`` is not ready;
    ``carries`` says that messages leave the house. Browsers reach us through exactly ``proxies`` of our own, under one
    of the names in ``hosts`` (any, where it is empty). Back-tests lie in ``backtests``, exports in ``exports``.
    Webhooks may point to what ``hook_bounds`` allow (None: none are called at present), ``resolve`` resolves names.
    """

    desk: Desk
    entrance: Entrance
    secret: str = field(repr=False)
    secure: bool = False
    monitors: tuple[Network, ...] = LOOPBACK
    most_late_us: int = MOST_LATE_US
    carries: bool = False
    proxies: int = 0
    hosts: tuple[str, ...] = ()
    hook_bounds: Bounds | None = None
    resolve: Resolve = resolve
    payments: PaymentSettings = field(default_factory=PaymentSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    backtests: Path = AnalysisSettings().backtests
    exports: Path = AnalysisSettings().exports
    rulebook: Rulebook = field(default_factory=Rulebook)
    shelf: Shelf = field(default_factory=Shelf)
    history: History = field(default_factory=History)
    acts: NextActs = field(default_factory=NextActs)
    catalogue: Catalogue = field(default_factory=Catalogue)
    lately: Lately = field(default_factory=Lately)
    trades: Trades = field(default_factory=Trades)

    @property
    def clock(self) -> Clock:
        """The exchange's clock."""
        return self.desk.store.clock

    @property
    def staff(self) -> Staff:
        """The people of firms, as their owners keep them."""
        return Staff(self.entrance.store, self.entrance.passwords)

    @property
    def code_entry(self) -> CodeEntry:
        """The second page of a log-in."""
        return CodeEntry(self.entrance.store, self.entrance.lifetimes)

    @property
    def second_factors(self) -> SecondFactors:
        """What people have beside their passwords."""
        return SecondFactors(self.desk.store)

    @property
    def keyring(self) -> Keyring:
        """API keys."""
        return Keyring(self.entrance.store)

    @property
    def spending(self) -> Spending:
        """Who of a firm bought what."""
        return Spending(self.entrance.store)

    @property
    def deposits(self) -> Deposits:
        """Money on its way; a house that is public does not show the example account."""
        bank = BankTransfer(self.payments, public=self.secure)
        return Deposits(self.desk, {bank.name: bank}, self.payments.four_eyes_cents)

    @property
    def payouts(self) -> Payouts:
        """Money on its way out."""
        return Payouts(self.desk, self.payments.four_eyes_cents)

    @property
    def credit_lines(self) -> CreditLines:
        """What buyers may owe."""
        return CreditLines(self.desk, self.payments.four_eyes_cents)

    @property
    def webhooks(self) -> Webhooks:
        """The webhooks of firms."""
        return Webhooks(self.desk.store, self.hook_bounds or Bounds(), self.resolve)

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction for reports."""
        return self.desk.store.read()


def premises() -> Premises:
    """Those of the application that answers the current request."""
    return cast(Premises, current_app.extensions["premises"])
