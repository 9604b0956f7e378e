"""What a lead may say, sector by sector: one list, of which forms, published document and pages are made."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from exchange.admission.consent import CATEGORIES, CHANNELS
from exchange.catalogue import RANGES, SECTORS
from exchange.intake.columns import REQUIRED
from exchange.intake.vocabulary import COLUMN_NAMES
from exchange.sector import REGIONS, Question, Sector
from exchange.staging.rest import field_name

LONGEST = 4_000
"""Letters of any member; beyond its own bound a text is a finding, beyond this one no request."""
_APART = ("start_price", "floor_price", "seats")
"""Columns of files that are members of another form in JSON."""
_KINDS = {"asked_at": "instant", "consent_at": "instant", "confirmed_at": "instant", "birth_date": "date"}
_KINDS |= {"consent_recipients": "list", "consent_channels": "list", "region": "choice"}
_EXAMPLES = {
    "salutation": "Frau",
    "first_name": "Erika",
    "last_name": "Beispiel",
    "full_name": "Erika Beispiel",
    "phone": "+49 171 3920012",
    "mobile": "0171 3920012",
    "email": "erika.beispiel@example.de",
    "street": "Seestraße",
    "house_number": "12",
    "postcode": "00001",
    "city": "Überlingen",
    "region": "DE-BW",
    "birth_date": "1991-05-17",
    "note": "Bitte ab 17 Uhr anrufen.",
    "asked_at": "2026-11-19T13:20:00Z",
    "source": "vergleich.example.de",
    "campaign": "herbst",
    "consent_text": "Ich willige ein, dass ein Vermittler mich zu dieser Anfrage anruft. Widerruf jederzeit.",
    "consent_version": "v3",
    "consent_at": "2026-11-19T13:20:00Z",
    "consent_url": "https://www.example.de/anfrage",
    "consent_ip": "198.51.100.7",
    "consent_agent": "Mozilla/5.0",
    "confirmed_at": "2026-11-19T13:25:00Z",
}
"""Nobody's: the postcode is one of the sandbox, the number from the range of films."""
_IN_EXAMPLE = {*REQUIRED, "first_name", "asked_at", "city"}


@dataclass(frozen=True, slots=True)
class Word:
    """An answer by its code, what it is called, and what else is understood."""

    code: str
    label_de: str
    label_en: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One field or question. ``kind`` is one of text, number, yes_no, choice, date, instant, list."""

    name: str
    kind: str
    label_de: str
    label_en: str
    required: bool = False
    words: tuple[Word, ...] = ()
    bounds: tuple[int, int] | None = None
    unit: str = ""
    columns: tuple[str, ...] = ()
    question: bool = False

    def example(self, sector: Sector) -> object:
        """A sound value, invented."""
        if self.name == "consent_product":
            return sector.name_de
        if self.name == "consent_recipients":
            return ["Vermittler"]
        if self.name == "consent_channels":
            return ["phone"]
        if self.kind == "choice":
            return _EXAMPLES.get(self.name) or self.words[0].code
        if self.kind == "number":
            least, most = self.bounds or (1, 100)
            return min(max(least, 40), most)
        if self.question:
            return {"yes_no": True, "date": "2027-06-01"}.get(self.kind, "Mustertext")
        return _EXAMPLES[self.name]

    @property
    def told(self) -> str:
        """What a program should know of it, in English."""
        parts = [self.label_en + (f" ({self.unit})" if self.unit else "") + "."]
        if self.required:
            parts.append("No lead is listed without it.")
        if self.bounds:
            parts.append(f"{self.bounds[0]} to {self.bounds[1]}.")
        if self.words:
            parts.append(f"One of {', '.join(word.code for word in self.words)}, or a word that means it.")
        if self.kind in ("date", "instant"):
            parts.append("ISO 8601; without a zone it is time in Berlin.")
        return " ".join(parts)


@cache
def members_of(code: str) -> tuple[Member, ...]:
    """Everything a lead of a sector may say, in the order of a form; raises KeyError for another code."""
    sector = SECTORS[code]
    return (*_common(sector), *(_asked(question) for question in sector.questions))


def _common(sector: Sector) -> Iterator[Member]:
    words = {
        "region": tuple(Word(code, name, name, (code[3:],)) for code, name in REGIONS.items()),
        "consent_channels": tuple(Word(code, names[0].title(), code, names) for code, names in CHANNELS.items()),
        "consent_recipients": tuple(Word(one, one.title(), one) for one in CATEGORIES),
    }
    for name, columns in COLUMN_NAMES.items():
        if name not in _APART:
            yield Member(
                name,
                _KINDS.get(name, "text"),
                field_name(name, sector, "de"),
                field_name(name, sector, "en"),
                name in REQUIRED,
                words.get(name, ()),
                columns=columns,
            )


def _asked(question: Question) -> Member:
    return Member(
        question.key,
        question.kind,
        question.label_de,
        question.label_en,
        question.required,
        tuple(Word(one.code, one.label_de, one.label_en, one.synonyms) for one in question.choices),
        RANGES.get(question.key) if question.kind == "number" else None,
        question.unit,
        question.columns,
        question=True,
    )


def example_of(code: str) -> dict[str, object]:
    """A whole lead of a sector, invented; in the sandbox it is listed."""
    sector = SECTORS[code]
    told = {one.name: one.example(sector) for one in members_of(code) if _belongs(one)}
    return {"sector": code, "reference": "A-4711", **told, "seats": 1}


def batch_of(code: str) -> dict[str, object]:
    """A list of one lead, likewise."""
    one = example_of(code)
    del one["sector"]
    return {"sector": code, "leads": [one]}


def _belongs(one: Member) -> bool:
    return one.required or one.name in _IN_EXAMPLE or (one.question and one.kind == "choice")
