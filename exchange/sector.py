"""Sectors (Sparten): one market each, with its questions, price grid, seats, hours, fee and claim rules."""

from dataclasses import dataclass, field
from typing import Literal

from exchange.claims import ClaimRules
from exchange.instant import DAY_US
from exchange.money import BasisPoints, Cents

REGIONS: dict[str, str] = {
    "DE-BW": "Baden-Württemberg",
    "DE-BY": "Bayern",
    "DE-BE": "Berlin",
    "DE-BB": "Brandenburg",
    "DE-HB": "Bremen",
    "DE-HH": "Hamburg",
    "DE-HE": "Hessen",
    "DE-MV": "Mecklenburg-Vorpommern",
    "DE-NI": "Niedersachsen",
    "DE-NW": "Nordrhein-Westfalen",
    "DE-RP": "Rheinland-Pfalz",
    "DE-SL": "Saarland",
    "DE-SN": "Sachsen",
    "DE-ST": "Sachsen-Anhalt",
    "DE-SH": "Schleswig-Holstein",
    "DE-TH": "Thüringen",
}
"""The federal states by ISO 3166-2 code."""

QuestionKind = Literal["choice", "number", "text", "yes_no", "date"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a choice question: its code on the tape, its captions, and how suppliers spell it."""

    code: str
    label_de: str
    label_en: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What a lead of this sector is asked. ``key`` is used in filters and on the tape.

    Numbers are whole (euros, square metres, kWh per year); ``unit`` is shown behind them.
    """

    key: str
    kind: QuestionKind
    label_de: str
    label_en: str
    choices: tuple[Choice, ...] = ()
    required: bool = False
    unit: str = ""
    columns: tuple[str, ...] = ()
    """Column names under which supplier files carry this answer, besides the key."""
    retired: bool = False
    """No longer asked; answers that were given, and filters on them, are read as ever."""

    def __hash__(self) -> int:
        """By its key alone: questions are looked up for every answer, and their texts are long."""
        return hash(self.key)


@dataclass(frozen=True, slots=True)
class Sector:
    """One market. Rates in basis points, amounts in net cents, spans in microseconds.

    ``buyout_bp`` is what a whole shared lead costs, ``seat_bp`` what a seat of a converted one starts at, of the ask.
    """

    code: str
    name_de: str
    name_en: str
    short: str
    """What the board's first column says, e.g. ``PKV``."""
    questions: tuple[Question, ...] = ()
    tick_cents: Cents = 50
    most_seats: int = 3
    fee_bp: BasisPoints = 1000
    buyout_bp: BasisPoints = 25_000
    seat_bp: BasisPoints = 6_000
    duplicate_window_us: int = 90 * DAY_US
    most_age_us: int = 30 * DAY_US
    claims: ClaimRules = field(default_factory=ClaimRules)

    def question(self, key: str) -> Question | None:
        """The question with this key, or None."""
        return next((q for q in self.questions if q.key == key), None)
