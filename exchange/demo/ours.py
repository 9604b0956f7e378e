"""What the printed account's firm already wants when it first logs in: four standing bids, one of them paused."""

from dataclasses import dataclass

from exchange.access.entrance import Entrance
from exchange.demo.members import OURS
from exchange.desk import Desk
from exchange.instant import DAY_US
from exchange.money import Cents
from exchange.orderbook.caps import Cap
from exchange.orderbook.filters import Condition, Filters

EMAIL = "advisor@brandt-vogel.example"
PASSWORD = "Falling-Prices-2026"  # noqa: S105 - printed on purpose: it opens nothing but the demo
NAME = "Sabine Brandt"


@dataclass(frozen=True, slots=True)
class _Wanted:
    sector: str
    bid_id: str
    name: str
    limit_cents: Cents
    quantity: int
    leads_a_day: int
    filters: Filters
    paused: bool = False


_SOUTH = ("DE-BW", "DE-BY")
_MUNICH = ("80", "81", "82", "85", "86")
_SWABIA = ("86", "87", "88", "89")

_BIDS = (
    _Wanted("bu", "bu-sued", "BU Süd, exklusiv", 4400, 25, 5, Filters(regions=_SOUTH, seats_at_most=1)),
    _Wanted("pkv", "pkv-muenchen", "PKV München", 7200, 10, 2, Filters(postcodes=_MUNICH)),
    _Wanted("rlv", "rlv-sued", "Risikoleben Süd", 1600, 20, 4, Filters(regions=_SOUTH)),
    _Wanted(
        "pv",
        "pv-schwaben",
        "Photovoltaik Schwaben",
        1800,
        10,
        3,
        Filters(postcodes=_SWABIA, conditions=(Condition("owner", "=", ("yes",)),)),
        paused=True,
    ),
)


def open_our_bids(desk: Desk, entrance: Entrance) -> None:
    """Rest the firm's bids and give them the names its pages show."""
    for wanted in _BIDS:
        bid_id = f"{OURS}-{wanted.bid_id}"
        answer = desk.place(
            wanted.sector,
            bid_id=bid_id,
            buyer=OURS,
            limit_cents=wanted.limit_cents,
            quantity=wanted.quantity,
            filters=wanted.filters,
            caps=(Cap("day", leads=wanted.leads_a_day),),
            until_at=desk.store.clock.now() + 60 * DAY_US,
        )
        if answer.refused is not None:
            raise LookupError(f"the demo's bid {bid_id} was refused: {answer.refused.code}")
        entrance.name_bid(bid_id, wanted.name)
        if wanted.paused:
            desk.pause(wanted.sector, bid_id=bid_id, buyer=OURS)
