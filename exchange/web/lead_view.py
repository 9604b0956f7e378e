"""A bought lead as its page shows it: contact, need, price story with receipt, claim, consent."""

from dataclasses import dataclass, replace
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

import phonenumbers

from exchange.catalogue import SECTORS, title
from exchange.claims import GROUNDS
from exchange.instant import to_datetime, to_text
from exchange.lead import ANYONE, Consent, Contact
from exchange.payload import encode
from exchange.reports.purchases import Purchase, Receipt
from exchange.web import formats
from exchange.web.curve import Line, Mark, draw
from exchange.web.lead_list import name_of, span_text
from exchange.web.rows import FALLBACK_SPAN_US, short_code
from exchange.web.visit import Visit

CHART = (446, 118, 2.0, 444.0, 17.0, 96.0)
KEEP_YEARS = 5
COMMON_GROUNDS = ("number-not-in-service", "not-asked", "duplicate", "unreachable")


@dataclass(frozen=True, slots=True)
class LeadSources:
    """All that is known of a bought lead."""

    purchase: Purchase
    receipt: Receipt
    contact: Contact | None
    consent: Consent | None


def lead_view(seen: Visit, sources: LeadSources) -> dict[str, Any]:
    """What `leads/show.html` asks for."""
    purchase, receipt, contact = sources.purchase, sources.receipt, sources.contact
    price, at = seen.money(purchase.ask_cents), formats.clock_second(purchase.sold_at)
    return {
        "id": purchase.listing_id,
        "name": name_of(contact) if contact else seen.t("leads.name_erased"),
        "code": short_code(purchase.sector),
        "title": title(purchase.sector, tuple(purchase.answers.items()), seen.lang),
        "seats_text": seen.t("lead.exclusive")
        if purchase.seats == 1
        else seen.t("lead.shared", seat=purchase.seat, all=purchase.seats),
        "bought_text": seen.t("lead.bought_on", at=formats.lately(purchase.sold_at, seen.now, seen.lang), price=price),
        "contact": contact_view(seen, contact) if contact else None,
        "asked_text": seen.t("lead.asked", at=formats.moment(purchase.asked_at, "minute", seen.lang)),
        "answers": answers_view(seen, purchase),
        "chart": story(seen, purchase, receipt),
        "chart_label": seen.t(
            "lead.chart",
            from_at=formats.clock(receipt.steps[0][0]),
            start=seen.money(receipt.start_cents),
            at=at,
            price=price,
        ),
        "chart_now": seen.t("lead.bought_at", price=price, at=at),
        "prices": prices(seen, purchase, receipt),
        "receipt": {
            "title": seen.t("lead.receipt_title", sector=short_code(purchase.sector), seq=purchase.seq),
            "sector": purchase.sector,
            "seq": purchase.seq,
            "at": to_text(receipt.at),
            "hash": receipt.hash,
        },
        "claim": claim_view(seen, purchase),
        "consent": consent_view(seen, sources.consent) if sources.consent else None,
    }


def contact_view(seen: Visit, contact: Contact) -> dict[str, str]:
    """Contact data as it is read and dialled."""
    born = contact.birth_date
    kind = "contact.mobile" if _is_mobile(contact.phone) else "contact.landline"
    return {
        "phone": contact.phone,
        "phone_text": phone_text(contact.phone),
        "phone_kind": seen.t(kind),
        "email": contact.email,
        "street": contact.street,
        "postcode": contact.postcode,
        "city": contact.city,
        "birth": seen.t("contact.born", date=born) if born else "",
        "note": contact.note,
    }


def phone_text(phone: str) -> str:
    """An E.164 number as it is written in Germany; anything else as it came."""
    try:
        number = phonenumbers.parse(phone, "DE")
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def _is_mobile(phone: str) -> bool:
    return phone.removeprefix("+49").startswith(("15", "16", "17"))


def answers_view(seen: Visit, purchase: Purchase) -> list[tuple[str, str]]:
    """The enquirer's answers under their captions, in the sector's order."""
    sector = SECTORS.get(purchase.sector)
    english = seen.lang == "en"
    found = []
    for question in sector.questions if sector else ():
        text = purchase.answers.get(question.key)
        if text is None:
            continue
        label = question.label_en if english else question.label_de
        words = {choice.code: choice.label_en if english else choice.label_de for choice in question.choices}
        if question.kind == "yes_no":
            words = {"yes": seen.t("lead.yes"), "no": seen.t("lead.no")}
        if question.kind == "number" and text.isdecimal() and question.key != "built":
            text = formats.number(int(text), seen.lang)
        unit = f"{formats.NBSP}{question.unit}" if question.unit else ""
        found.append((label, words.get(text, text) + unit))
    return found


def story(seen: Visit, purchase: Purchase, receipt: Receipt) -> Line:
    """The curve from listing to sale and what would have come."""
    until_at = receipt.expires_at or receipt.steps[-1][0] + FALLBACK_SPAN_US
    line = draw(receipt.steps, purchase.sold_at, until_at, CHART)
    times = (
        Mark(formats.clock(receipt.steps[0][0]), x=2, anchor="start"),
        Mark(formats.clock(until_at), x=444, anchor="end"),
    )
    return replace(line, times=times)


