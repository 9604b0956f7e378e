"""Checks what clients saw against two small models: a listing's seats, and a wallet that only ever pays.

Knows nothing of the exchange: neither its tables nor its words but those in the history. Each finding is a way in which
no order of the calls, one after the other within their instants, explains the answers.
"""

from collections.abc import Iterator
from itertools import pairwise

from tests.contention.history import SOLD, UNKNOWN, Call, History, Seat

GONE = "not_open:sold"
POOR = "insufficient_funds"


def check(history: History) -> list[str]:
    """All findings; none where the history can be explained."""
    found = []
    for listing, seats in history.seats.items():
        calls = [call for call in history.calls if call.listing == listing]
        sold = sorted((seat for seat in history.sold if seat.listing == listing), key=lambda one: one.number)
        found += [f"{listing}: {said}" for said in (*_seats(seats, sold), *_answers(calls, sold), *_order(calls, sold))]
        found += [f"{listing}: {said}" for said in _refusals(seats, calls, sold)]
    for buyer in history.before_cents:
        found += [f"{buyer}: {said}" for said in _wallet(buyer, history)]
    return found


def _seats(seats: int, sold: list[Seat]) -> Iterator[str]:
    """Each seat at most once, from the first on, to different firms, at prices that only fall."""
    if [one.number for one in sold] != list(range(1, len(sold) + 1)) or len(sold) > seats:
        yield f"seats {[one.number for one in sold]} of {seats}"
    if len({one.buyer for one in sold}) != len(sold):
        yield "one firm holds two seats"
    if any(earlier.gross_cents < later.gross_cents for earlier, later in pairwise(sold)):
        yield "the price rose"


def _answers(calls: list[Call], sold: list[Seat]) -> Iterator[str]:
    """Who was told of a seat holds it, at that price; who holds one asked for it, unless a bid did."""
    holders = {one.number: one for one in sold}
    for call in calls:
        if call.said != UNKNOWN and call.to != call.buyer:
            yield f"{call.buyer} got the answer of {call.to}"
        if call.said == SOLD:
            seat = holders.get(call.seat)
            if seat is None or (seat.buyer, seat.gross_cents, seat.bid) != (call.buyer, call.gross_cents, False):
                yield f"{call.buyer} was told of seat {call.seat} and does not hold it"
    asked = {call.buyer for call in calls if call.said in (SOLD, UNKNOWN)}
    yield from (
        f"{one.buyer} holds seat {one.number} unasked" for one in sold if not one.bid and one.buyer not in asked
    )


def _order(calls: list[Call], sold: list[Seat]) -> Iterator[str]:
    """A sale that was answered before another was asked for has the earlier seat."""
    told = sorted((call for call in calls if call.said == SOLD), key=lambda call: call.seat)
    for place, earlier in enumerate(told):
        for later in told[place + 1 :]:
            if later.returned_ns < earlier.called_ns:
                yield f"seat {later.seat} was answered before seat {earlier.seat} was asked for"


def _refusals(seats: int, calls: list[Call], sold: list[Seat]) -> Iterator[str]:
    """``sold out`` may be said only once all seats could be gone, and no seat may be asked for and sold after it."""
    by_bids = sum(one.bid for one in sold)
    sales = [call for call in calls if any(not one.bid and one.buyer == call.buyer for one in sold)]
    for refused in (call for call in calls if call.said == GONE):
        begun = sum(call.called_ns < refused.returned_ns for call in sales)
        if by_bids + begun < seats:
            yield f"{refused.buyer} was told it is sold out when {by_bids + begun} of {seats} seats could be gone"
        if any(call.said == SOLD and call.called_ns > refused.returned_ns for call in calls):
            yield f"a seat was asked for and sold after {refused.buyer} was told there is none"


def _wallet(buyer: str, history: History) -> Iterator[str]:
    """What was paid is what is gone; a sale was covered, a refusal was not, in some order within their instants."""
    before, after = history.before_cents[buyer], history.after_cents[buyer]
    paid = {one.listing: one.gross_cents for one in history.sold if one.buyer == buyer and not one.bid}
    if after < 0 or after != before - sum(paid.values()):
        yield f"had {before}, paid {sum(paid.values())}, has {after}"
    mine = [call for call in history.calls if call.buyer == buyer]
    bought = [call for call in mine if call.listing in paid and call.said in (SOLD, UNKNOWN)]
    for call in mine:
        if call.said == SOLD:
            surely = sum(paid[one.listing] for one in bought if one.said == SOLD and one.returned_ns < call.called_ns)
            if call.listing in paid and before - surely < paid[call.listing]:
                yield f"bought {call.listing} with {before - surely}"
        if call.said == POOR:
            perhaps = sum(paid[one.listing] for one in bought if one.called_ns < call.returned_ns)
            if before - perhaps >= history.dearest_cents[call.listing]:
                yield f"was refused {call.listing} with at least {before - perhaps}"
