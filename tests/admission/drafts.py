"""A complete draft for tests to spoil, and the rules it is checked against."""

from dataclasses import replace
from typing import Any

from exchange.admission import BatchRules, LeadDraft
from exchange.catalogue import RANGES, SECTORS
from exchange.instant import DAY_US, HOUR_US, from_text

NOW = from_text("2026-11-20T12:00:00Z")
RULES = BatchRules(SECTORS["pv"], "nord", NOW, start_cents=9000, floor_cents=3000, ranges=RANGES)

TEXTS = {
    "salutation": "Frau",
    "first_name": "Paula",
    "last_name": "Terhorst",
    "street": "Lindenweg 4",
    "postcode": "80331",
    "city": "München",
    "birth_date": "11.08.1965",
    "consent_text": "Ich willige ein, dass Fachbetriebe für Photovoltaik mich per Telefon beraten.",
    "consent_version": "v3",
    "consent_recipients": "Fachbetriebe",
    "consent_product": "Photovoltaik",
    "consent_channels": "Telefon, E-Mail",
    "consent_url": "https://pv-vergleich.example/anfrage",
    "consent_ip": "203.0.113.9",
    "confirmed_at": "20.11.2026 11:03",
}
ANSWERS = {"owner": "ja", "building": "Einfamilienhaus", "roof": "Satteldach", "kwh": "4.500 kWh"}

COMPLETE = LeadDraft(
    row=2,
    lead_id="L-TEST",
    texts=TEXTS,
    answers=ANSWERS,
    phone="+493023125042",
    email="paula.terhorst@example.de",
    asked_at=NOW - 2 * HOUR_US,
    consent_at=NOW - 2 * HOUR_US,
    confirmed_at=NOW - HOUR_US,
)


def draft(*, without: str = "", answers: dict[str, str] | None = None, texts: Any = None, **values: Any) -> LeadDraft:
    """The complete draft without a text, or with other texts, answers or values."""
    changed = {**TEXTS, **(texts or {})}
    changed.pop(without, None)
    return replace(COMPLETE, texts=changed, answers={**ANSWERS, **(answers or {})}, **values)


OLD = NOW - 31 * DAY_US
