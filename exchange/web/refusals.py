"""Refusals in words, for pages that answer without scripts; the browser's own are in `box.js`."""

from dataclasses import dataclass

from flask import url_for

from exchange.money import Cents, format_amount
from exchange.web.visit import Visit

_TONES = {"insufficient_funds": "bad", "sold": "inf"}
_ENDED = ("sold", "expired", "withdrawn", "converted", "seat_sold")
_TOLD = ("price_above_limit", "insufficient_funds", "cap_reached", "already_bought", "halted", "own_lead")


@dataclass(frozen=True, slots=True)
class Told:
    """A banner: its tone, what happened, what it means for the money, and where missing money is announced."""

    tone: str
    title: str
    body: str
    href: str = ""


def top_up_href(listing_id: str, missing_cents: Cents) -> str:
    """Where a deposit over what is missing is announced, and from where one comes back to the lead."""
    return url_for("wallet.top_up", fehlt=format_amount(missing_cents), lead=listing_id)


def tell(seen: Visit, code: str, reason: str | None, ask: str = "") -> Told:
    """What a refusal says; every one ends with what happened to the money."""
    word = reason if code == "not_open" and reason in _ENDED else code
    key = f"buy.{word}" if word in (*_TOLD, *_ENDED) else "buy.other"
    return Told(_TONES.get(word, "warn"), seen.t(key, ask=ask), seen.t("buy.nothing_charged"))
