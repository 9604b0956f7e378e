"""The proof § 7a UWG asks a buyer for: one record with a checksum, the same on the page, as PDF and as JSON."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from exchange.instant import Instant, from_datetime, to_text
from exchange.lead import ANYONE, Consent
from exchange.reports.consents import HASHED, hash_of, record_of
from exchange.web import formats
from exchange.web.lead_costs import source_name
from exchange.web.lead_list import name_of
from exchange.web.lead_sources import LeadSources
from exchange.web.visit import Visit

KEEP_YEARS = 5
_CHANNELS = ("phone", "email", "sms")

Rows = list[tuple[str, str, str]]
"""Caption, value, and the class the value is set in."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A consent as its buyer may show it. ``person`` is empty where the contact may not be seen any more."""

    text: str
    rows: Rows
    record: dict[str, Any]
    person: dict[str, str]
    keep_until_at: Instant
    uses: tuple[Instant, ...]
    withdrawn_at: Instant | None
    received_by: str
    """Who took the declaration, under the name this firm knows it by (a pseudonym suffices)."""

    @property
    def hash(self) -> str:
        """The checksum; it depends on nothing but the record."""
        return hash_of(self.record)

    def as_json(self) -> dict[str, Any]:
        """What the file holds: record and checksum, and beside them what changes with time."""
        found: dict[str, Any] = {
            "record": self.record,
            "hash": self.hash,
            "hashed": HASHED,
            "received_by": self.received_by,
            "uses": [to_text(at) for at in self.uses],
            "keep_until": f"{formats.berlin(self.keep_until_at):%Y-%m-%d}",
        }
        if self.person:
            found["person"] = self.person
        if self.withdrawn_at is not None:
            found["withdrawn_at"] = to_text(self.withdrawn_at)
        return found


def proof_of_sources(seen: Visit, sources: LeadSources) -> Proof | None:
    """The proof behind a lead; None where no consent was kept."""
    consent = sources.consent
    if consent is None:
        return None
    uses = (sources.purchase.sold_at, *sorted(attempt.at for attempt in sources.attempts))
    keep_until_at = kept_until(max((consent.given_at, *uses)))
    found = Proof(
        consent.text,
        [],
        record_of(sources.purchase.lead_id, consent),
        _person(sources),
        keep_until_at,
        uses,
        sources.withdrawn_at,
        source_name(seen, sources.purchase.supplier, ""),
    )
    found.rows.extend(_rows(seen, consent, found))
    return found


def kept_until(used_at: Instant) -> Instant:
    """Five years after a use (§ 7a UWG), by Berlin's calendar; a leap day is kept until 1 March."""
    day = formats.berlin(used_at)
    return from_datetime(_years_later(day.replace(hour=0, minute=0, second=0, microsecond=0)))


def _years_later(day: datetime) -> datetime:
    try:
        return day.replace(year=day.year + KEEP_YEARS)
    except ValueError:
        return day.replace(year=day.year + KEEP_YEARS, month=3, day=1)


def _person(sources: LeadSources) -> dict[str, str]:
    contact = sources.contact
    if contact is None:
        return {}
    place = f"{contact.postcode} {contact.city}".strip()
    address = ", ".join(part for part in (contact.street, place) if part)
    return {"name": name_of(contact), "address": address}


def _rows(seen: Visit, consent: Consent, proof: Proof) -> Rows:
    rows: Rows = [(seen.t("consent.given"), formats.moment(consent.given_at, "second", seen.lang), "")]
    if consent.confirmed_at is not None:
        at = formats.moment(consent.confirmed_at, "second", seen.lang)
        rows.append((seen.t("consent.confirmed"), seen.t("consent.by_mail", at=at), ""))
    if proof.withdrawn_at is not None:
        at = formats.moment(proof.withdrawn_at, "second", seen.lang)
        rows.append((seen.t("consent.withdrawn"), at, "bad"))
    if proof.person:
        named = "\n".join(part for part in proof.person.values() if part)
        rows.append((seen.t("consent.person"), named, "lines"))
    url = urlsplit(consent.source_url)
    page = f"{url.netloc}{url.path}".rstrip("/") or consent.source_url
    known = [seen.t(f"consent.channel.{c}") if c in _CHANNELS else c for c in consent.scope.channels]
    everyone = ANYONE in consent.scope.recipients
    to = seen.t("consent.everyone") if everyone else seen.t("consent.named", firm=seen.user.firm)
    return [
        *rows,
        (seen.t("consent.source"), seen.t("consent.page", page=page, version=consent.version), ""),
        (seen.t("consent.received"), proof.received_by, ""),
        (seen.t("consent.recipients"), to, ""),
        (seen.t("consent.channels"), ", ".join(known), ""),
        (seen.t("consent.ip"), proof.record["ip"] or "–", ""),
        *([(seen.t("consent.browser"), consent.user_agent, "")] if consent.user_agent else []),
        (seen.t("consent.hash"), proof.hash, "mono"),
        (
            seen.t("consent.keep"),
            seen.t("consent.keep_date", date=formats.moment(proof.keep_until_at, "date", seen.lang)),
            "keep",
        ),
    ]
