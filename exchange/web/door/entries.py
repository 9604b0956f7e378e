"""The tapes over JSON, followed by position and seen through the consent scope, as the live stream shows them."""

from exchange.errors import Invalid
from exchange.reports.tapes import Position, entries_since, position
from exchange.web.door.doorway import Call, Reply
from exchange.web.events import events_of, position_text, read_position
from exchange.web.premises import premises


def follow_entries(call: Call) -> Reply:
    """What happened since a position; without one only where the tapes end."""
    ours, since, most = premises(), call.query.get("since"), call.query["size"]
    with ours.reading() as connection:
        heads = position(connection)
        start = heads if since is None else read_position(since, heads)
        if start is None:
            raise Invalid("since", "a position like bu:981,pv:4410")
        behind = {sector: seq for sector, seq in start.items() if seq < heads[sector]}
        entries = entries_since(connection, behind, most)
        events = events_of(connection, ours.rulebook, entries, ours.clock.now())
    more = len(entries) == most
    reached = _reached(start, {entry.sector: entry.seq for entry in entries}) if more else heads
    mine = [
        {"sector": event.sector, "seq": event.seq, "kind": event.kind, "data": event.data}
        for event in events
        if event.concerns(call.firm)
    ]
    return Reply({"entries": mine, "position": position_text(reached), "more": more})


def _reached(start: Position, last: Position) -> Position:
    """Where a page that is full ends: a sector it did not come to stays where it was."""
    return {sector: max(seq, last.get(sector, 0)) for sector, seq in start.items()}
