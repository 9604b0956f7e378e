"""How outcomes are worded: the kinds a script may expect, every other one as a remark, all of them as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from exchange.house import Deposited
from exchange.instant import Instant, to_text
from exchange.money import format_amount
from exchange.orderbook.outcome import (
    Cancelled,
    Changed,
    Claimed,
    ConsentWithdrawn,
    Converted,
    Expired,
    Filled,
    Halted,
    Listed,
    Placed,
    Refused,
    Rejected,
    Released,
    Resumed,
    Skipped,
    Upheld,
    Withdrawn,
)
from exchange.payload import AnyOutcome
from exchange.script.expectation import BUYOUT, INSTANT_BID, OutcomeLine, fill_words

Sales = Mapping[str, str]
"""The script's names of sales, S1, S2, …, by sale id."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One outcome of a rehearsal. ``seq`` is its number in the sector; None where it was answered at the door."""

    at: Instant
    sector: str
    seq: int | None
    outcome: AnyOutcome

    def line(self, sales: Sales) -> OutcomeLine | None:
        """In the script's words, where it is of a kind a script may expect."""
        match self.outcome:
            case Filled() as sold:
                bid = sold.bid_id or (BUYOUT if sold.buyout else INSTANT_BID)
                words = fill_words(sold.listing_id, sold.buyer, sold.ask_cents, bid, sold.seat)
                return OutcomeLine(self.at, "fill", words)
            case Expired() as over:
                return OutcomeLine(self.at, "expire", (over.name,))
            case Refused() as refused:
                name = sales.get(refused.name, refused.name)
                return OutcomeLine(self.at, "refuse", (refused.who, name, refused.code))
            case Skipped() as passed:
                return OutcomeLine(self.at, "skip", (passed.listing_id, passed.bid_id, passed.reason))
            case Withdrawn() as gone:
                return OutcomeLine(self.at, "withdraw", (gone.listing_id,))
            case Converted() as gone:
                return OutcomeLine(self.at, "convert", (gone.listing_id,))
            case ConsentWithdrawn() as gone:
                return OutcomeLine(self.at, "revoke", (gone.listing_id,))
        return None

    def remark(self, sales: Sales) -> str:
        """What happened, for readers, where a script has no words for it."""
        match self.outcome:
            case Listed() as it:
                price = f"{format_amount(it.start_cents)} to {format_amount(it.floor_cents)}"
                return f"listed {it.listing_id} from {price}, seats {it.seats}, curve version {it.curve}"
            case Placed() as it:
                return f"placed {it.bid_id} of {it.buyer}, {format_amount(it.reserved_cents)} reserved"
            case Changed() as it:
                place = "place kept" if it.kept_place else "at the end of the queue"
                return f"changed {it.bid_id}, {it.state}, {format_amount(it.reserved_cents)} reserved, {place}"
            case Cancelled() as it:
                return f"cancelled {it.bid_id}"
            case Halted() as it:
                return f'halted {self.sector} "{it.reason}"'
            case Resumed():
                return f"resumed {self.sector}"
            case Claimed() as it:
                return f"claimed {sales[it.sale_id]} {it.ground}"
            case Upheld() as it:
                how = "by silence" if it.by_silence else "by ruling"
                back = format_amount(it.net_cents + it.vat_cents)
                return f"upheld {sales[it.sale_id]} {how}, {back} back to {it.buyer}"
            case Rejected() as it:
                return f"rejected {sales[it.sale_id]}"
            case Released() as it:
                return f"released {sales[it.sale_id]}, {format_amount(it.amount_cents)} payable to {it.supplier}"
            case Deposited() as it:
                return f"deposited {format_amount(it.amount_cents)} for {it.organisation}"
        return self.outcome.kind

    def record(self, sales: Sales) -> dict[str, Any]:
        """One JSON object: instant, sector, number, kind, the line a script would expect, and what it consists of."""
        line = self.line(sales)
        facts = {key: value for key, value in asdict(self.outcome).items() if value is not None}
        if "sale_id" in facts:
            facts["sale"] = sales[facts["sale_id"]]
        head: dict[str, Any] = {"at": to_text(self.at), "sector": self.sector, "seq": self.seq}
        if line is None:
            return head | {"kind": self.outcome.kind} | facts
        return head | {"kind": line.kind, "line": line.spell()} | facts
