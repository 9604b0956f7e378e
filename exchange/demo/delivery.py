"""An invented delivery of a supplier: rows as German suppliers write them, some of them faulty on request."""

import random
from collections.abc import Iterator
from datetime import datetime

from exchange.calendars import BERLIN
from exchange.demo.leads import DrawnLead, draw_lead
from exchange.instant import HOUR_US, MINUTE_US, Instant, to_datetime
from exchange.sector import Sector

Row = dict[str, str]

_FAULTS: tuple[tuple[str, str], ...] = (
    ("Telefon", "030 23125x12"),
    ("Telefon", "030 23"),
    ("E-Mail", "ohne-klammeraffe.example.de"),
    ("PLZ", "00000"),
    ("PLZ", "8033"),
    ("Opt-in am", ""),
    ("Opt-in am", "01.02.2019 10:00"),
    ("Einwilligung", ""),
    ("IP", "127.0.0.1"),
    ("Anfragedatum", "31.02.2026"),
)
"""Column and the text that spoils it."""


def draw_rows(seed: int, sector: Sector, now: Instant, count: int, faulty_share: float = 0.0) -> Iterator[Row]:
    """So many rows of enquiries from the last two days, each of another enquirer; the seed decides all of it.

    ``faulty_share`` of them carry one fault each, a tenth of those repeat the row before.
    """
    rng = random.Random(seed)
    seen: set[str] = set()
    last: Row | None = None
    for _ in range(count):
        row = _row(sector, _unseen(rng, sector, now, seen))
        if rng.random() < faulty_share:
            yield _spoiled(rng, row, last)
        else:
            last = row
            yield row


def _unseen(rng: random.Random, sector: Sector, now: Instant, seen: set[str]) -> DrawnLead:
    """A lead whose number and address no row before it had."""
    while True:
        drawn = draw_lead(rng, sector, now - rng.randrange(5 * MINUTE_US, 48 * HOUR_US))
        keys = {drawn.contact.phone, drawn.contact.email}
        if not keys & seen:
            seen |= keys
            return drawn


def _spoiled(rng: random.Random, row: Row, last: Row | None) -> Row:
    if last is not None and rng.random() < 0.1:
        return last
    column, text = rng.choice(_FAULTS)
    return row | {column: text}


def _row(sector: Sector, drawn: DrawnLead) -> Row:
    lead, contact, consent = drawn
    return {
        "Anrede": contact.salutation,
        "Vorname": contact.first_name,
        "Nachname": contact.last_name,
        "Telefon": _dialled(contact.phone),
        "E-Mail": contact.email,
        "Straße": contact.street,
        "PLZ": contact.postcode,
        "Ort": contact.city,
        "Geburtsdatum": _german(datetime.fromisoformat(contact.birth_date), clock=False),
        **_answers(sector, dict(lead.answers)),
        "Anfragedatum": _german_instant(lead.asked_at),
        "Kampagne": lead.campaign,
        "Einwilligung": consent.text,
        "Einwilligung Version": consent.version,
        "Einwilligung Empfänger": "Versicherungsmakler" if "makler" in consent.text else "Fachbetriebe",
        "Einwilligung Produkt": consent.scope.product,
        "Einwilligung Kanäle": "Telefon, E-Mail",
        "Opt-in am": _german_instant(consent.given_at),
        "DOI am": _german_instant(consent.confirmed_at or consent.given_at),
        "URL": consent.source_url,
        "IP": consent.ip,
        "User-Agent": consent.user_agent,
    }


def _answers(sector: Sector, given: dict[str, str]) -> Row:
    """Each answer under the first name suppliers give its column, in German words and numbers."""
    row: Row = {}
    for question in sector.questions:
        text = given.get(question.key, "")
        if question.kind == "choice":
            text = next((c.label_de for c in question.choices if c.code == text), "")
        elif question.kind == "yes_no":
            text = {"yes": "ja", "no": "nein"}.get(text, "")
        elif question.kind == "number" and text and question.key not in ("age", "built"):
            text = f"{int(text):,}".replace(",", ".")
        elif question.kind == "date" and text:
            text = _german(datetime.fromisoformat(text), clock=False)
        row[question.columns[0] if question.columns else question.label_de] = text
    return row


def _dialled(number: str) -> str:
    """``030 23125042`` of an E.164 number, the way people write their own."""
    national = f"0{number.removeprefix('+49')}"
    cut = next((len(code) for code in ("030", "040", "069", "089", "0221") if national.startswith(code)), 4)
    return f"{national[:cut]} {national[cut:]}"


def _german_instant(at: Instant) -> str:
    return _german(to_datetime(at).astimezone(BERLIN))


def _german(at: datetime, *, clock: bool = True) -> str:
    return f"{at:%d.%m.%Y %H:%M:%S}" if clock else f"{at:%d.%m.%Y}"
