"""Leads: an enquiry's facts, and the enquirer's contact data and consent kept apart from them.

Contact data never reaches the tape, a log or an exception: `Contact` hides itself in every representation.
"""

from dataclasses import dataclass, field

from exchange.instant import Instant

ANYONE = "*"

Answers = tuple[tuple[str, str], ...]
"""Answers as (question key, canonical text) pairs, sorted by key; numbers are written in digits."""


@dataclass(frozen=True, slots=True)
class ConsentScope:
    """Towards whom, for what and by which way the enquirer agreed to be contacted (rules.md §1).

    ``recipients`` are organisation ids, or ``*`` for a wording that names the categories only; an empty
    tuple covers nobody.
    """

    recipients: tuple[str, ...] = (ANYONE,)
    product: str = ""
    channels: tuple[str, ...] = ("phone",)

    def covers(self, organisation: str) -> bool:
        """Whether this organisation may be given the lead."""
        return ANYONE in self.recipients or organisation in self.recipients


EVERYONE = ConsentScope()


@dataclass(frozen=True, slots=True)
class Contact:
    """Who asked. Phone in E.164, e-mail lower-cased, all fields as the lead's buyer will read them."""

    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)
    salutation: str = field(default="", repr=False)
    street: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    city: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    """Free text of the enquiry: shown after purchase only."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The record §7a UWG asks for: the wording agreed to, its version, when, where and how."""

    text: str = field(repr=False)
    version: str
    given_at: Instant
    source_url: str = field(repr=False)
    ip: str = field(repr=False)
    scope: ConsentScope
    confirmed_at: Instant | None = None
    """When a double opt-in was confirmed, if there was one."""
    user_agent: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Lead:
    """The tradable facts of an enquiry: everything the board may show, nothing that names a person."""

    lead_id: str
    sector: str
    supplier: str
    region: str
    postcode: str
    answers: Answers
    asked_at: Instant
    """When the enquirer asked: the lead's age counts from here."""
    seats: int
    start_cents: int
    floor_cents: int
    source: str = ""
    campaign: str = ""
