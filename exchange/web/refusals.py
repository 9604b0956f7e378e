"""Refusals in words, for pages that answer without scripts; the browser's own are in `box.js`."""

from dataclasses import dataclass

from exchange.web.visit import Visit

_TONES = {"insufficient_funds": "bad", "sold": "inf"}
_TOLD = ("price_above_limit", "insufficient_funds", "cap_reached", "already_bought", "halted", "own_lead")


@dataclass(frozen=True, slots=True)
class Told:
    """A banner: its tone, what happened, and what it means for the money."""

    tone: str
    title: str
    body: str


def tell(seen: Visit, code: str, reason: str | None, ask: str = "") -> Told:
    """What a refusal says; every one ends with what happened to the money."""
    word = reason if code == "not_open" and reason in ("sold", "expired", "withdrawn") else code
    key = f"buy.{word}" if word in (*_TOLD, "sold", "expired", "withdrawn") else "buy.other"
    return Told(_TONES.get(word, "warn"), seen.t(key, ask=ask), seen.t("buy.nothing_charged"))
