"""Proving payouts: none took more than the tapes had released to the supplier by its instant (rules.md §4, §9).

What an order saw of the payable account is not exactly what the tapes say: a release that fell due before the order's
instant may have been written after it, by an alarm clock that came late. It never saw more, and that is proven.
"""

from dataclasses import dataclass, field

from exchange.errors import TapeBroken
from exchange.instant import Instant
from exchange.member import HOUSE
from exchange.money import Cents


@dataclass
class PayoutProof:
    """Of one supplier: releases by their instants, payouts that were asked for, and those that were made, by number."""

    released: list[tuple[Instant, Cents]] = field(default_factory=list)
    asked: list[tuple[int, Instant, Cents]] = field(default_factory=list)
    paid: list[tuple[int, Cents]] = field(default_factory=list)

    def release(self, at: Instant, cents: Cents) -> None:
        """A sale's part became payable."""
        self.released.append((at, cents))

    def ask(self, seq: int, at: Instant, payable_cents: Cents) -> None:
        """A payout's order, with what it says was payable."""
        self.asked.append((seq, at, payable_cents))

    def pay(self, seq: int, cents: Cents) -> None:
        """A payout was made."""
        self.paid.append((seq, cents))

    def add(self, other: "PayoutProof") -> None:
        """Take what another tape says of the same supplier."""
        self.released += other.released
        self.asked += other.asked
        self.paid += other.paid

    def check(self, supplier: str) -> None:
        """Raises TapeBroken naming the first order that saw more than there was."""
        if not self.asked:
            return
        releases, payouts = sorted(self.released), sorted(self.paid)
        released_cents = paid_cents = taken = made = 0
        for seq, at, payable_cents in sorted(self.asked):
            while taken < len(releases) and releases[taken][0] <= at:
                released_cents += releases[taken][1]
                taken += 1
            while made < len(payouts) and payouts[made][0] < seq:
                paid_cents += payouts[made][1]
                made += 1
            there = released_cents - paid_cents
            if payable_cents > there:
                raise TapeBroken(
                    f"{HOUSE} {seq}: the payout saw {payable_cents} payable to {supplier}, there was {there}"
                )
