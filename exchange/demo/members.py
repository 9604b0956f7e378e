"""The demo's members: suppliers and advisers' firms, all invented, and what each of them wants."""

from dataclasses import dataclass
from random import Random

from exchange.demo.tastes import Taste, tastes_of
from exchange.money import Cents

OURS = "brandt-vogel"
"""The firm of the printed account."""

SUPPLIERS: tuple[tuple[str, str], ...] = (
    ("nordlicht", "Nordlicht Anfragen GmbH"),
    ("vergleichswerk", "Vergleichswerk AG"),
    ("solarfragen", "Solarfragen Portal GmbH"),
    ("finanzkompass", "Finanzkompass Media GmbH"),
    ("anfragehaus", "Anfragehaus Süd GmbH & Co. KG"),
)

_FIRST = (
    "Brandt",
    "Ahorn",
    "Bergmann",
    "Cordes",
    "Dressler",
    "Eichner",
    "Falkner",
    "Gerlach",
    "Hartwig",
    "Iversen",
    "Jansen",
    "Kestner",
    "Lindner",
    "Marten",
    "Nolde",
    "Ostermann",
    "Petzold",
    "Quandt",
    "Reimers",
    "Sander",
)
_SECOND = (
    "Vogel",
    "Ackermann",
    "Busch",
    "Clasen",
    "Dorn",
    "Engelke",
    "Friedrichs",
    "Grothe",
    "Heller",
    "Imhof",
    "Jordan",
    "Krämer",
    "Lorenz",
    "Meurer",
    "Niebuhr",
    "Oltmann",
    "Pauli",
    "Rademacher",
    "Seidel",
    "Timm",
)
_TRADES = ("Finanzberatung", "Versicherungsmakler", "Makler", "Vorsorge", "Energieberatung")


@dataclass(frozen=True, slots=True)
class Firm:
    """An advisers' firm: its id and name, what it pays in, and its tastes in leads."""

    organisation: str
    name: str
    deposit_cents: Cents
    tastes: tuple[Taste, ...]


def draw_firms(rng: Random, count: int) -> list[Firm]:
    """So many firms, ours first; the same seed gives the same firms."""
    firms = [Firm(OURS, "Brandt & Vogel", 480_000, tastes_of(rng, ("bu", "pkv", "rlv", "pv")))]
    pairs = [(first, second) for first in _FIRST for second in _SECOND if first != second][1:]
    for first, second in rng.sample(pairs, count - 1):
        name = f"{first} & {second} {rng.choice(_TRADES)}"
        liked = tuple(rng.sample(("bu", "pkv", "rlv", "pv", "wp", "baufi", "bav", "gewerbe"), rng.randint(1, 3)))
        firms.append(Firm(_id(first, second), name, rng.randrange(60, 400) * 1000, tastes_of(rng, liked)))
    return firms


def _id(first: str, second: str) -> str:
    return f"{first}-{second}".lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
