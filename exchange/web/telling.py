"""The form that tells what columns mean: one line a column, with samples and a guess, and texts for every row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from exchange.admission.reading import folded
from exchange.intake.columns import ColumnMap, Columns, fields_of, meanings, missing
from exchange.sector import Sector
from exchange.staging.intake import Glimpse
from exchange.staging.rest import field_name, in_order
from exchange.web.captions import caption
from exchange.web.formats import Lang

MOST_CONSTANT = 4_000
IGNORED = ""


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column of the file: ``chosen`` is the field it is told to mean, ``guessed`` that we proposed it."""

    place: int
    name: str
    samples: str
    chosen: str
    guessed: bool


@dataclass(frozen=True, slots=True)
class Constant:
    """A text for every row, asked for where no column says it."""

    field: str
    label: str
    text: str
    required: bool


@dataclass(frozen=True, slots=True)
class Told:
    """The form as it stands; ``problems`` by field."""

    lines: list[ColumnLine]
    constants: list[Constant]
    fields: list[tuple[str, str]]
    columns: Columns = field(default_factory=lambda: Columns((), frozenset()))
    names: Mapping[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def guesses(glimpse: Glimpse, sector: Sector, own: ColumnMap, lang: Lang) -> Told:
    """What the names of the columns let guess; a saved map goes first, and no field is guessed twice."""
    known, taken, chosen = meanings(sector, own), set[str](), dict[int, str]()
    for place, name in enumerate(glimpse.header):
        meaning = known.get(folded(name))
        if meaning and meaning not in taken:
            chosen[place] = meaning
            taken.add(meaning)
    return _form(glimpse, sector, chosen, dict(own.constants), lang, guessed=True)


def likeliest(header: Sequence[str], sectors: Sequence[Sector]) -> str:
    """The sector whose questions the most columns answer; raises ValueError without any sector."""

    def answered(sector: Sector) -> int:
        known, questions = meanings(sector, ColumnMap()), {one.key for one in sector.questions}
        return len({meaning for name in header if (meaning := known.get(folded(name))) in questions})

    return max(sectors, key=answered).code


def read_columns(typed: Mapping[str, str], glimpse: Glimpse, sector: Sector, lang: Lang) -> Told:
    """What somebody told, with a problem for each field that is missing or told twice."""
    fields = {name for name, _ in _fields(sector, lang)}
    chosen = {
        place: meaning for place in range(len(glimpse.header)) if (meaning := typed.get(f"c{place}", "")) in fields
    }
    constants = {name: text for name in fields if (text := typed.get(f"k-{name}", "").strip()[:MOST_CONSTANT])}
    problems: dict[str, str] = {}
    for place, meaning in chosen.items():
        if list(chosen.values()).count(meaning) > 1:
            problems[f"c{place}"] = caption(lang, "upload.twice", field=field_name(meaning, sector, lang))
    for name in missing({*chosen.values(), *constants}, sector):
        problems[f"k-{name}"] = caption(lang, "upload.missing", field=field_name(name, sector, lang))
    form = _form(glimpse, sector, chosen, constants, lang, guessed=False)
    columns = Columns(
        tuple(sorted(chosen.items())),
        frozenset(question.key for question in sector.questions),
        tuple(sorted((name, text) for name, text in constants.items() if name not in chosen.values())),
    )
    names = {glimpse.header[place]: meaning for place, meaning in chosen.items()}
    return Told(form.lines, form.constants, form.fields, columns, names, problems)


def _form(
    glimpse: Glimpse, sector: Sector, chosen: Mapping[int, str], constants: Mapping[str, str], lang: Lang, *,
    guessed: bool,
) -> Told:  # fmt: skip
    lines = [
        ColumnLine(
            place, name, " · ".join(filter(None, glimpse.samples[place])), chosen.get(place, IGNORED),
            guessed and place in chosen,
        )
        for place, name in enumerate(glimpse.header)
    ]  # fmt: skip
    lacking = missing(set(chosen.values()), sector)
    wanted = [*lacking, *(name for name in constants if name not in lacking and name not in chosen.values())]
    asked = [
        Constant(name, field_name(name, sector, lang), constants.get(name, ""), name in lacking) for name in wanted
    ]
    return Told(lines, asked, _fields(sector, lang))


def _fields(sector: Sector, lang: Lang) -> list[tuple[str, str]]:
    names = in_order(fields_of(sector), sector)
    return [(name, field_name(name, sector, lang)) for name in names]