def prices(seen: Visit, purchase: Purchase, receipt: Receipt) -> list[tuple[str, str, bool]]:
    """Start, price, VAT, what was charged, the own limit, the curve."""
    found = [
        (seen.t("lead.start"), seen.money(receipt.start_cents), False),
        (seen.t("lead.net"), seen.money(purchase.ask_cents), True),
        (seen.t("lead.vat"), seen.money(purchase.vat_cents), False),
        (seen.t("lead.gross"), seen.money(purchase.ask_cents + purchase.vat_cents), False),
    ]
    if purchase.bid_limit_cents is not None:
        found.append((seen.t("lead.limit"), seen.money(purchase.bid_limit_cents), False))
    return [*found, (seen.t("lead.curve"), receipt.curve, False)]


def claim_view(seen: Visit, purchase: Purchase) -> dict[str, Any]:
    """Whether and until when the sale may be disputed, or where the dispute stands."""
    left_us, whole_us = purchase.closes_at - seen.now, purchase.closes_at - purchase.sold_at
    until = seen.t("claim.until", at=formats.moment(purchase.closes_at, "full", seen.lang))
    if purchase.claim != "unclaimed":
        return _claimed(seen, purchase)
    if left_us <= 0:
        return {"tone": "", "state": seen.t("claim.over"), "left": "", "until": until, "share": 0, "grounds": ()}
    return {
        "tone": "ok" if left_us > whole_us // 14 else "warn",
        "state": seen.t("claim.possible"),
        "left": seen.t("claim.left", span=span_text(seen, left_us)),
        "until": until,
        "share": 100 * left_us // max(whole_us, 1),
        "grounds": [(ground, seen.t(f"ground.{ground}")) for ground in sorted(GROUNDS, key=_rank)],
        "key": token_urlsafe(18),
    }


def _rank(ground: str) -> int:
    """The four grounds that make up nearly all claims come first."""
    return COMMON_GROUNDS.index(ground) if ground in COMMON_GROUNDS else len(COMMON_GROUNDS)


def _claimed(seen: Visit, purchase: Purchase) -> dict[str, Any]:
    tones = {"claimed": "warn", "upheld": "ok", "rejected": "bad"}
    until = ""
    if purchase.claim == "claimed" and purchase.silence_at is not None:
        until = seen.t("claim.decided_by", at=formats.moment(purchase.silence_at, "full", seen.lang))
    if purchase.claim == "upheld":
        until = seen.t("claim.credited", amount=seen.money(purchase.returned_net_cents))
    return {
        "tone": tones[purchase.claim],
        "state": seen.t(f"claim.{purchase.claim}"),
        "left": seen.t(f"ground.{purchase.ground}") if purchase.ground else "",
        "until": until,
        "share": 100,
        "grounds": (),
    }


def consent_view(seen: Visit, consent: Consent) -> dict[str, Any]:
    """The proof § 7a UWG asks for, with a checksum over all of it."""
    given = to_datetime(consent.given_at)
    keep = f"{given:%d.%m.}{given.year + KEEP_YEARS}"
    recipients = seen.t("consent.everyone" if ANYONE in consent.scope.recipients else "consent.named")
    known = ("phone", "email", "sms")
    channels = ", ".join(seen.t(f"consent.channel.{c}") if c in known else c for c in consent.scope.channels)
    rows: list[tuple[str, str, str]] = [
        (seen.t("consent.given"), formats.moment(consent.given_at, "second", seen.lang), ""),
    ]
    if consent.confirmed_at is not None:
        at = formats.moment(consent.confirmed_at, "second", seen.lang)
        rows.append((seen.t("consent.confirmed"), at, ""))
    rows += [
        (seen.t("consent.source"), consent.source_url, ""),
        (seen.t("consent.version"), consent.version, ""),
        (seen.t("consent.recipients"), recipients, ""),
        (seen.t("consent.channels"), channels, ""),
        (seen.t("consent.hash"), sha256(encode(consent).encode()).hexdigest(), "mono"),
        (seen.t("consent.keep"), seen.t("consent.keep_date", date=keep), ""),
    ]
    return {"text": consent.text, "rows": rows}


def vcard_text(contact: Contact) -> str:
    """RFC 6350, version 4.0; what separates fields is escaped."""
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"FN:{_escaped(name_of(contact))}",
        f"N:{_escaped(contact.last_name)};{_escaped(contact.first_name)};;;",
        f"TEL;VALUE=uri:tel:{_escaped(contact.phone)}",
        f"EMAIL:{_escaped(contact.email)}",
        f"ADR:;;{_escaped(contact.street)};{_escaped(contact.city)};;{_escaped(contact.postcode)};DE",
        "END:VCARD",
    ]
    return "\r\n".join(lines) + "\r\n"


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return text.replace("\r", "").replace("\n", "\\n")
