"""Invented leads, drawn from a seed: facts, contact and a complete consent record."""

import random
from base64 import b32encode
from typing import NamedTuple

from exchange.catalogue import defaults_of
from exchange.demo.answers import HOUSEHOLDERS, USUAL_AGES, draw_answers
from exchange.demo.people import draw_person, draw_postcode
from exchange.instant import SECOND_US, Instant, to_datetime
from exchange.lead import ANYONE, Consent, ConsentScope, Contact, Lead
from exchange.money import Cents
from exchange.postcodes import region_of
from exchange.sector import Sector

_ADVISERS = {"pv": "Fachbetriebe für Photovoltaik", "wp": "Heizungsfachbetriebe", "baufi": "Finanzierungsvermittler"}
_SEATS = (1, 2, 3)
_SEAT_WEIGHTS = (55, 15, 30)
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_NETS = ("192.0.2", "198.51.100", "203.0.113")
"""Address ranges kept for documentation (RFC 5737)."""


class DrawnLead(NamedTuple):
    """What the desk needs to list a lead."""

    lead: Lead
    contact: Contact
    consent: Consent


def draw_lead(
    rng: random.Random, sector: Sector, asked_at: Instant, *, supplier: str = "", seats: int | None = None
) -> DrawnLead:
    """A believable lead of a catalogue sector whose enquirer asked at this instant.

    The same state of ``rng`` and the same arguments give the same lead. Prices are on the sector's grid.
    """
    youngest, oldest = USUAL_AGES.get(sector.code, HOUSEHOLDERS)
    age = rng.randrange(youngest, oldest)
    postcode = draw_postcode(rng)
    is_woman = rng.random() < 0.5
    answers = draw_answers(rng, sector.code, age, is_woman=is_woman)
    if sector.question("age"):
        answers["age"] = str(age)
    places = min(seats or rng.choices(_SEATS, _SEAT_WEIGHTS)[0], sector.most_seats)
    start_cents, floor_cents = _prices(rng, sector, places)
    lead = Lead(
        lead_id=f"L-{b32encode(rng.randbytes(8))[:12].decode()}",
        sector=sector.code,
        supplier=supplier,
        region=region_of(postcode)[0],
        postcode=postcode,
        answers=tuple(sorted(answers.items())),
        asked_at=asked_at,
        seats=places,
        start_cents=start_cents,
        floor_cents=floor_cents,
        source=f"{sector.code}-vergleich.example",
        campaign=rng.choice(("Suche", "Suche", "Social", "Partner", "Newsletter")),
    )
    contact = draw_person(rng, postcode, is_woman=is_woman, born=to_datetime(asked_at).year - age - 1)
    return DrawnLead(lead, contact, _consent(rng, sector, asked_at))


def _prices(rng: random.Random, sector: Sector, seats: int) -> tuple[Cents, Cents]:
    """The sector's usual prices, a little dearer or cheaper as the supplier values its own lead."""
    tick = sector.tick_cents
    start, floor = defaults_of(sector.code).prices(seats)
    worth = rng.uniform(0.85, 1.15)
    return round(start * worth / tick) * tick, round(floor * worth / tick) * tick


def _consent(rng: random.Random, sector: Sector, asked_at: Instant) -> Consent:
    """Given and confirmed shortly before the enquiry reached its supplier."""
    advisers = _ADVISERS.get(sector.code, "Versicherungsmakler")
    confirmed_at = asked_at - rng.randrange(5, 60) * SECOND_US
    return Consent(
        text=(
            f"Ich willige ein, dass {advisers} mich zu meiner Anfrage {sector.name_de} per Telefon und E-Mail "
            "beraten. Die Einwilligung kann ich jederzeit widerrufen."
        ),
        version=f"v{rng.randrange(1, 5)}",
        given_at=confirmed_at - rng.randrange(20, 240) * SECOND_US,
        source_url=f"https://{sector.code}-vergleich.example/anfrage",
        ip=f"{rng.choice(_NETS)}.{rng.randrange(1, 255)}",
        scope=ConsentScope((ANYONE,), sector.name_de, ("phone", "email")),
        confirmed_at=confirmed_at,
        user_agent=_BROWSER,
    )
