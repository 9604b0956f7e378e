"""The record a call needs before it is made (§7a UWG): complete and covering this sector, or refused."""

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_address

from exchange.admission.defect import Defect, Defects
from exchange.admission.draft import BatchRules, LeadDraft
from exchange.admission.reading import clean, folded
from exchange.instant import DAY_US
from exchange.lead import ANYONE, Consent, ConsentScope

SHORTEST_WORDING = 40
LONGEST_WORDING = 4_000
_URL = re.compile(r"https?://(?:[^\s/@]+\.)+[a-zäöü0-9-]{2,}(?::\d{1,5})?(?:[/?#]\S*)?\Z", re.IGNORECASE)
_LIST = re.compile(r"[,;|/]|\bund\b|\band\b|\soder\s")

CHANNELS = {
    "phone": ("telefon", "tel", "phone", "anruf", "call", "telefonisch", "mobil", "rückruf"),
    "email": ("email", "mail", "emailadresse", "permail"),
    "sms": ("sms", "kurznachricht"),
    "whatsapp": ("whatsapp", "messenger"),
    "post": ("post", "brief", "postal"),
}
"""Channel -> the words suppliers use, folded."""

CATEGORIES = (
    "makler",
    "vermittler",
    "berater",
    "broker",
    "adviser",
    "advisor",
    "versicherer",
    "versicherungen",
    "versicherungsunternehmen",
    "fachbetrieb",
    "fachpartner",
    "handwerk",
    "installateur",
    "solarteur",
    "energieversorger",
    "bank",
    "finanzierer",
    "finanzdienstleister",
)
"""Words by which a recipient is a category of firms; anything else must be a member's name."""

_LEGAL_FORMS = {"gmbh", "mbh", "ag", "kg", "kgaa", "ug", "ek", "ekfr", "gbr", "ohg", "se", "ltd", "inc", "partg"}
"""Folded; a recipient with one of them is one firm, also where its name says what it does."""


def read_consent(draft: LeadDraft, rules: BatchRules) -> tuple[Consent | None, Defects]:
    """The consent, or everything that is missing or wrong in its record."""
    recipients, channels = _recipients(draft, rules), _channels(draft)
    defects = (
        *_wording(draft),
        *_recipient_defects(draft, recipients),
        *_product(draft, rules),
        *_channel_defects(draft, channels),
        *_times(draft, rules),
        *_source(draft),
    )
    if defects or draft.consent_at is None:
        return None, defects
    return Consent(
        draft.text("consent_text"),
        draft.text("consent_version"),
        draft.consent_at,
        draft.text("consent_url"),
        draft.text("consent_ip"),
        ConsentScope(recipients, draft.text("consent_product"), channels),
        draft.confirmed_at,
        draft.text("consent_agent"),
    ), ()


def _wording(draft: LeadDraft) -> Iterator[Defect]:
    wording, version = draft.text("consent_text"), draft.text("consent_version")
    if not wording:
        yield Defect(draft.row, "consent_text", "missing")
    elif len(wording) < SHORTEST_WORDING:
        yield Defect(draft.row, "consent_text", "wording_short")
    elif len(wording) > LONGEST_WORDING:
        yield Defect(draft.row, "consent_text", "too_long", str(LONGEST_WORDING))
    if not version:
        yield Defect(draft.row, "consent_version", "missing")


@lru_cache(maxsize=256)
def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in (clean(part) for part in _LIST.split(text)) if part)


def _recipients(draft: LeadDraft, rules: BatchRules) -> tuple[str, ...]:
    """Organisation ids, or ``*`` for categories; empty where a name is neither.

    A record that names firms covers those firms only, also where it names a category beside them: the
    narrower reading never gives a lead to somebody the enquirer did not agree to (BGH I ZR 7/16).
    """
    named, general = set(), False
    for part in _listed(draft.text("consent_recipients")):
        member = rules.organisations.get(folded(part))
        if member:
            named.add(member)
        elif _is_category(part):
            general = True
        else:
            return ()
    return tuple(sorted(named)) or ((ANYONE,) if general else ())


