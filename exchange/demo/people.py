"""Invented enquirers, drawn from a seed: names, addresses that fit their postcode, numbers nobody answers.

Phone numbers come from the ranges the Bundesnetzagentur reserves for drama (Mitteilung 148/2021): five blocks of
a thousand in as many cities, two blocks of a hundred and ten single mobile numbers. Longer numbers within a
block reach nobody either, so there are enough for a market. Mail is at the example domains of RFC 2606.
"""

import random
from functools import lru_cache

from exchange.lead import Contact
from exchange.postcodes import all_postcodes, place_of

LANDLINE_BLOCKS = {
    "Berlin": "+493023125",
    "Hamburg": "+494066969",
    "Köln": "+492214710",
    "Frankfurt am Main": "+496990009",
    "München": "+498999998",
}
"""City -> E.164 prefix of a thousand reserved numbers (three more digits)."""

MOBILE_BLOCKS = ("+4917139200", "+4917604069")
"""Prefixes of a hundred reserved numbers each; the second one goes on with 0."""

MOBILE_NUMBERS = (
    "+4915228817386",
    "+4915228895456",
    "+4915254599371",
    "+491729925904",
    "+491729968532",
    "+491729973185",
    "+491729973186",
    "+491729980752",
    "+491749091317",
    "+491749464308",
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


_WOMEN = _words("""Anna Lena Katharina Sophie Marie Laura Julia Sarah Lisa Hannah Johanna Petra Sabine Monika Ursula
Renate Gisela Claudia Birgit Susanne Nadine Melanie Svenja Greta Frieda Ida Elif Aylin Olga Irina Agnieszka
Magdalena Carla Theresa Franziska Judith Miriam Nora Paula Charlotte Antonia Helene""")
_MEN = _words("""Lukas Jonas Felix Maximilian Paul Leon Tim Jan Philipp Simon Tobias Andreas Thomas Michael Stefan
Markus Jürgen Wolfgang Dieter Uwe Torben Dirk Holger Kai Mehmet Emre Piotr Sergej Ivan Anton Emil Oskar Moritz
Konstantin Benedikt Florian Sebastian Matthias Georg Robert Erik Nils""")
_SURNAMES = _words("""Lindner Petersen Hartmann Brömmel Clausen Ahlers Mohr Kessler Reinhardt Vogt Seidel Brandl Huber
Obermaier Gruber Eberle Häberle Schwarz Krüger Lehmann Neumann Zimmermann Albrecht Winkler Baumann Friedrich
Günther Kowalski Nowak Yıldız Aydın Demir Kaya Petrov Ivanova Rossi Lorenz Pohl Engel Busch Kuhn Jansen Ritter
Böhm Haas Schreiber Graf Dietrich Ziegler Kühn Pfeiffer Arnold Sauer Otto Stein Jahn Thiel Ebert Wendt Hansen
Carstens Paulsen Dreyer Behrens Tiedemann Möller Steffens Rademacher Hülsmann Terhorst""")
_STREETS = _words("""Lindenweg Ahornstraße Birkenallee Kirchgasse Am_Mühlbach Gartenstraße Bergstraße Wiesengrund
Schillerstraße Goetheweg Hauptstraße Bahnhofstraße Rosenweg Im_Winkel Sonnenhang Waldstraße Uferweg Marktplatz
Feldrain Brunnengasse""")
_DOMAINS = ("example.de", "example.com", "example.org", "example.net")
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ğ": "g", "ş": "s", "ç": "c", "é": "e", "Ö": "oe"}
)
_MOBILE_SHARE = 0.3
_TOWN_SHARE = 0.6


@lru_cache(maxsize=1)
def _town_postcodes() -> tuple[str, ...]:
    """Postcodes of places that have at least three: where most people live."""
    counted: dict[str, int] = {}
    for code in all_postcodes():
        counted[place_of(code)] = counted.get(place_of(code), 0) + 1
    return tuple(code for code in all_postcodes() if counted[place_of(code)] >= 3)


def draw_postcode(rng: random.Random) -> str:
    """A German postcode, more often one of a town."""
    return rng.choice(_town_postcodes() if rng.random() < _TOWN_SHARE else all_postcodes())


def draw_phone(rng: random.Random, place: str) -> str:
    """A reserved number in E.164; a landline of the place where it has a reserved block, else of any city."""
    if rng.random() < _MOBILE_SHARE:
        return _mobile(rng)
    prefix = LANDLINE_BLOCKS.get(place) or rng.choice(tuple(LANDLINE_BLOCKS.values()))
    return f"{prefix}{rng.randrange(1000):03d}{rng.randrange(100):02d}"


def _mobile(rng: random.Random) -> str:
    kind = rng.randrange(20)
    if kind == 0:
        return rng.choice(MOBILE_NUMBERS)
    if kind < 16:
        return f"{MOBILE_BLOCKS[0]}{rng.randrange(1000):03d}"
    return f"{MOBILE_BLOCKS[1]}0{rng.randrange(100):02d}"


def draw_person(rng: random.Random, postcode: str, *, is_woman: bool, born: int) -> Contact:
    """Somebody who does not exist, born in that year, living where the postcode is."""
    first, last = rng.choice(_WOMEN if is_woman else _MEN), rng.choice(_SURNAMES)
    place = place_of(postcode)
    name = f"{first[0]}.{last}" if rng.random() < 0.4 else f"{first}.{last}"
    mailbox = f"{name}{rng.randrange(10_000)}".lower().translate(_LETTERS)
    return Contact(
        first_name=first,
        last_name=last,
        phone=draw_phone(rng, place),
        email=f"{mailbox}@{rng.choice(_DOMAINS)}",
        salutation="Frau" if is_woman else "Herr",
        street=f"{rng.choice(_STREETS)} {rng.randrange(1, 140)}",
        postcode=postcode,
        city=place,
        birth_date=f"{born}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
    )
