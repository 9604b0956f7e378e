"""The demo's market on the real desk: opening it, letting suppliers list and firms bid, buy, claim."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from exchange.calendars import make_calendar
from exchange.catalogue import SECTORS, defaults_of
from exchange.demo.leads import draw_lead
from exchange.demo.members import OURS, SUPPLIERS, Firm, draw_firms
from exchange.demo.tastes import Taste
from exchange.desk import Desk, OfferedLead
from exchange.instant import MINUTE_US, Instant
from exchange.money import BasisPoints
from exchange.orderbook.order import Arm
from exchange.orderbook.outcome import Filled
from exchange.pricing.curve import Curve, CurveVersion, Exponential

VAT_BP: BasisPoints = 1900
FEE_BP: BasisPoints = 1000
FIRMS = 40

_WEIGHTS = {"pkv": 13, "bu": 15, "pv": 18, "wp": 11, "baufi": 9, "bav": 9, "rlv": 11, "gewerbe": 9}
_GROUNDS = ("number-not-in-service", "wrong-sector", "not-asked", "unreachable")


@dataclass
class DemoMarket:
    """A seeded market. Everything happens through the desk, at the desk's clock; nothing is written past it."""

    desk: Desk
    rng: Random
    firms: list[Firm] = field(default_factory=list)
    recent: list[tuple[str, str]] = field(default_factory=list)
    """Sector and id of listings that may still be open, oldest first."""
    sold: list[tuple[str, Filled]] = field(default_factory=list)

    def open(self) -> None:
        """Sectors with their curves, members, money and standing bids."""
        calendar = make_calendar(1, ())
        for code, sector in SECTORS.items():
            self.desk.open_sector(
                code,
                tick_cents=sector.tick_cents,
                most_seats=sector.most_seats,
                fee_bp=FEE_BP,
                vat_bp=VAT_BP,
                calendar=calendar,
                claims=sector.claims,
                arms=(Arm(CurveVersion(1, f"{code}-1", defaults_of(code).curve), 10_000),),
            )
            self.desk.set_sharing(code, buyout_bp=sector.buyout_bp, seat_bp=sector.seat_bp)
        for organisation, name in SUPPLIERS:
            self.desk.join(organisation, name=name, supplier=True)
        self.firms = draw_firms(self.rng, FIRMS)
        for firm in self.firms:
            self.desk.join(firm.organisation, name=firm.name, buyer=True)
        self.deposit()

    def deposit(self) -> None:
        """Every firm pays in what its wallet lacks of what it likes to have there."""
        for firm in self.firms:
            lacks_cents = firm.deposit_cents - self.desk.balance(firm.organisation).available_cents
            if lacks_cents > 0:
                self.desk.deposit(firm.organisation, amount_cents=lacks_cents, reference="Überweisung")

    def try_another_curve(self) -> None:
        """From now on photovoltaics are listed on two curves, half of them each."""
        usual = CurveVersion(1, "pv-1", defaults_of("pv").curve)
        other = CurveVersion(2, "pv-2", Curve(Exponential(half_life_us=50 * MINUTE_US), 120 * MINUTE_US))
        self.desk.tune("pv", arms=(Arm(usual, 5_000), Arm(other, 5_000)))

    def bid(self, firm: Firm, taste: Taste, *, until_at: Instant | None = None) -> str | None:
        """Rest the standing bid of a taste; returns its id, or None where the wallet does not cover it."""
        limit = taste.limit_cents(SECTORS[taste.sector].tick_cents)
        bid_id = f"{firm.organisation}-{taste.sector}-{self.rng.randrange(16**4):04x}"
        answer = self.desk.place(
            taste.sector,
            bid_id=bid_id,
            buyer=firm.organisation,
            limit_cents=limit,
            quantity=taste.quantity,
            filters=taste.filters,
            budget_cents=None if taste.budget_leads is None else limit * taste.budget_leads,
            caps=() if taste.cap is None else (taste.cap,),
            hours=taste.hours,
            until_at=until_at,
        )
        self.note_sales(taste.sector, answer.fills)
        return None if answer.refused else bid_id

    def list_lead(self) -> None:
        """One supplier lists one lead that somebody has just asked for."""
        code = self.rng.choices(tuple(_WEIGHTS), tuple(_WEIGHTS.values()))[0]
        supplier = self.rng.choice(SUPPLIERS)[0]
        asked_at = self.desk.store.clock.now() - self.rng.randrange(1, 12) * MINUTE_US
        drawn = draw_lead(self.rng, SECTORS[code], asked_at, supplier=supplier)
        lead = drawn.lead
        draw = self.rng.randrange(10_000)
        offered = OfferedLead.of(lead, drawn.contact, drawn.consent, draw=draw)
        for answer in self.desk.list_leads(code, supplier=supplier, leads=[offered]):
            if isinstance(answer, Exception):
                raise answer
            self.note_sales(code, answer.fills)
        self.recent.append((code, lead.lead_id))

    def visit(self, *, guests_only: bool = False) -> None:
        """An adviser looks at the board, and buys what has become cheap enough for the firm's taste."""
        firm = self.rng.choice(self.firms[1:] if guests_only else self.firms)
        taste = self.rng.choice(firm.tastes)
        for sector, listing_id in self._looked_at(taste.sector):
            row = self.desk.row_of("listing", listing_id)
            if row["state"] != "open":
                self.recent.remove((sector, listing_id))
            elif row["ask_cents"] <= row["start_cents"] * min(taste.patience + 0.15, 0.97):
                answer = self.desk.buy(
                    sector, buyer=firm.organisation, listing_id=listing_id, most_cents=row["ask_cents"]
                )
                self.note_sales(sector, answer.fills)
                return

    def _looked_at(self, sector: str) -> list[tuple[str, str]]:
        wanted = [known for known in self.recent[-400:] if known[0] == sector]
        return self.rng.sample(wanted, min(4, len(wanted)))

    def dispute(self) -> None:
        """A buyer claims a recent sale; the operator rules on most of them."""
        sales = [(sector, sale) for sector, sale in self.sold[-60:] if sale.buyer != OURS or self.rng.random() < 0.3]
        if not sales:
            return
        sector, sale = self.rng.choice(sales)
        ground = self.rng.choice(_GROUNDS)
        answer = self.desk.claim(sector, sale_id=sale.sale_id, buyer=sale.buyer, ground=ground)
        if answer.refused is None and self.rng.random() < 0.7:
            ruling = self.rng.choice(("uphold", "uphold", "reject"))
            self.desk.rule(sector, sale_id=sale.sale_id, ruling=ruling)

    def note_sales(self, sector: str, fills: Iterable[Filled]) -> None:
        """Remember what was sold, for the claims to come."""
        self.sold += [(sector, fill) for fill in fills]

    def settle(self) -> None:
        """Bring every sector up to now."""
        for sector in SECTORS:
            decided = self.desk.settle(sector)
            self.note_sales(sector, (entry.value for entry in decided if isinstance(entry.value, Filled)))
