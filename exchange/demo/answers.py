"""Answers in character: what somebody who asks in a sector is likely to say."""

import random
from collections.abc import Callable

Drawn = dict[str, str]

_JOBS = (
    ("Ingenieurin", "Ingenieur", 34, 2400),
    ("Physiotherapeutin", "Physiotherapeut", 29, 1500),
    ("Erzieherin", "Erzieher", 27, 1300),
    ("Softwareentwicklerin", "Softwareentwickler", 31, 2500),
    ("Dachdeckerin", "Dachdecker", 26, 1400),
    ("Ärztin", "Arzt", 36, 3000),
    ("Bankkauffrau", "Bankkaufmann", 30, 1900),
    ("Azubi Mechatronik", "Azubi Mechatronik", 19, 1200),
    ("Lehrerin", "Lehrer", 33, 2000),
    ("Steuerfachangestellte", "Steuerfachangestellter", 28, 1500),
    ("Pflegefachfrau", "Pflegefachmann", 32, 1500),
    ("Architektin", "Architekt", 38, 2300),
)
"""Occupation of a woman and of a man, usual age, usual monthly pension in euros."""

_TRADES = (
    ("Elektrobetrieb", 9, 900_000),
    ("Handwerk", 14, 1_600_000),
    ("Tischlerei", 6, 550_000),
    ("Arztpraxis", 8, 1_100_000),
    ("Gastronomie", 12, 700_000),
    ("IT-Dienstleister", 18, 2_400_000),
    ("Autohaus", 35, 9_500_000),
    ("Friseursalon", 4, 180_000),
    ("Metallbau", 22, 3_200_000),
    ("Steuerkanzlei", 11, 1_300_000),
)
"""Trade, usual staff, usual turnover in euros a year."""

_TIMES = ("now", "now", "3_months", "3_months", "6_months", "later")


def _yes(rng: random.Random, share: float) -> str:
    return "yes" if rng.random() < share else "no"


def _about(rng: random.Random, usual: float, step: int, spread: float = 0.25) -> str:
    """A number around the usual one, as people round it."""
    return str(max(step, round(usual * rng.uniform(1 - spread, 1 + spread) / step) * step))


def _maybe(rng: random.Random, share: float, drawn: Drawn) -> Drawn:
    """Answers that not everybody gives."""
    return drawn if rng.random() < share else {}


def _pkv(rng: random.Random, age: int, is_woman: bool) -> Drawn:
    product = rng.choices(("full", "civil_servant", "dental", "hospital"), (60, 20, 12, 8))[0]
    if product == "civil_servant":
        status = "trainee_civil_servant" if age < 32 else "civil_servant"
    else:
        status = rng.choices(("employee", "self_employed", "freelance"), (60, 30, 10))[0]
    income = _about(rng, 82_000 if status == "employee" else 64_000, 1_000)
    return {
        "product": product,
        "status": status,
        "insured_now": rng.choices(("gkv", "pkv"), (80, 20))[0],
        "time_frame": rng.choice(_TIMES),
        **_maybe(rng, 0.8, {"income": income}),
        **_maybe(rng, 0.7, {"children": str(rng.choice((0, 0, 1, 1, 2, 3)))}),
    }


def _bu(rng: random.Random, age: int, is_woman: bool) -> Drawn:
    woman, man, _, pension = min(_JOBS, key=lambda job: abs(job[2] - age) + rng.random() * 8)
    return {
        "request": rng.choices(("new", "compare", "raise"), (60, 30, 10))[0],
        "occupation": woman if is_woman else man,
        "pension": _about(rng, pension, 100),
        "smoker": _yes(rng, 0.2),
        "time_frame": rng.choice(_TIMES),
    }


def _rlv(rng: random.Random, age: int, is_woman: bool) -> Drawn:
    return {
        "sum": _about(rng, 250_000, 25_000, 0.5),
        "years": str(rng.choice((10, 15, 20, 20, 25, 30))),
        "smoker": _yes(rng, 0.2),
        "purpose": rng.choices(("property", "family", "business"), (50, 42, 8))[0],
    }


