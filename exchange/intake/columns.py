"""Which column of a file means what: built-in names, the sector's own, and the supplier's map."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from exchange.admission.defect import FIELD_NAMES
from exchange.admission.reading import folded
from exchange.errors import ConfigError
from exchange.intake.unusable import Unusable
from exchange.intake.vocabulary import COLUMN_NAMES
from exchange.sector import Sector

REQUIRED = (
    "phone",
    "email",
    "last_name",
    "postcode",
    "consent_text",
    "consent_version",
    "consent_recipients",
    "consent_product",
    "consent_channels",
    "consent_at",
    "consent_url",
    "consent_ip",
)
_STAND_INS = {"phone": "mobile", "last_name": "full_name"}
"""Fields another column can stand in for."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What a supplier says about its files: own column names, and what holds for every row.

    ``names``: column name -> field or question key; ``constants``: field or question key -> text.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one file: position -> field or question key, and the constants beside them."""

    positions: tuple[tuple[int, str], ...]
    questions: frozenset[str]
    constants: tuple[tuple[str, str], ...] = ()
    ignored: int = 0
    """How many columns mean nothing to us; their names may be personal data and are not kept."""


def load_map(path: Path, sector: Sector) -> ColumnMap:
    """Read a map from TOML (tables ``columns`` and ``constants``); raises ConfigError naming the key."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name}: {error}") from None
    for table in tables:
        if table not in ("columns", "constants") or not isinstance(tables[table], dict):
            raise ConfigError(f"{path.name}: {table} is neither the table columns nor constants")
    found = ColumnMap(tables.get("columns", {}), tables.get("constants", {}))
    check_map(found, sector, path.name)
    return found


def house_map(names: Mapping[str, str], sector: Sector, others: Iterable[Sector]) -> ColumnMap:
    """The house's own column names as far as they concern a sector; raises ConfigError for a field no sector has."""
    known = fields_of(sector)
    anywhere = known.union(*(fields_of(other) for other in others))
    for name, meaning in names.items():
        if meaning not in anywhere:
            raise ConfigError(f"intake.columns.{name}: {meaning!r} is no field of any sector")
    return ColumnMap({name: meaning for name, meaning in names.items() if meaning in known})


def fields_of(sector: Sector) -> set[str]:
    """Everything a column can mean: the fields every sector has, and this one's questions."""
    return {*COLUMN_NAMES, *(question.key for question in sector.questions)}


def check_map(own: ColumnMap, sector: Sector, where: str) -> None:
    """Refuse fields that do not exist; raises ConfigError with the full path of the key."""
    known = fields_of(sector)
    for name, meaning in own.names.items():
        if meaning not in known:
            raise ConfigError(f"{where}: columns.{name}: {meaning!r} is no field of sector {sector.code}")
    for meaning, text in own.constants.items():
        if meaning not in known or not isinstance(text, str):
            raise ConfigError(f"{where}: constants.{meaning} is no field of sector {sector.code}, or no text")


def match(header: tuple[str, ...], sector: Sector, own: ColumnMap) -> Columns:
    """The meaning of each column; raises Unusable where a needed one is missing or two mean the same."""
    names = meanings(sector, own)
    found = [(i, names[folded(cell)]) for i, cell in enumerate(header) if folded(cell) in names]
    told = [meaning for _, meaning in found]
    twice = sorted({meaning for meaning in told if told.count(meaning) > 1})
    if twice:
        raise Unusable("column_twice", _listed(twice, sector))
    lacking = missing({*told, *own.constants}, sector)
    if lacking:
        raise Unusable("columns_missing", _listed(lacking, sector))
    return Columns(
        tuple(found),
        frozenset(question.key for question in sector.questions),
        tuple(own.constants.items()),
        len(header) - len(found),
    )


def meanings(sector: Sector, own: ColumnMap) -> dict[str, str]:
    """Folded column name -> meaning; the supplier's own names win, then the sector's questions."""
    names = {folded(name): key for key, known in COLUMN_NAMES.items() for name in (key, *known)}
    for question in sector.questions:
        for name in (question.key, question.label_de, question.label_en, *question.columns):
            names[folded(name)] = question.key
    return names | {folded(name): meaning for name, meaning in own.names.items()}


def missing(given: set[str], sector: Sector) -> list[str]:
    """What no row can be listed without, and neither a column nor a constant says."""
    derived = {"age"} if "birth_date" in given else set()
    wanted = [*REQUIRED, *(q.key for q in sector.questions if q.required and q.key not in derived)]
    return [name for name in wanted if name not in given and _STAND_INS.get(name) not in given]


def _listed(names: list[str], sector: Sector) -> str:
    def spoken(name: str) -> str:
        question = sector.question(name)
        return question.label_de if question else FIELD_NAMES.get(name, (name, name))[0]

    return ", ".join(f"{spoken(name)} ({name})" for name in names)
