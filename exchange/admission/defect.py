"""Defects: what is wrong with one row, by field and code, with a caption a supplier can act on.

A defect never carries what the row says, except a five-digit postcode: a cell that is wrong may hold anything,
also a name. ``detail`` is a bound, the words that would be right, or another row's number.
"""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["de", "en"]

REASONS: dict[str, tuple[str, str]] = {
    "missing": ("fehlt", "is missing"),
    "too_long": ("ist länger als {detail} Zeichen", "is longer than {detail} characters"),
    "cells": ("hat {detail} Zellen", "has {detail} cells"),
    "phone_letters": ("enthält Buchstaben", "contains letters"),
    "phone_length": ("hat zu wenige oder zu viele Ziffern", "has too few or too many digits"),
    "phone_invalid": ("ist keine vergebbare Rufnummer", "is not a number that can be assigned"),
    "phone_abroad": ("ist keine deutsche Rufnummer", "is not a German number"),
    "phone_service": ("ist eine Service- oder Sondernummer", "is a service or special number"),
    "email_invalid": ("ist keine gültige E-Mail-Adresse", "is not a valid e-mail address"),
    "postcode_form": ("hat nicht fünf Ziffern", "does not have five digits"),
    "postcode_unknown": ("{detail} ist keine bekannte Postleitzahl", "{detail} is not a known postcode"),
    "region_unknown": ("ist kein Bundesland", "is not a federal state"),
    "region_mismatch": ("passt nicht zur Postleitzahl {detail}", "does not fit the postcode {detail}"),
    "city_mismatch": ("passt nicht zur Postleitzahl {detail}", "does not fit the postcode {detail}"),
    "number": ("ist keine eindeutige Zahl", "is not an unambiguous number"),
    "choice": ("ist keine der Antworten: {detail}", "is none of the answers: {detail}"),
    "yes_no": ("ist weder ja noch nein", "is neither yes nor no"),
    "range": ("liegt nicht im Bereich {detail}", "is not within {detail}"),
    "under_age": ("Interessent ist unter 18", "the enquirer is under 18"),
    "personal": ("enthält Kontaktdaten", "contains contact data"),
    "date": ("ist kein eindeutiges Datum", "is not an unambiguous date"),
    "time": ("nennt keine Uhrzeit", "names no time of day"),
    "future": ("liegt in der Zukunft", "lies in the future"),
    "too_old": ("ist zu alt ({detail} Tage)", "is too old ({detail} days)"),
    "before_consent": ("liegt vor der Einwilligung", "lies before the consent"),
    "wording_short": ("ist kein Wortlaut einer Einwilligung", "is not the wording of a consent"),
    "recipients": ("nennt keine bekannten Empfänger", "names no known recipients or categories"),
    "consent_product": ("gilt nicht für diese Sparte", "does not cover this sector"),
    "channels": ("nennt keinen bekannten Kanal", "names no known channel"),
    "no_phone_channel": ("deckt keinen Anruf ab", "does not cover a call"),
    "unconfirmed": ("E-Mail-Kanal ohne Bestätigung (DOI)", "e-mail channel without a confirmation (DOI)"),
    "url": ("ist keine vollständige Webadresse", "is not a complete web address"),
    "ip": ("ist keine IP-Adresse eines Interessenten", "is not an enquirer's IP address"),
    "price": ("ist kein Betrag", "is not an amount"),
    "grid": ("liegt nicht auf dem Preisraster von {detail}", "is not on the price grid of {detail}"),
    "below_tick": ("liegt unter dem kleinsten Preis {detail}", "is below the least price {detail}"),
    "too_high": ("liegt über {detail}", "is above {detail}"),
    "floor_above_start": ("liegt über dem Startpreis", "is above the start price"),
    "seats": ("muss eine Zahl von 1 bis {detail} sein", "must be a number from 1 to {detail}"),
    "duplicate_in_file": ("doppelt, wie Zeile {detail}", "duplicate of row {detail}"),
    "duplicate_in_stock": ("schon geliefert, innerhalb von {detail} Tagen", "delivered before, within {detail} days"),
    "alike_name": (
        "hat Name und PLZ eines Interessenten von vor {detail} Tagen",
        "has name and postcode of an enquirer of {detail} days ago",
    ),
    "alike_phone": (
        "hat dieselbe PLZ und dieselben Ziffern im Telefon, anders gereiht, wie einer von vor {detail} Tagen",
        "has the postcode of one of {detail} days ago, and the same digits in the phone in another order",
    ),
    "alike_email": (
        "hat fast die E-Mail-Adresse eines Interessenten von vor {detail} Tagen",
        "has nearly the e-mail address of an enquirer of {detail} days ago",
    ),
    "alike_in_file": ("ähnelt Zeile {detail}", "is like row {detail}"),
    "suppressed": ("hat jeder Nutzung widersprochen", "objected to any use"),
    "licence": (
        "nicht gelistet: in dieser Sparte brauchen Lieferanten eine Erlaubnis ({detail}), die der Betrieb einträgt",
        "not listed: suppliers of this sector need a permit ({detail}), which the operator registers",
    ),
    "held": ("liegt dem Betrieb zur Prüfung vor", "waits for the operator to look at it"),
    "rejected": ("vom Betrieb abgelehnt: {detail}", "rejected by the operator: {detail}"),
    "lapsed": ("vom Betrieb nicht rechtzeitig geprüft", "not looked at by the operator in time"),
    "cap_reached": (
        "wartet: mehr als {detail} am Tag werden nicht gelistet",
        "waits: no more than {detail} a day are listed",
    ),
    "refused": ("vom Handelstisch abgelehnt: {detail}", "refused by the desk: {detail}"),
}
"""Code -> German and English caption; ``{detail}`` is the defect's own."""

