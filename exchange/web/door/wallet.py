"""The wallet over JSON."""

from exchange.reports.money import movements_of, wallet_of
from exchange.web import formats
from exchange.web.door.doorway import Call, Reply
from exchange.web.premises import premises


def show_wallet(call: Call) -> Reply:
    """What may be spent and what is held."""
    with premises().reading() as connection:
        return Reply(wallet_of(connection, call.firm, formats.midnight(call.seen.now)))


def list_movements(call: Call) -> Reply:
    """Movements, the latest first."""
    with premises().reading() as connection:
        found, following = movements_of(connection, call.firm, call.query.get("below"), call.query["size"])
    rows = [
        {
            "number": one.number,
            "first": one.first,
            "at": one.at,
            "kind": one.kind,
            "bid": one.bid or None,
            "sector": one.sector,
            "listing_id": one.listing_id or None,
            "change_cents": one.change_cents,
            "balance_cents": one.balance_cents,
        }
        for one in found
    ]
    return Reply({"movements": rows, "next": following})
