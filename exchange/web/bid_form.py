"""The form of a standing bid: text in, an order's terms or the list of what is wrong out."""

import re
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from exchange.access.bid_names import MOST_LETTERS
from exchange.catalogue import SECTORS
from exchange.money import Cents
from exchange.orderbook.caps import Cap
from exchange.orderbook.filters import Filters
from exchange.reports import Connection
from exchange.reports.pulse import vat_rates
from exchange.sector import REGIONS
from exchange.web.filters import cents_of, prefixes_of
from exchange.web.visit import Visit

_COUNT = re.compile(r"[1-9][0-9]{0,5}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Terms a bid can be placed with."""

    sector: str
    name: str
    limit_cents: Cents
    quantity: int
    filters: Filters
    caps: tuple[Cap, ...]


@dataclass(frozen=True, slots=True)
class BidForm:
    """What stands in the fields, as it was typed."""

    sector: str
    name: str
    region: tuple[str, ...]
    plz: str
    seats: str
    limit: str
    quantity: str
    daily: str

    @classmethod
    def read(cls, typed: "MultiDict[str, str]") -> "BidForm":
        """From a form or from a link of the board."""
        return cls(
            sector=typed.get("sector", ""),
            name=typed.get("name", "")[:200],
            region=tuple(typed.getlist("region"))[: len(REGIONS)],
            plz=typed.get("plz", "")[:200],
            seats=typed.get("seats", ""),
            limit=typed.get("limit", "")[:20],
            quantity=typed.get("quantity", "5")[:10],
            daily=typed.get("daily", "")[:10],
        )

    def check(self, connection: Connection, seen: Visit) -> tuple[Wanted | None, dict[str, str]]:
        """The terms, or what to correct by field."""
        rates = vat_rates(connection)
        tick = rates[self.sector][1] if self.sector in rates else 50
        limit, prefixes = cents_of(self.limit), prefixes_of(self.plz, 5)
        found = {
            "sector": self.sector in rates,
            "name": len(self.name.strip()) <= MOST_LETTERS,
            "region": all(code in REGIONS for code in self.region),
            "plz": prefixes is not None,
            "limit": limit is not None and limit > 0 and limit % tick == 0,
            "quantity": bool(_COUNT.match(self.quantity.strip())),
            "daily": not self.daily.strip() or bool(_COUNT.match(self.daily.strip())),
        }
        blanks = {"tick": seen.money(tick), "example": seen.money(44 * 100)}
        problems = {name: seen.t(f"bids.error.{name}", **blanks) for name, fine in found.items() if not fine}
        if problems or limit is None or prefixes is None:
            return None, problems
        filters = Filters(
            regions=self.region or None,
            postcodes=prefixes or None,
            seats_at_most=1 if self.seats == "exclusive" else None,
        )
        caps = (Cap("day", leads=int(self.daily)),) if self.daily.strip() else ()
        return Wanted(self.sector, self.name.strip(), limit, int(self.quantity), filters, caps), {}


def sector_choices(seen: Visit) -> list[tuple[str, str]]:
    """Sectors by their full names."""
    return [(code, sector.name_en if seen.lang == "en" else sector.name_de) for code, sector in SECTORS.items()]