FIELD_NAMES: dict[str, tuple[str, str]] = {
    "row": ("Zeile", "Row"),
    "person": ("Interessent", "Enquirer"),
    "first_name": ("Vorname", "First name"),
    "last_name": ("Nachname", "Last name"),
    "salutation": ("Anrede", "Salutation"),
    "phone": ("Telefon", "Phone"),
    "email": ("E-Mail", "E-mail"),
    "street": ("Straße", "Street"),
    "postcode": ("PLZ", "Postcode"),
    "city": ("Ort", "City"),
    "region": ("Bundesland", "Federal state"),
    "birth_date": ("Geburtsdatum", "Date of birth"),
    "note": ("Nachricht", "Note"),
    "asked_at": ("Anfragezeitpunkt", "Time of enquiry"),
    "source": ("Quelle", "Source"),
    "campaign": ("Kampagne", "Campaign"),
    "consent_text": ("Einwilligungstext", "Consent wording"),
    "consent_version": ("Einwilligung Version", "Consent version"),
    "consent_recipients": ("Einwilligung Empfänger", "Consent recipients"),
    "consent_product": ("Einwilligung Produkt", "Consent product"),
    "consent_channels": ("Einwilligung Kanäle", "Consent channels"),
    "consent_at": ("Einwilligung Zeitpunkt", "Consent time"),
    "consent_url": ("Einwilligung Quelle", "Consent source"),
    "consent_ip": ("Einwilligung IP", "Consent IP"),
    "consent_agent": ("Einwilligung Browser", "Consent browser"),
    "confirmed_at": ("Bestätigung (DOI)", "Confirmation (DOI)"),
    "start_price": ("Startpreis", "Start price"),
    "floor_price": ("Mindestpreis", "Floor"),
    "seats": ("Plätze", "Seats"),
}
"""Field -> German and English name; an answer's field is its question's key."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One failed check of one row (the header is row 1, as a spreadsheet counts)."""

    row: int
    field: str
    code: str
    detail: str = ""

    def reason(self, lang: Lang = "de") -> str:
        """The caption in one language."""
        return REASONS[self.code][lang == "en"].format(detail=self.detail)

    def field_name(self, lang: Lang = "de") -> str:
        """The field as a supplier would call it."""
        return FIELD_NAMES[self.field][lang == "en"] if self.field in FIELD_NAMES else self.field


Defects = tuple[Defect, ...]
