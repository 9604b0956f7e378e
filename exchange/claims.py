"""Claims (Reklamationen): grounds, windows, and what an upheld claim gives back (rules.md §7)."""

from dataclasses import dataclass
from typing import NamedTuple

from exchange.instant import DAY_US, Instant
from exchange.money import BasisPoints, Cents, half_up

GROUNDS = (
    "number-not-in-service",
    "not-asked",
    "duplicate",
    "wrong-sector",
    "out-of-region",
    "not-eligible",
    "intermediary",
    "under-age",
    "no-consent",
    "unreachable",
)

WHOLE_BP: BasisPoints = 10_000


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """A sector's claim rules; spans in microseconds, shares of the net price in basis points."""

    window_us: int = 14 * DAY_US
    silence_us: int = 21 * DAY_US
    shares_bp: tuple[tuple[str, BasisPoints], ...] = (("wrong-sector", 5000),)
    """Grounds that give back a part of the price; every other ground gives back the whole."""

    def share_bp(self, ground: str) -> BasisPoints:
        """The share of the net price an upheld claim on this ground gives back."""
        return dict(self.shares_bp).get(ground, WHOLE_BP)

    def closes_at(self, sold_at: Instant) -> Instant:
        """The first instant at which a sale can no longer be claimed (the window is half-open)."""
        return sold_at + self.window_us


class Parts(NamedTuple):
    """A price taken apart: net, its VAT, and the exchange's fee out of the net, all in cents."""

    net_cents: Cents
    vat_cents: Cents
    fee_cents: Cents


def price_parts(ask_cents: Cents, vat_bp: BasisPoints, fee_bp: BasisPoints) -> Parts:
    """The parts of one sale, each rounded half up once (rules.md §4)."""
    return Parts(ask_cents, half_up(ask_cents, vat_bp), half_up(ask_cents, fee_bp))


def returned_parts(sold: Parts, share_bp: BasisPoints, vat_bp: BasisPoints, fee_bp: BasisPoints) -> Parts:
    """What goes back on all sides: the whole sale, or the share of the net (half up) with its own VAT and fee."""
    if share_bp == WHOLE_BP:
        return sold
    return price_parts(half_up(sold.net_cents, share_bp), vat_bp, fee_bp)
