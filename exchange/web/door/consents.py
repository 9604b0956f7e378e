"""A consent taken back, as its supplier's programs say it."""

from flask import Response

from exchange.errors import Forbidden
from exchange.orderbook.outcome import ConsentWithdrawn, Withdrawn
from exchange.web.door.doorway import Call, Reply, refusal
from exchange.web.premises import premises


def withdraw_consent(call: Call, listing_id: str) -> Reply | Response:
    """Close the lead's open seats and tell whoever bought; sold leads too. Raises Unknown, Forbidden."""
    if not call.seen.user.sells:
        raise Forbidden("this firm brings no leads")
    desk, since_at = premises().desk, call.body.get("since_at")
    sector = desk.sector_of("listing", listing_id)
    answer = desk.withdraw_consent(
        sector, listing_id=listing_id, by=call.firm, since_at=since_at, reason=call.body["reason"], key=call.key
    )
    if answer.refused is not None:
        return refusal(answer.refused, replayed=answer.replayed)
    said = [value for value in answer.outcomes if isinstance(value, ConsentWithdrawn)]
    closed = [value.listing_id for value in answer.outcomes if isinstance(value, Withdrawn)]
    told = {"since_at": said[0].since_at, "listings": [value.listing_id for value in said], "closed": closed}
    return Reply(told, answer.replayed)
