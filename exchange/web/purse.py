"""What a visitor may still spend, and whether that is enough for a listing: said on the row before anybody tries."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from exchange.money import BasisPoints, Cents, gross_cents
from exchange.reports import Connection
from exchange.reports.board import BoardRow
from exchange.reports.money import wallet_of
from exchange.reports.pulse import vat_rates
from exchange.web import formats
from exchange.web.premises import premises
from exchange.web.visit import Visit

Hindrance = Literal["", "limit", "funds"]


@dataclass(frozen=True, slots=True)
class Purse:
    """Of the firm's wallet ``available_cents``, gross; of the user's limit today ``spent_cents`` are gone, net.

    ``firm_left_cents`` is what is left of the limit the firm set for itself, net; None without one.
    """

    available_cents: Cents
    vat_bp: Mapping[str, BasisPoints]
    limit_cents: Cents | None = None
    spent_cents: Cents = 0
    firm_left_cents: Cents | None = None

    @property
    def left_cents(self) -> Cents | None:
        """What is left today of the user's limit and the firm's, whichever is less; None without either."""
        own = None if self.limit_cents is None else max(self.limit_cents - self.spent_cents, 0)
        return min((one for one in (own, self.firm_left_cents) if one is not None), default=None)

    def hindrance(self, row: BoardRow) -> Hindrance:
        """What stands in the way of buying at the present ask."""
        if self.left_cents is not None and row.ask_cents > self.left_cents:
            return "limit"
        return "funds" if gross_cents(row.ask_cents, self.vat_bp.get(row.sector, 0)) > self.available_cents else ""


def purse_of(connection: Connection, seen: Visit) -> Purse:
    """The visitor's purse now."""
    midnight_at = formats.midnight(seen.now)
    rates = {sector: vat_bp for sector, (vat_bp, _, _) in vat_rates(connection).items()}
    wallet = wallet_of(connection, seen.user.organisation, midnight_at)
    firm_cents, limit_cents = wallet.limit.at(seen.now), seen.user.daily_limit_cents
    purse = Purse(wallet.available_cents, rates)
    if firm_cents is not None:
        purse = replace(purse, firm_left_cents=max(firm_cents - wallet.instant_cents, 0))
    if limit_cents is None:
        return purse
    spent = premises().spending.spent_cents([seen.user.user_id], midnight_at)
    return replace(purse, limit_cents=limit_cents, spent_cents=spent[seen.user.user_id])
