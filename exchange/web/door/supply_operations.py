"""Operations on a supplier's own leads: the list, one lead's story, figures, earnings, price advice."""

from exchange.web.door.operation import SELLERS, Operation
from exchange.web.door.shapes import selling

SUPPLY_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_supplied", "GET", "/supply/leads", "supply", "supply", "Your listings, the latest first",
        (selling.SuppliedListView,), query=selling.SuppliedQuery, roles=SELLERS,
    ),
    Operation(
        "show_supplied", "GET", "/supply/leads/{listing_id}", "supply", "supply",
        "One of your leads: price steps, seats sold, claims, consent, what it earned", (selling.LifeView,),
        roles=SELLERS,
    ),
    Operation(
        "show_selling", "GET", "/supply/figures", "supply", "supply",
        "Sell-through, revenue, prices, claims, by source, campaign and sector", (selling.SellingView,),
        query=selling.SellingQuery, roles=SELLERS,
    ),
    Operation(
        "show_earnings", "GET", "/supply/earnings", "supply", "supply",
        "Pending, payable and paid, by day, and what becomes payable when", (selling.EarningsView,),
        query=selling.SellingQuery, roles=SELLERS,
    ),
    Operation(
        "price_advice", "GET", "/supply/advice", "supply", "supply", "What leads like one fetched, with cases",
        (selling.AdviceView,), query=selling.AdviceQuery, roles=SELLERS,
    ),
)  # fmt: skip
