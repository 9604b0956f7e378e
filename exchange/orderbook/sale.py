"""A sale in the book: who bought one seat at what price, and where its claim stands."""

from exchange.claims import Parts
from exchange.instant import Instant

UNCLAIMED, CLAIMED, UPHELD, REJECTED = "unclaimed", "claimed", "upheld", "rejected"


class Sale:
    """Kept in the book until it is payable and can no longer be claimed."""

    __slots__ = (
        "buyer",
        "claim",
        "closes_at",
        "ground",
        "listing_id",
        "parts",
        "released",
        "returned",
        "sale_id",
        "seq",
        "silence_at",
        "sold_at",
        "supplier",
    )

    def __init__(
        self,
        *,
        sale_id: str,
        seq: int,
        listing_id: str,
        buyer: str,
        supplier: str,
        parts: Parts,
        sold_at: Instant,
        closes_at: Instant,
    ) -> None:
        self.sale_id = sale_id
        self.seq = seq
        self.listing_id = listing_id
        self.buyer = buyer
        self.supplier = supplier
        self.parts = parts
        self.sold_at = sold_at
        self.closes_at = closes_at
        """The end of the claim window, when the supplier's part becomes payable."""
        self.claim = UNCLAIMED
        self.ground = ""
        self.silence_at: Instant | None = None
        self.returned = Parts(0, 0, 0)
        self.released = False

    @property
    def payable_cents(self) -> int:
        """The supplier's part that no claim has taken back: net less fee."""
        return (self.parts.net_cents - self.parts.fee_cents) - (self.returned.net_cents - self.returned.fee_cents)
