"""What a mail says of a message, in German and English: ids and where to log in, nothing about the enquirer."""

from typing import NamedTuple

from exchange.delivery import (
    BID_EXPIRED,
    BOUGHT,
    CLAIM_FILED,
    CLAIM_REJECTED,
    CLAIM_UPHELD,
    CONSENT_WITHDRAWN,
    HOOK_OFF,
    LISTING_CONVERTED,
    LISTING_EXPIRED,
    LISTING_WITHDRAWN,
    SOLD,
    Message,
    Side,
)


class Letter(NamedTuple):
    """Subject and text of a mail."""

    subject: str
    text: str


class _Wording(NamedTuple):
    """Subject and first sentence; ``{listing}``, ``{into}``, ``{sale}``, ``{bid}`` and ``{webhook}`` stand for ids."""

    subject: str
    says: str


_Words = dict[tuple[str, Side], _Wording]

_HOOK_DE = _Wording(
    "Webhook abgeschaltet: {webhook}",
    "Der Webhook {webhook} nahm lange nichts mehr an und ist abgeschaltet. Was inzwischen geschieht, wird 30 Tage "
    "für ihn aufbewahrt; eingeschaltet wird er unter Einstellungen, Webhooks.",
)
_HOOK_EN = _Wording(
    "Webhook disabled: {webhook}",
    "The webhook {webhook} has accepted nothing for long and is disabled. What happens meanwhile is kept for it for 30 "
    "days; it is enabled again under settings, webhooks.",
)

_DE: _Words = {
    (HOOK_OFF, "buyer"): _HOOK_DE,
    (HOOK_OFF, "supplier"): _HOOK_DE,
    (BOUGHT, "buyer"): _Wording("Lead gekauft: {listing}", "Sie haben den Lead {listing} gekauft (Kauf {sale})."),
    (SOLD, "supplier"): _Wording("Lead verkauft: {listing}", "Ein Platz Ihres Leads {listing} wurde verkauft."),
    (CLAIM_FILED, "supplier"): _Wording(
        "Reklamation zu {listing}", "Der Verkauf {sale} Ihres Leads {listing} wurde reklamiert."
    ),
    (CLAIM_UPHELD, "buyer"): _Wording(
        "Reklamation anerkannt: {listing}",
        "Ihre Reklamation zum Lead {listing} wurde anerkannt, der Betrag ist gutgeschrieben. "
        "Bitte nehmen Sie keinen Kontakt mehr auf.",
    ),
    (CLAIM_UPHELD, "supplier"): _Wording(
        "Reklamation anerkannt: {listing}", "Die Reklamation zum Verkauf {sale} des Leads {listing} wurde anerkannt."
    ),
    (CLAIM_REJECTED, "buyer"): _Wording(
        "Reklamation abgelehnt: {listing}", "Ihre Reklamation zum Lead {listing} wurde abgelehnt."
    ),
    (CLAIM_REJECTED, "supplier"): _Wording(
        "Reklamation abgelehnt: {listing}", "Die Reklamation zum Verkauf {sale} des Leads {listing} wurde abgelehnt."
    ),
    (LISTING_EXPIRED, "supplier"): _Wording(
        "Einstellung abgelaufen: {listing}",
        "Die Laufzeit des Leads {listing} ist zu Ende, nicht alle Plätze sind verkauft.",
    ),
    (LISTING_CONVERTED, "supplier"): _Wording(
        "Nun geteilt: {listing}",
        "Der Lead {listing} wurde exklusiv nicht verkauft und wird nun wie vorgegeben geteilt angeboten, als {into}.",
    ),
    (LISTING_WITHDRAWN, "buyer"): _Wording(
        "Einstellung zurückgezogen: {listing}",
        "Der Lead {listing} wird nicht weiter verkauft. Ihr Kauf {sale} bleibt bestehen.",
    ),
    (LISTING_WITHDRAWN, "supplier"): _Wording(
        "Einstellung zurückgezogen: {listing}", "Der Marktbetrieb hat den Lead {listing} zurückgezogen."
    ),
    (CONSENT_WITHDRAWN, "buyer"): _Wording(
        "Einwilligung widerrufen: {listing}",
        "Zum Lead {listing} (Kauf {sale}) wurde die Einwilligung widerrufen. Bitte nehmen Sie keinen Kontakt mehr auf.",
    ),
    (CONSENT_WITHDRAWN, "supplier"): _Wording(
        "Einwilligung widerrufen: {listing}", "Zum Lead {listing} wurde die Einwilligung widerrufen."
    ),
    (BID_EXPIRED, "buyer"): _Wording(
        "Dauergebot abgelaufen: {bid}", "Ihr Dauergebot {bid} ist abgelaufen, der reservierte Betrag ist wieder frei."
    ),
}