def _bav(rng: random.Random, age: int, is_woman: bool) -> Drawn:
    trade, staff, _ = rng.choice(_TRADES)
    return {
        "request": rng.choices(("set_up", "extend", "review"), (60, 25, 15))[0],
        "trade": trade,
        "employees": _about(rng, staff, 1, 0.4),
        **_maybe(rng, 0.5, {"contribution": _about(rng, 150, 25)}),
        "time_frame": rng.choice(_TIMES),
    }


def _pv(rng: random.Random, age: int, is_woman: bool) -> Drawn:
    building = rng.choices(("detached", "semi_detached", "terraced", "multi_family"), (62, 18, 14, 6))[0]
    south = ("south", "south", "south_east", "south_west", "east_west", "west")
    return {
        "owner": _yes(rng, 0.94),
        "building": building,
        "roof": rng.choices(("pitched", "mono_pitched", "flat"), (75, 10, 15))[0],
        "orientation": rng.choice(south),
        "area": _about(rng, 55, 1, 0.4),
        "kwh": _about(rng, 4_600, 100, 0.35),
        "storage": _yes(rng, 0.75),
        "time_frame": rng.choice(_TIMES),
    }


def _wp(rng: random.Random, age: int, is_woman: bool) -> Drawn:
    return {
        "owner": _yes(rng, 0.96),
        "heating": rng.choices(("gas", "oil", "electric", "wood", "coal"), (55, 32, 6, 5, 2))[0],
        "built": str(rng.randrange(1925, 2012)),
        "living_area": _about(rng, 145, 1, 0.3),
        "insulation": rng.choice(("good", "partial", "partial", "none")),
        "subsidy": _yes(rng, 0.8),
        "time_frame": rng.choice(_TIMES),
    }


def _baufi(rng: random.Random, age: int, is_woman: bool) -> Drawn:
    purpose = rng.choices(
        ("purchase", "follow_up", "construction", "modernisation", "refinancing"), (45, 25, 15, 10, 5)
    )[0]
    value = int(_about(rng, 430_000, 5_000, 0.4))
    loan = int(_about(rng, 0.58 * value, 5_000, 0.3))
    until = {"fixed_until": f"{rng.choice((2027, 2027, 2028))}-{rng.randrange(1, 13):02d}-01"}
    return {
        "purpose": purpose,
        "loan": str(loan),
        "value": str(value),
        "net_income": _about(rng, 4_600, 100),
        "time_frame": rng.choice(_TIMES),
        **(until if purpose == "follow_up" else {"equity": str(max(0, value - loan))}),
    }


def _gewerbe(rng: random.Random, age: int, is_woman: bool) -> Drawn:
    trade, staff, turnover = rng.choice(_TRADES)
    products = ("liability", "professional", "contents", "cyber", "legal", "fleet")
    return {
        "product": rng.choices(products, (45, 10, 15, 15, 10, 5))[0],
        "trade": trade,
        "turnover": _about(rng, turnover, 10_000),
        "employees": _about(rng, staff, 1, 0.4),
        "time_frame": rng.choice(_TIMES),
    }


_DRAWERS: dict[str, Callable[[random.Random, int, bool], Drawn]] = {
    "pkv": _pkv,
    "bu": _bu,
    "rlv": _rlv,
    "bav": _bav,
    "pv": _pv,
    "wp": _wp,
    "baufi": _baufi,
    "gewerbe": _gewerbe,
}

USUAL_AGES = {"pkv": (24, 50), "bu": (18, 44), "rlv": (27, 50), "bav": (35, 60), "gewerbe": (30, 60)}
"""Youngest and oldest usual enquirer; householders where a sector is not named."""
HOUSEHOLDERS = (28, 72)


def draw_answers(rng: random.Random, sector: str, age: int, *, is_woman: bool) -> Drawn:
    """Answers for one of the catalogue's sectors, without the age; raises KeyError for another one."""
    return _DRAWERS[sector](rng, age, is_woman)
