"""The checks a lead must pass before it is traded. Bad data is a list of defects; nothing here raises."""

from collections.abc import Iterator

from exchange.admission.answers import read_answers
from exchange.admission.consent import read_consent
from exchange.admission.defect import Defect, Defects
from exchange.admission.draft import Admitted, BatchRules, LeadDraft
from exchange.admission.reading import cents_of, day_of, folded, number_of
from exchange.instant import DAY_US
from exchange.lead import Answers, Contact, Lead
from exchange.money import Cents, format_amount
from exchange.postcodes import places_of, region_of
from exchange.sector import REGIONS

LONGEST_FIELD = 200
LONGEST_NOTE = 4_000
HIGHEST_START_CENTS = 1_000_000
_LONG_FIELDS = {"note", "consent_text", "consent_url", "consent_agent"}

_REGIONS = {folded(word): code for code, name in REGIONS.items() for word in (code, code[3:], name)}


def check(draft: LeadDraft, rules: BatchRules) -> Admitted | Defects:
    """Admit one draft, or say everything that is wrong with it, in the order of a supplier's form."""
    answers, answer_defects = read_answers(draft, rules)
    consent, consent_defects = read_consent(draft, rules)
    region, postcode_defects = _region(draft)
    prices, price_defects = _prices(draft, rules)
    defects = (
        *(Defect(draft.row, name, code) for name, code in draft.unread),
        *_lengths(draft),
        *_contact(draft),
        *postcode_defects,
        *answer_defects,
        *_age(draft, rules),
        *consent_defects,
        *price_defects,
    )
    if defects or consent is None or prices is None:
        return defects
    lead = _lead(draft, rules, region, answers, prices)
    return Admitted(draft.row, lead, _contact_of(draft), consent, tuple(_notices(draft)))


def _lengths(draft: LeadDraft) -> Iterator[Defect]:
    for name, text in draft.texts.items():
        most = LONGEST_NOTE if name in _LONG_FIELDS else LONGEST_FIELD
        if len(text) > most:
            yield Defect(draft.row, name, "too_long", str(most))


def _contact(draft: LeadDraft) -> Iterator[Defect]:
    """A name to ask for, a number to call, an address to write to."""
    unread = dict(draft.unread)
    if not draft.text("last_name"):
        yield Defect(draft.row, "last_name", "missing")
    if not draft.phone and "phone" not in unread:
        yield Defect(draft.row, "phone", "missing")
    if not draft.email and "email" not in unread:
        yield Defect(draft.row, "email", "missing")
    born = draft.text("birth_date")
    if born and day_of(born) is None:
        yield Defect(draft.row, "birth_date", "date")


def _region(draft: LeadDraft) -> tuple[str, Defects]:
    """The federal state of the postcode; where it lies in two, the one the row names."""
    postcode, named = draft.text("postcode"), draft.text("region")
    if not postcode:
        return "", (Defect(draft.row, "postcode", "missing"),)
    if len(postcode) != 5 or not (postcode.isascii() and postcode.isdecimal()):
        return "", (Defect(draft.row, "postcode", "postcode_form"),)
    regions = region_of(postcode)
    if not regions:
        return "", (Defect(draft.row, "postcode", "postcode_unknown", postcode),)
    if not named:
        return regions[0], ()
    wanted = _REGIONS.get(folded(named))
    if wanted is None:
        return "", (Defect(draft.row, "region", "region_unknown"),)
    return (wanted, ()) if wanted in regions else ("", (Defect(draft.row, "region", "region_mismatch", postcode),))


def _age(draft: LeadDraft, rules: BatchRules) -> Iterator[Defect]:
    """Not from the future, not older than the sector takes; without a time of its own the consent's stands in."""
    if draft.asked_at is None:
        return
    age_us, most_us = rules.now - draft.asked_at, rules.sector.most_age_us
    if age_us < 0:
        yield Defect(draft.row, "asked_at", "future")
    if age_us > most_us:
        yield Defect(draft.row, "asked_at", "too_old", f"{age_us // DAY_US} > {most_us // DAY_US}")


def _prices(draft: LeadDraft, rules: BatchRules) -> tuple[tuple[Cents, Cents, int] | None, Defects]:
    """Start, floor and seats of the row, else of the batch, on the sector's grid (rules.md §2.3)."""
    read = {
        "start_price": _amount(draft, "start_price", rules.start_cents),
        "floor_price": _amount(draft, "floor_price", rules.floor_cents),
    }
    seats = number_of(draft.text("seats")) if draft.text("seats") else rules.seats
    defects = [Defect(draft.row, name, "price") for name, cents in read.items() if cents is None]
    for name, cents in read.items():
        if cents is not None:
            defects += _off_grid(draft.row, name, cents, rules.sector.tick_cents)
    if seats is None or not 1 <= seats <= rules.sector.most_seats:
        defects.append(Defect(draft.row, "seats", "seats", str(rules.sector.most_seats)))
    start, floor = read.values()
    if start is None or floor is None or seats is None:
        return None, tuple(defects)
    if floor > start:
        defects.append(Defect(draft.row, "floor_price", "floor_above_start"))
    return (start, floor, seats), tuple(defects)


def _amount(draft: LeadDraft, name: str, otherwise: Cents) -> Cents | None:
    return cents_of(draft.text(name)) if draft.text(name) else otherwise


def _off_grid(row: int, name: str, cents: Cents, tick_cents: Cents) -> Iterator[Defect]:
    if cents < tick_cents:
        yield Defect(row, name, "below_tick", format_amount(tick_cents))
    elif cents % tick_cents:
        yield Defect(row, name, "grid", format_amount(tick_cents))
    if cents > HIGHEST_START_CENTS:
        yield Defect(row, name, "too_high", format_amount(HIGHEST_START_CENTS))


def _lead(draft: LeadDraft, rules: BatchRules, region: str, answers: Answers, prices: tuple[Cents, Cents, int]) -> Lead:
    start_cents, floor_cents, seats = prices
    asked_at = draft.asked_at if draft.asked_at is not None else draft.consent_at
    return Lead(
        draft.lead_id,
        rules.sector.code,
        rules.supplier,
        region,
        draft.text("postcode"),
        answers,
        asked_at or 0,
        seats,
        start_cents,
        floor_cents,
        draft.text("source"),
        draft.text("campaign"),
    )


def _contact_of(draft: LeadDraft) -> Contact:
    return Contact(
        first_name=draft.text("first_name"),
        last_name=draft.text("last_name"),
        phone=draft.phone,
        email=draft.email,
        salutation=draft.text("salutation"),
        street=draft.text("street"),
        postcode=draft.text("postcode"),
        city=draft.text("city"),
        birth_date=day_of(draft.text("birth_date")) or "",
        note=draft.text("note"),
    )


def _notices(draft: LeadDraft) -> Iterator[Defect]:
    """A place that is none of its postcode's: often a slip, never a reason to refuse."""
    city, postcode = folded(draft.text("city")), draft.text("postcode")
    places = [folded(place) for place in places_of(postcode)]
    if city and not any(place.startswith(city) or city.startswith(place) for place in places):
        yield Defect(draft.row, "city", "city_mismatch", postcode)