@lru_cache(maxsize=256)
def _is_category(part: str) -> bool:
    words = [folded(word) for word in part.split()]
    return not _LEGAL_FORMS & set(words) and any(
        word.startswith(kind) or kind in word for word in words for kind in CATEGORIES
    )


def _recipient_defects(draft: LeadDraft, recipients: tuple[str, ...]) -> Iterator[Defect]:
    if not draft.text("consent_recipients"):
        yield Defect(draft.row, "consent_recipients", "missing")
    elif not recipients:
        yield Defect(draft.row, "consent_recipients", "recipients")


def _product(draft: LeadDraft, rules: BatchRules) -> Iterator[Defect]:
    product, sector = folded(draft.text("consent_product")), rules.sector
    if not product:
        yield Defect(draft.row, "consent_product", "missing")
    elif not _covers(product, (sector.code, sector.short, sector.name_de, sector.name_en)):
        yield Defect(draft.row, "consent_product", "consent_product")


@lru_cache(maxsize=256)
def _covers(product: str, names: tuple[str, ...]) -> bool:
    """Whether a folded product is one of these names, or a part of one, or has one in it."""
    return any(name in product or (len(product) > 3 and product in name) for name in (folded(name) for name in names))


def _channels(draft: LeadDraft) -> tuple[str, ...]:
    return _channels_in(draft.text("consent_channels"))


@lru_cache(maxsize=256)
def _channels_in(text: str) -> tuple[str, ...]:
    words = {folded(part) for part in _listed(text)}
    return tuple(channel for channel, spelled in CHANNELS.items() if words & {channel, *spelled})


def _channel_defects(draft: LeadDraft, channels: tuple[str, ...]) -> Iterator[Defect]:
    if not draft.text("consent_channels"):
        yield Defect(draft.row, "consent_channels", "missing")
    elif not channels:
        yield Defect(draft.row, "consent_channels", "channels")
    elif "phone" not in channels:
        yield Defect(draft.row, "consent_channels", "no_phone_channel")
    if "email" in channels and not draft.text("confirmed_at"):
        yield Defect(draft.row, "confirmed_at", "unconfirmed")


def _times(draft: LeadDraft, rules: BatchRules) -> Iterator[Defect]:
    """Missing, future, too old, confirmed before it was given. Unreadable times are the door's findings."""
    given, confirmed, unread = draft.consent_at, draft.confirmed_at, dict(draft.unread)
    if given is None:
        if "consent_at" not in unread:
            yield Defect(draft.row, "consent_at", "missing")
        return
    if given > rules.now:
        yield Defect(draft.row, "consent_at", "future")
    age_us = rules.now - given
    if age_us > rules.sector.most_age_us:
        yield Defect(draft.row, "consent_at", "too_old", f"{age_us // DAY_US} > {rules.sector.most_age_us // DAY_US}")
    if confirmed is not None and confirmed < given:
        yield Defect(draft.row, "confirmed_at", "before_consent")
    if confirmed is not None and confirmed > rules.now:
        yield Defect(draft.row, "confirmed_at", "future")


def _source(draft: LeadDraft) -> Iterator[Defect]:
    url, address = draft.text("consent_url"), draft.text("consent_ip")
    if not url:
        yield Defect(draft.row, "consent_url", "missing")
    elif not _URL.match(url):
        yield Defect(draft.row, "consent_url", "url")
    if not address:
        yield Defect(draft.row, "consent_ip", "missing")
    elif not _is_remote(address):
        yield Defect(draft.row, "consent_ip", "ip")


def _is_remote(address: str) -> bool:
    """An address a person could have come from; documentation ranges are left to sample data."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return not (found.is_loopback or found.is_unspecified or found.is_multicast or found.is_link_local)
