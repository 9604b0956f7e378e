"""From cells to drafts: one row of a supplier's table with its values read."""

import hashlib
from base64 import b32encode
from collections.abc import Iterable, Iterator, Mapping

from exchange.admission import Defect, LeadDraft
from exchange.admission.reading import clean, folded
from exchange.instant import Instant
from exchange.intake.columns import Columns
from exchange.intake.dates import read_instant
from exchange.intake.formula import unguarded
from exchange.intake.normalise import email_of, name_case, names_of, phone_of, postcode_of
from exchange.intake.table import Cells, Table
from exchange.postcodes import places_of

LONGEST_CELL = 10_000
"""Characters; a longer one is refused unread, since bringing it into one spelling would take its time."""


def drafts(table: Table, columns: Columns, salt: str) -> Iterator[LeadDraft | Defect]:
    """Each row as a draft, or the defect of a row whose cells do not fit the header.

    A lead's id follows from ``salt``, the file and the row, so that the same row is always the same lead.
    """
    width = len(table.header)
    for row, cells in table.rows():
        if misfits(cells, width):
            yield Defect(row, "row", "cells", f"{len(cells)}/{width}")
        elif max(map(len, cells)) > LONGEST_CELL:
            yield Defect(row, "row", "too_long", str(LONGEST_CELL))
        else:
            yield draft_of(row, cells, columns, lead_id(f"{salt}:{table.digest}:{row}"))


def lead_id(origin: str) -> str:
    """A short id that tells nothing about its origin: ``L-`` and twelve letters and digits."""
    return f"L-{b32encode(hashlib.sha256(origin.encode()).digest()[:10])[:12].decode()}"


def misfits(cells: Cells, width: int) -> bool:
    """Fewer cells than names, or more that hold something; blank ones at the end are a spreadsheet's habit."""
    return len(cells) < width or any(cell.strip() for cell in cells[width:])


def draft_of(row: int, cells: Cells, columns: Columns, lead_id: str) -> LeadDraft:
    """Read one row; what cannot be read is named in the draft."""
    return draft_from(row, texts_of(cells, columns), columns.questions, lead_id)


def texts_of(cells: Cells, columns: Columns) -> dict[str, str]:
    """What a row says, by field or question key: cleaned, its own text before a constant, blank ones left out."""
    texts: dict[str, str] = dict(columns.constants)
    for position, meaning in columns.positions:
        cell = cells[position]
        if cell and (text := clean(unguarded(cell) if cell[0] == "'" else cell)):
            texts[meaning] = text
    return texts


def draft_from(row: int, texts: Mapping[str, str], questions: Iterable[str], lead_id: str) -> LeadDraft:
    """Read what a row says; what cannot be read is named in the draft."""
    texts = dict(texts)
    answers = {key: texts.pop(key) for key in questions if key in texts}
    unread: list[tuple[str, str]] = []
    phone, phone_fault = _phone(texts)
    email, email_fault = email_of(texts.pop("email", ""))
    unread += [(name, code) for name, code in (("phone", phone_fault), ("email", email_fault)) if code]
    return LeadDraft(
        row,
        lead_id,
        _named(texts),
        answers,
        phone,
        email,
        _instant(texts, "asked_at", unread),
        _instant(texts, "consent_at", unread, exact=True),
        _instant(texts, "confirmed_at", unread, exact=True),
        tuple(unread),
    )


def _phone(texts: dict[str, str]) -> tuple[str, str]:
    """The mobile number where it can be read, else the other one, else what is wrong with it."""
    mobile, landline = texts.pop("mobile", ""), texts.pop("phone", "")
    number, fault = phone_of(mobile)
    if number:
        return number, ""
    other, other_fault = phone_of(landline)
    return other, "" if other else (other_fault or fault)


def _instant(texts: dict[str, str], name: str, unread: list[tuple[str, str]], *, exact: bool = False) -> Instant | None:
    text = texts.get(name)
    if not text:
        return None
    at, fault = read_instant(text, exact=exact)
    if fault:
        unread.append((name, fault))
    return at


def _named(texts: dict[str, str]) -> dict[str, str]:
    """Names, street, postcode and town in the fields a contact has, names with capitals."""
    full = texts.pop("full_name", "")
    if full and "first_name" in texts:
        texts.setdefault("last_name", full)  # beside a column of first names, "Name" is the last one
    elif full and "last_name" not in texts:
        first, last = names_of(full)
        texts |= {name: part for name, part in (("first_name", first), ("last_name", last)) if part}
    number = texts.pop("house_number", "")
    if number:
        texts["street"] = f"{texts.get('street', '')} {number}".strip()
    if "postcode" in texts:
        postcode, _, city = texts["postcode"].partition(" ")
        if len(postcode) >= 5 and city and not city[0].isdecimal():
            texts.setdefault("city", city)  # "80331 München" in one cell
            texts["postcode"] = postcode
        texts["postcode"] = postcode_of(texts["postcode"])
        places = places_of(texts["postcode"])
        if "city" not in texts and len(places) == 1:
            texts["city"] = places[0]
        elif "city" in texts:
            city = folded(texts["city"])
            texts["city"] = next((place for place in places if folded(place) == city), texts["city"])
    for name in ("first_name", "last_name"):
        if name in texts:
            texts[name] = name_case(texts[name])
    return texts
