"""Exclusive and shared: buying a shared lead out; unsold exclusive leads that turn into shared ones (rules.md §1)."""

from dataclasses import dataclass

from exchange.errors import Invalid
from exchange.lead import ANYONE, ConsentScope
from exchange.member import MOST_ID_LETTERS
from exchange.money import BasisPoints, Cents

WHOLE_BP: BasisPoints = 10_000
MOST_FACTOR_BP: BasisPoints = 1_000_000
"""A hundred times the ask."""

_SECOND = "~2"
"""Ends the id of a second listing; no id a member gives may hold it, so none can be taken before."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a sector asks for shared leads, in basis points of the ask; 0: the sector has none of it.

    ``buyout_bp`` is the factor at which a whole shared lead is bought, at least 10,000; ``seat_bp`` the share at which
    a seat starts when an exclusive lead is converted, at most 10,000.
    """

    buyout_bp: BasisPoints = 0
    seat_bp: BasisPoints = 0


NONE = Sharing()


@dataclass(frozen=True, slots=True)
class ConversionRule:
    """A supplier's wish: unsold after so much running time, the lead is offered again to so many buyers."""

    after_us: int
    seats: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """A listing's terms of conversion: ``seats`` at most as many as the consent names, ``seat_bp`` as it was then."""

    after_us: int
    seats: int
    seat_bp: BasisPoints


def on_the_tick(cents: Cents, rate_bp: BasisPoints, tick_cents: Cents) -> Cents:
    """A share or multiple of a price, rounded up once, to the tick."""
    return -(-cents * rate_bp // (WHOLE_BP * tick_cents)) * tick_cents


def second_id(listing_id: str) -> str:
    """What the listing a converted one becomes is called."""
    return listing_id + _SECOND


def check_sharing(sharing: Sharing) -> None:
    """Raise Invalid for a factor below the ask, or a share above it."""
    if sharing.buyout_bp and not WHOLE_BP <= sharing.buyout_bp <= MOST_FACTOR_BP:
        raise Invalid("buyout_bp", f"0 for none, else {WHOLE_BP} to {MOST_FACTOR_BP} basis points of the ask")
    if not 0 <= sharing.seat_bp <= WHOLE_BP:
        raise Invalid("seat_bp", f"0 for none, else up to {WHOLE_BP} basis points of the ask")


def check_conversion(listing_id: str, rule: ConversionRule, *, seats: int, most_seats: int, seat_bp: int) -> None:
    """Raise Invalid where a lead cannot be converted as asked; ``seats`` are those of the first listing."""
    if seats != 1:
        raise Invalid("conversion", "only an exclusive lead is converted")
    if rule.after_us <= 0:
        raise Invalid("conversion", "give the running time after which the lead is converted")
    if not 2 <= rule.seats <= most_seats:
        raise Invalid("conversion", f"a shared lead of this sector has 2 to {most_seats} seats")
    if not seat_bp:
        raise Invalid("conversion", "this sector converts no leads")
    if len(second_id(listing_id)) > MOST_ID_LETTERS:
        raise Invalid("listing_id", "too long for a lead that may be converted")


def conversion_of(
    rule: ConversionRule | None, consent: ConsentScope, *, duration_us: int, seat_bp: BasisPoints
) -> Conversion | None:
    """The terms that follow from a rule; None where it never applies.

    That is where the listing expires before, and where the consent does not reach two recipients: what the enquirer
    agreed to holds for shared leads as well.
    """
    if rule is None or rule.after_us >= duration_us:
        return None
    seats = rule.seats if ANYONE in consent.recipients else min(rule.seats, len(set(consent.recipients)))
    return Conversion(rule.after_us, seats, seat_bp) if seats > 1 else None
