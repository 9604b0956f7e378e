"""A bought lead as its page shows it: contact, need, price story with receipt; calls, claim and consent beside."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import phonenumbers

from exchange.catalogue import SECTORS, title
from exchange.instant import DAY_US, to_text
from exchange.lead import Contact
from exchange.postcodes import place_of
from exchange.reports.purchases import Purchase, Receipt
from exchange.web import formats
from exchange.web.attempt_view import attempts_view
from exchange.web.claim_view import claim_view
from exchange.web.curve import Line, Mark, draw
from exchange.web.lead_list import locked_name, name_of
from exchange.web.lead_sources import LeadSources
from exchange.web.premises import premises
from exchange.web.proof import proof_of_sources
from exchange.web.rows import FALLBACK_SPAN_US, short_code
from exchange.web.visit import Visit

CHART = (446, 118, 2.0, 444.0, 17.0, 96.0)


def lead_view(seen: Visit, sources: LeadSources) -> dict[str, Any]:
    """What `leads/show.html` asks for."""
    purchase, receipt, contact = sources.purchase, sources.receipt, sources.contact
    price, at = seen.money(purchase.ask_cents), formats.clock_second(purchase.sold_at)
    proof = proof_of_sources(seen, sources)
    return {
        "id": purchase.listing_id,
        "name": name_of(contact) if contact else locked_name(seen, purchase),
        "code": short_code(purchase.sector),
        "title": title(purchase.sector, tuple(purchase.answers.items()), seen.lang),
        "seats_text": seats_text(seen, purchase),
        "bought_text": seen.t("lead.bought_on", at=formats.lately(purchase.sold_at, seen.now, seen.lang), price=price),
        "place": f"{purchase.postcode} {contact.city if contact and contact.city else place_of(purchase.postcode)}",
        "contact": contact_view(seen, contact) if contact else None,
        "kept": kept_text(seen, purchase) if contact else "",
        "may_call": sources.may_call,
        "banner": banner(seen, sources),
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
        "steps": steps_view(seen, purchase, receipt),
        "prices": prices(seen, purchase, receipt),
        "receipt": {
            "title": seen.t("lead.receipt_title", sector=short_code(purchase.sector), seq=purchase.seq),
            "sector": purchase.sector,
            "seq": purchase.seq,
            "at": to_text(receipt.at),
            "hash": receipt.hash,
        },
        "attempts": attempts_view(seen, sources),
        "claim": claim_view(seen, sources),
        "consent": {"text": proof.text, "rows": proof.rows} if proof else None,
    }


def seats_text(seen: Visit, purchase: Purchase) -> str:
    """``Exklusiv für Sie`` or ``1 von 3 Käufern``: how many may get it, nobody is named."""
    return seen.t("lead.exclusive") if purchase.seats == 1 else seen.t("lead.shared", all=purchase.seats)


def kept_text(seen: Visit, purchase: Purchase) -> str:
    """Until when contact data is here for certain; a later sale of another seat only prolongs that."""
    until_at = purchase.sold_at + premises().retention.sold_days * DAY_US
    return seen.t("lead.kept", date=formats.moment(until_at, "date", seen.lang))


def banner(seen: Visit, sources: LeadSources) -> dict[str, str] | None:
    """Why the enquirer may not be contacted, where that is so."""
    if sources.withdrawn_at is not None:
        at = formats.moment(sources.withdrawn_at, "full", seen.lang)
        return {"tone": "bad", "role": "alert", "text": seen.t("lead.withdrawn", at=at)}
    if sources.contact is None:
        claim = sources.purchase.claim
        if claim not in ("claimed", "upheld"):
            return {"tone": "inf", "role": "status", "text": seen.t("lead.erased")}
        return {"tone": "warn", "role": "status", "text": seen.t(f"lead.locked.{claim}")}
    return None


def contact_view(seen: Visit, contact: Contact) -> dict[str, str]:
    """Contact data as it is read and dialled."""
    born = contact.birth_date
    kind = "contact.mobile" if _is_mobile(contact.phone) else "contact.landline"
    return {
        "phone": contact.phone,
        "phone_text": phone_text(contact.phone),
        "phone_kind": seen.t(kind),
        "email": contact.email,
        "mailto": f"mailto:{quote(contact.email, safe='@')}",
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


def steps_view(seen: Visit, purchase: Purchase, receipt: Receipt) -> list[tuple[str, str, bool]]:
    """The same as a table: each step's instant and price, and whether the lead was bought at it."""
    steps = receipt.steps
    bought = max(n for n, (at, _) in enumerate(steps) if n == 0 or at <= purchase.sold_at)
    return [(formats.clock_second(at), seen.money(cents), number == bought) for number, (at, cents) in enumerate(steps)]


def prices(seen: Visit, purchase: Purchase, receipt: Receipt) -> list[tuple[str, str, bool]]:
    """Start, price, VAT, what was charged, the own limit, the curve."""
    found = [
        (seen.t("lead.start"), seen.money(receipt.start_cents), False),
        (seen.t("lead.net"), seen.money(purchase.ask_cents), True),
        (seen.t("lead.vat", share=vat_share(seen, purchase)), seen.money(purchase.vat_cents), False),
        (seen.t("lead.gross"), seen.money(purchase.ask_cents + purchase.vat_cents), False),
    ]
    if purchase.bid_limit_cents is not None:
        found.append((seen.t("lead.limit"), seen.money(purchase.bid_limit_cents), False))
    return [*found, (seen.t("lead.curve"), receipt.curve, False)]


def vat_share(seen: Visit, purchase: Purchase) -> str:
    """``19 %``: the rate the VAT was worked out with, in whole per cent."""
    share = (200 * purchase.vat_cents + purchase.ask_cents) // (2 * purchase.ask_cents)
    return f"{share}%" if seen.lang == "en" else f"{share}{formats.NBSP}%"
