"""What of the market's figures may be shown to all members without telling one firm's business. Pure.

**One set.** A set of sales may be shown from five sales on, of three buyers and three suppliers or more (linked firms
count as one), none of whom made more than 80 % of its volume. With two, each would read the other's business off what
is not its own. A set without sales is not shown either.

**Several.** Sets that divide a total which is shown tell by subtraction what the hidden ones have together. So the
hidden ones together must be such a set, too, or be empty; else the smallest of the shown is hidden with them.

**Why that is enough.** A union of sets that may be shown may be shown: it has no fewer sales and firms, and nobody's
share grows above the greatest of theirs. Figures are released so that whatever can be added up or subtracted is such a
union (`exchange.reports.trading`); a test tries all sets of a small market.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from exchange.instant import Instant
from exchange.money import BasisPoints, Cents

FEWEST_SALES = 5
FEWEST_FIRMS = 3
MOST_SHARE_BP: BasisPoints = 8_000


@dataclass(frozen=True, slots=True)
class Sold:
    """One sale: when, where, at which net price, between whom (groups); ``buyout``: the price is for all seats.

    ``filed`` and ``upheld`` tell of its claim, ``final`` that neither will change.
    """

    sold_at: Instant
    region: str
    ask_cents: Cents
    buyer: str
    supplier: str
    buyout: bool = False
    filed: bool = False
    upheld: bool = False
    final: bool = True


def may_show(sold: Sequence[Sold]) -> bool:
    """Whether a set of sales may be shown by itself."""
    if len(sold) < FEWEST_SALES:
        return False
    volume_cents = sum(one.ask_cents for one in sold)
    return all(_shared(side, volume_cents) for side in (_volumes(sold, "buyer"), _volumes(sold, "supplier")))


def _volumes(sold: Iterable[Sold], side: str) -> dict[str, Cents]:
    found: defaultdict[str, Cents] = defaultdict(int)
    for one in sold:
        found[getattr(one, side)] += one.ask_cents
    return found


def _shared(volumes: Mapping[str, Cents], volume_cents: Cents) -> bool:
    return len(volumes) >= FEWEST_FIRMS and 10_000 * max(volumes.values()) <= MOST_SHARE_BP * volume_cents


def shown_beside_total(parts: Mapping[str, Sequence[Sold]]) -> frozenset[str]:
    """Which parts of a total that is shown may be shown as well."""
    shown = {name for name, sold in parts.items() if may_show(sold)}
    while shown:
        hidden = [one for name, sold in parts.items() if name not in shown for one in sold]
        if not hidden or may_show(hidden):
            break
        shown.remove(min(shown, key=lambda name: (sum(one.ask_cents for one in parts[name]), name)))
    return frozenset(shown)