_EN: _Words = {
    (HOOK_OFF, "buyer"): _HOOK_EN,
    (HOOK_OFF, "supplier"): _HOOK_EN,
    (BOUGHT, "buyer"): _Wording("Lead bought: {listing}", "You have bought the lead {listing} (sale {sale})."),
    (SOLD, "supplier"): _Wording("Lead sold: {listing}", "A seat of your lead {listing} has been sold."),
    (CLAIM_FILED, "supplier"): _Wording(
        "Claim on {listing}", "The sale {sale} of your lead {listing} has been disputed."
    ),
    (CLAIM_UPHELD, "buyer"): _Wording(
        "Claim upheld: {listing}",
        "Your claim on the lead {listing} has been upheld, the amount is credited. Please contact the person no more.",
    ),
    (CLAIM_UPHELD, "supplier"): _Wording(
        "Claim upheld: {listing}", "The claim on the sale {sale} of the lead {listing} has been upheld."
    ),
    (CLAIM_REJECTED, "buyer"): _Wording(
        "Claim rejected: {listing}", "Your claim on the lead {listing} has been rejected."
    ),
    (CLAIM_REJECTED, "supplier"): _Wording(
        "Claim rejected: {listing}", "The claim on the sale {sale} of the lead {listing} has been rejected."
    ),
    (LISTING_EXPIRED, "supplier"): _Wording(
        "Listing expired: {listing}", "The running time of the lead {listing} is over, not all seats are sold."
    ),
    (LISTING_CONVERTED, "supplier"): _Wording(
        "Shared from now on: {listing}",
        "The lead {listing} was not sold exclusively and is now offered to several buyers as you asked, as {into}.",
    ),
    (LISTING_WITHDRAWN, "buyer"): _Wording(
        "Listing withdrawn: {listing}", "The lead {listing} is sold to nobody else. Your purchase {sale} stands."
    ),
    (LISTING_WITHDRAWN, "supplier"): _Wording(
        "Listing withdrawn: {listing}", "The operator has withdrawn the lead {listing}."
    ),
    (CONSENT_WITHDRAWN, "buyer"): _Wording(
        "Consent withdrawn: {listing}",
        "The consent for the lead {listing} (sale {sale}) has been withdrawn. Please contact the person no more.",
    ),
    (CONSENT_WITHDRAWN, "supplier"): _Wording(
        "Consent withdrawn: {listing}", "The consent for the lead {listing} has been withdrawn."
    ),
    (BID_EXPIRED, "buyer"): _Wording(
        "Standing bid expired: {bid}", "Your standing bid {bid} has expired, what it reserved is free again."
    ),
}

_END = {
    "de": "Alles Weitere nach dem Anmelden: {link}\n\nSparte {sector}, Eintrag {seq}. Zustellung {delivery}.",
    "en": "More after logging in: {link}\n\nSector {sector}, entry {seq}. Delivery {delivery}.",
}


def letter(message: Message, lang: str, link: str) -> Letter:
    """A message in ``de`` or ``en``; ``link`` is where to log in."""
    wording = (_DE if lang == "de" else _EN)[message.topic, message.side]
    end = _END["de" if lang == "de" else "en"].format(
        link=link, sector=message.sector, seq=message.seq, delivery=message.delivery_id
    )
    return Letter(wording.subject.format_map(message.names), f"{wording.says.format_map(message.names)}\n\n{end}\n")
