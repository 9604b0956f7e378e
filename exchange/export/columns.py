"""The shape of what is exported: datasets, their columns in order, with units in their names. Part of the promise.

A column that is there keeps its name, type and meaning; further ones come after it.
"""

from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "whole", "instant", "wholes", "instants"]
"""``wholes`` and ``instants`` are lists."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``meaning`` is what docs/analysis.md says of it."""

    name: str
    type: Type
    meaning: str


def _columns(text: str) -> tuple[Column, ...]:
    """Lines of name, type, meaning."""
    found = []
    for line in text.strip().splitlines():
        name, kind, meaning = line.split(None, 2)
        found.append(Column(name, kind, meaning))  # type: ignore[arg-type]
    return tuple(found)


DATASETS: dict[str, tuple[Column, ...]] = {
    "tape": _columns("""
        seq            whole    number in the sector, without gaps
        decided_at     instant  when it became due or was decided; its day is the partition
        kind           text     the order or outcome, as in docs/rules.md §9
        payload        text     the order or outcome as canonical JSON
        hash           text     SHA-256 over the hash before and the entry, hexadecimal
    """),
    "listings": _columns("""
        listing_id     text     the listing
        seq            whole    its entry on the tape
        listed_at      instant  when it was listed; its day is the partition
        asked_at       instant  when the enquirer asked
        region         text     federal state, ISO 3166-2
        postcode_area  text     first two digits of the postcode
        supplier       text     who brought it
        answers        text     answers to the sector's questions, canonical JSON
        seats          whole    seats offered
        sold           whole    seats sold so far
        state          text     open, sold, expired, withdrawn or converted
        closed_at      instant  when it ended, if it has
        start_cents    whole    first ask, net
        floor_cents    whole    lowest ask, net
        tick_cents     whole    smallest fall
        curve          whole    curve version
        arm_bp         whole    probability with which this curve was drawn, basis points
        duration_us    whole    running time, microseconds
        step_us        wholes   running time at which each step begins, the first is 0
        step_cents     wholes   ask of each step, net
        step_at        instants instant of each step; those after a halt nobody has ended are left out
        bought_out     whole    1 where one sale took all seats, else 0
        convert_us     whole    running time after which it turns into a shared one, if it does
        converted_from text     the exclusive listing it followed; empty where it is a lead's own
    """),
    "bids": _columns("""
        bid_id         text     the standing bid
        seq            whole    its entry on the tape
        entered_at     instant  when it was entered; its day is the partition
        ended_at       instant  when it ended, if it has
        buyer          text     whose it is
        state          text     active, paused, filled, cancelled or expired
        limit_cents    whole    most it pays for a lead, net, as last changed
        quantity       whole    most leads over its life
        budget_cents   whole    most it spends in all, net, if it says so
        until_at       instant  end of its validity, if it has one
        filled         whole    leads it has bought
        spent_cents    whole    what they cost, net
        terms          text     its filters, caps and hours as last changed, canonical JSON
    """),
    "fills": _columns("""
        sale_id        text     the sale
        seq            whole    its entry on the tape
        sold_at        instant  when it was sold; its day is the partition
        listing_id     text     what was sold
        listed_at      instant  when that was listed
        asked_at       instant  when the enquirer asked
        region         text     federal state, ISO 3166-2
        curve          whole    curve version of its terms
        start_cents    whole    its first ask, net
        ask_cents      whole    price, net: the ask, in a buy-out times the factor
        vat_cents      whole    value added tax on it
        fee_cents      whole    the house's part of it
        seat           whole    which of its seats
        seats          whole    seats offered
        buyer          text     who bought
        supplier       text     who brought it
        bid_id         text     the standing bid that bought; empty for an instant bid
        claim          text     unclaimed, claimed, upheld or rejected
        returned_cents whole    what an upheld claim gave back, net
        buyout         whole    1 where the price is for all seats, else 0
    """),
    "skips": _columns("""
        seq            whole    its entry on the tape
        skipped_at     instant  when the bid was passed over; its day is the partition
        listing_id     text     the listing
        bid_id         text     the bid
        buyer          text     whose bid it is
        reason         text     why, as in docs/rules.md §3
    """),
    "claims": _columns("""
        seq            whole    its entry on the tape
        claimed_at     instant  when it was filed; its day is the partition
        sale_id        text     the sale
        ground         text     on what ground
        silence_at     instant  when silence upholds it
        claim          text     where it stands: claimed, upheld or rejected
        sold_at        instant  when that was sold
        ask_cents      whole    price of the sale, net
        returned_cents whole    what was given back, net
        buyer          text     who claims
        supplier       text     who brought the lead
    """),
}
"""Every dataset; partitions are ``sector=CODE/day=YYYY-MM-DD``, the day in Berlin."""
