"""Outcomes of a tape in words for whoever replays them: members and bids are numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exchange.claims import GROUNDS
from exchange.instant import Instant, to_text
from exchange.money import Cents
from exchange.reports.stretch import Event, LeadStory
from exchange.web import formats
from exchange.web.visit import Visit

KINDS = (
    *("listed", "filled", "refused", "skipped", "expired", "withdrawn", "placed", "changed", "cancelled"),
    *("halted", "resumed", "claimed", "upheld", "rejected", "converted", "consent_withdrawn", "step"),
)
"""Kinds with words of their own; another one is called what the tape calls it."""

WHY = (
    *("sold", "expired", "withdrawn", "converted", "exclusive", "no_buyout", "seat_sold", "own_lead", "cap_reached"),
    *("not_covered_by_consent", "already_bought", "out_of_hours", "budget_used", "price_above_limit", "forbidden"),
    *("insufficient_funds", "already_claimed", "window_passed", "halted", "not_open", "unknown"),
)
"""Codes with words of their own (rules.md §3, §10); what somebody wrote as a reason stands as it is."""


@dataclass(frozen=True, slots=True)
class EventView:
    """One line of the list: ``at`` to the microsecond, ``ms`` for the browser, ``lead`` what it concerns, if a lead."""

    seq: int
    at: str
    ms: float
    clock: str
    kind: str
    title: str
    price: str
    note: str
    lead: str


class EventWords:
    """Says what happened; ``numbers`` stand for members, bids are ``named`` by the number of their entry."""

    def __init__(self, seen: Visit, numbers: Mapping[str, int], named: Mapping[str, tuple[int, Cents]]) -> None:
        self._seen = seen
        self._numbers = numbers
        self._named = named

    def say(self, event: Event) -> EventView:
        """One outcome."""
        told, seen = event.payload, self._seen
        kind = event.kind if event.kind in KINDS else "other"
        title = seen.t(f"replay.kind.{kind}", word=event.kind) if kind == "other" else seen.t(f"replay.kind.{kind}")
        cents = told.get("ask_cents", told.get("start_cents", told.get("net_cents")))
        notes = [self._member(told), self._bid(told), self._why(told)]
        lead = told.get("listing_id", told.get("name", "") if told.get("thing") == "listing" else "")
        return self._view(event.seq, event.at, event.kind, title, cents, notes, lead)

    def step(self, at: Instant, cents: Cents, lead: str) -> EventView:
        """A fall of the price, which is no entry: it follows from the terms."""
        return self._view(0, at, "step", self._seen.t("replay.kind.step"), cents, [], lead)

    def story(self, story: LeadStory) -> list[EventView]:
        """A lead's whole life, its steps among its entries."""
        found = [self.say(event) for event in story.events]
        found += [self.step(at, cents, story.listing_id) for at, cents in story.steps[1:]]
        return sorted(found, key=lambda one: (one.ms, one.seq))

    def _view(
        self, seq: int, at: Instant, kind: str, title: str, cents: Cents | None, notes: list[str], lead: str
    ) -> EventView:
        price = "" if cents is None else self._seen.money(cents)
        note = ", ".join(one for one in notes if one)
        return EventView(seq, to_text(at), at / 1000, precise_clock(at, self._seen), kind, title, price, note, lead)

    def _member(self, told: Mapping[str, Any]) -> str:
        for role, key in (("buyer", "buyer"), ("buyer", "who"), ("supplier", "supplier")):
            number = self._numbers.get(told.get(key, ""))
            if number is not None:
                return self._seen.t(f"replay.{role}", n=number)
        return ""

    def _bid(self, told: Mapping[str, Any]) -> str:
        known = self._named.get(told.get("bid_id", ""))
        if known is None:
            return ""
        return self._seen.t("replay.bid_limit", n=known[0], limit=self._seen.money(known[1]))

    def _why(self, told: Mapping[str, Any]) -> str:
        if "seat" in told:
            return self._seen.t("replay.seat", n=told["seat"])
        if (ground := told.get("ground")) in GROUNDS:
            return self._seen.t(f"ground.{ground}")
        word = str(told.get("reason") or told.get("code") or ground or "")
        return self._seen.t(f"replay.why.{word}") if word in WHY else word


def precise_clock(at: Instant, seen: Visit) -> str:
    """``14:28:03,412``: to the millisecond."""
    return f"{formats.clock_second(at)}{',' if seen.lang == 'de' else '.'}{at // 1000 % 1000:03d}"
