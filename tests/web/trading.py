"""A week's trade in one sector of the painted market: days that may be shown, and days that may not."""

from collections.abc import Callable

from exchange.desk import OfferedLead
from exchange.instant import DAY_US, MINUTE_US, Instant
from tests.web.market import NOW, Market

BUYERS, SUPPLIERS = ("brandt", "krone", "neumann"), ("quelle", "born", "fundus")
SECTOR = "gewerbe"
SALES = ((0, "DE-BE", "10115", 9), (0, "DE-BY", "80331", 6), (1, "DE-BE", "10115", 2), (3, "DE-BY", "80331", 7))
"""Days after the painted one, and how many leads were sold where."""
LATER = NOW + 40 * DAY_US
"""The month is over, and the last window of its claims has passed."""


def trade(market: Market, to: Callable[[Instant], None], until: Instant = LATER) -> None:
    """Sell as `SALES` says; every third lead a little later and cheaper."""
    desk = market.desk
    desk.join("neumann", name="Neumann Beratung", buyer=True)
    desk.deposit("neumann", amount_cents=300_000, reference="Überweisung")
    for name in SUPPLIERS[1:]:
        desk.join(name, name=name.title(), supplier=True)
    for place, (days, region, postcode, many) in enumerate(SALES):
        to(NOW + days * DAY_US + place * 100 * MINUTE_US)
        for n in range(many):
            _sell(market, f"S{place}{n}", region, postcode, n, to)
    to(until)
    for sector in desk.sectors():
        desk.settle(sector)


def _sell(market: Market, name: str, region: str, postcode: str, n: int, to: Callable[[Instant], None]) -> None:
    at = market.desk.store.clock.now()
    lead = OfferedLead(
        listing_id=name, region=region, postcode=postcode, seats=1, start_cents=3_000, floor_cents=1_000,
        asked_at=at, answers=(), draw=0, person_id=name,
    )  # fmt: skip
    market.desk.list_leads(SECTOR, supplier=SUPPLIERS[n % 3], leads=[lead])
    to(at + (30 if n % 3 == 0 else 1) * MINUTE_US)
    market.desk.buy(SECTOR, buyer=BUYERS[n % 3], listing_id=name, most_cents=3_000, key=f"trade-{name}")
