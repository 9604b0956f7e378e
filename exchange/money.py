"""Money as integer cents (EUR, net unless the name says gross); rates as integer basis points.

Rounding is always named: `half_up` for VAT, fees and shares, `ceil_div` where a reservation must suffice.
"""

import re
from decimal import Decimal

Cents = int
BasisPoints = int

_AMOUNT = re.compile(r"\d+\.\d{2}\Z", re.ASCII)
_BP = 10_000


def half_up(amount: Cents, rate_bp: BasisPoints) -> Cents:
    """``amount * rate`` in cents, half a cent rounded up (rules.md §4); ``amount`` is not negative."""
    return (2 * amount * rate_bp + _BP) // (2 * _BP)


def ceil_share(amount: Cents, rate_bp: BasisPoints) -> Cents:
    """``amount * rate`` in cents, any fraction rounded up."""
    return -(-amount * rate_bp // _BP)


def vat_cents(net_cents: Cents, vat_bp: BasisPoints) -> Cents:
    """VAT on one sale: rounded half up per sale, never per sum (rules.md §4)."""
    return half_up(net_cents, vat_bp)


def gross_cents(net_cents: Cents, vat_bp: BasisPoints) -> Cents:
    """What a wallet pays for a net price."""
    return net_cents + half_up(net_cents, vat_bp)


def parse_amount(text: str) -> Cents:
    """Read ``48.00`` (a point, two decimals); raises ValueError for anything else."""
    if not _AMOUNT.match(text):
        raise ValueError(f"{text!r} is no amount: write euros and cents with a point, like 48.00")
    return int(text.replace(".", ""))


def format_amount(cents: Cents) -> str:
    """Write cents as ``48.00``: for logs, scripts and the API, never for pages (they use the locale)."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def euros(cents: Cents) -> Decimal:
    """The same amount in euros, exact, for formatters that want a Decimal."""
    return Decimal(cents).scaleb(-2)
