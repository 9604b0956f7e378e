"""The form of a standing bid: text in, an order's terms or the list of what is wrong out."""

from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from exchange.access.bid_names import MOST_LETTERS
from exchange.catalogue import SECTORS
from exchange.instant import Instant
from exchange.money import Cents
from exchange.orderbook.caps import ActiveHours, Cap
from exchange.orderbook.filters import Filters
from exchange.orderbook.order import ChangeBid, Facts, StandingBid
from exchange.reports import Connection
from exchange.reports.bids import BidRow
from exchange.reports.pulse import vat_rates
from exchange.sector import REGIONS
from exchange.web import bid_fields
from exchange.web.filters import cents_of, euros_text, prefixes_of
from exchange.web.visit import Visit

MOST_TYPED = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Terms a bid can be placed with. Amounts net cents."""

    sector: str
    name: str
    limit_cents: Cents
    quantity: int
    filters: Filters
    caps: tuple[Cap, ...]
    budget_cents: Cents | None
    hours: ActiveHours | None
    until_at: Instant | None

    def terms(self) -> dict[str, Any]:
        """As `Desk.place` and `Desk.change` take them."""
        return {
            "limit_cents": self.limit_cents,
            "quantity": self.quantity,
            "filters": self.filters,
            "caps": self.caps,
            "budget_cents": self.budget_cents,
            "hours": self.hours,
            "until_at": self.until_at,
        }

    def order(self, buyer: str, group: str) -> StandingBid:
        """As an order that nobody has placed: for the preview."""
        return StandingBid(bid_id="", buyer=buyer, group=group, facts=Facts(0), **self.terms())

    def change(self, bid_id: str, buyer: str) -> ChangeBid:
        """As a change that nobody has asked for: what would become of the bid's place."""
        return ChangeBid(bid_id=bid_id, buyer=buyer, facts=Facts(0), **self.terms())


@dataclass(frozen=True, slots=True)
class BidForm:
    """What stands in the fields, as it was typed; the defaults are those of an empty form."""

    sector: str = "pkv"
    name: str = ""
    region: tuple[str, ...] = ()
    plz: str = ""
    seats: str = ""
    age: str = ""
    limit: str = ""
    quantity: str = "5"
    budget: str = ""
    until: str = ""
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    caps: dict[str, str] = field(default_factory=dict)
    hours: dict[int, str] = field(default_factory=dict)
    not_from: tuple[str, ...] = ()

    @classmethod
    def read(cls, typed: "MultiDict[str, str]") -> "BidForm":
        """From a form or from a link of the board."""
        told = {
            name: typed.get(name, "")[:MOST_TYPED]
            for name in ("sector", "name", "plz", "seats", "age", "limit", "quantity", "budget", "until")
            if name in typed
        }
        caps = {name: typed[name][:20] for name in typed if name.startswith(("leads.", "net."))}
        if typed.get("daily"):
            caps["leads.day"] = typed["daily"][:20]
        return cls(
            **told,
            region=tuple(typed.getlist("region"))[: len(REGIONS)],
            answers={
                name: tuple(value[:MOST_TYPED] for value in typed.getlist(name)[:50])
                for name in typed
                if name.startswith(("is.", "min.", "max."))
            },
            caps=caps,
            hours={n: typed[f"hours.{n}"][:80] for n in bid_fields.WEEKDAYS if typed.get(f"hours.{n}")},
            not_from=tuple(typed.getlist("not_from"))[:MOST_TYPED],
        )

    @classmethod
    def of(cls, bid: BidRow) -> "BidForm":
        """A bid as its owner would type it again."""
        filters = bid.filters
        answers = bid_fields.conditions_typed(SECTORS[bid.sector], filters.conditions)[0]
        budget = bid.terms.budget_cents
        return cls(
            sector=bid.sector,
            name=bid.name,
            region=filters.regions or (),
            plz=", ".join(filters.postcodes or ()),
            seats="exclusive" if filters.seats_at_most == 1 else "",
            age=bid_fields.age_typed(filters.age_below_us),
            limit=euros_text(bid.limit_cents),
            quantity=str(bid.quantity),
            budget="" if budget is None else euros_text(budget),
            until=bid_fields.until_typed(bid.terms.until_at),
            answers=answers,
            caps=bid_fields.caps_typed(bid.terms.caps),
            hours=bid_fields.hours_typed(bid.terms.hours),
            not_from=filters.not_from,
        )

    def check(self, connection: Connection, seen: Visit) -> tuple[Wanted | None, dict[str, str]]:
        """The terms, or what to correct by field."""
        rates = vat_rates(connection)
        tick = rates[self.sector][1] if self.sector in rates else 50
        known = self.sector in rates and self.sector in SECTORS
        limit, prefixes, budget = cents_of(self.limit), prefixes_of(self.plz, 5), cents_of(self.budget)
        caps, (hours_fine, hours) = bid_fields.caps_of(self.caps), bid_fields.hours_of(self.hours)
        until_fine, until_at = bid_fields.until_of(self.until)
        age_fine, age_us = bid_fields.age_of(self.age)
        conditions = bid_fields.conditions_of(SECTORS[self.sector], self.answers) if known else ()
        quantity = bid_fields.count_of(self.quantity)
        fine = {
            "sector": known,
            "name": len(self.name.strip()) <= MOST_LETTERS,
            "region": all(code in REGIONS for code in self.region),
            "plz": prefixes is not None,
            "age": age_fine,
            "answers": conditions is not None,
            "limit": limit is not None and limit > 0 and limit % tick == 0,
            "quantity": quantity is not None,
            "budget": not self.budget.strip() or bool(budget),
            "caps": caps is not None,
            "hours": hours_fine,
            "until": until_fine and (until_at is None or until_at > seen.now),
        }
        blanks = {"tick": seen.money(tick), "example": seen.money(44 * 100)}
        problems = {name: seen.t(f"bids.error.{name}", **blanks) for name, held in fine.items() if not held}
        if problems or limit is None or quantity is None or caps is None or conditions is None:
            return None, problems
        filters = Filters(
            regions=self.region or None,
            postcodes=prefixes or None,
            conditions=conditions,
            age_below_us=age_us,
            seats_at_most=1 if self.seats == "exclusive" else None,
            not_from=self.not_from,
        )
        name = self.name.strip()
        return Wanted(self.sector, name, limit, quantity, filters, caps, budget, hours, until_at), {}


def sector_choices(seen: Visit) -> list[tuple[str, str]]:
    """Sectors by their full names."""
    return [(code, sector.name_en if seen.lang == "en" else sector.name_de) for code, sector in SECTORS.items()]
