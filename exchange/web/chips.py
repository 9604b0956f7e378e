"""The board's filters as chips: what each is set to, the address without it, and the fields of the last menu."""

from dataclasses import dataclass

from exchange.catalogue import SECTORS
from exchange.sector import REGIONS
from exchange.web.amounts import euros_text
from exchange.web.bid_fields import conditions_typed
from exchange.web.bid_pages import QuestionField, question_fields
from exchange.web.filters import Filters
from exchange.web.rail import condition_text
from exchange.web.rows import land_of
from exchange.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: what it is set to, and the address without it."""

    on: bool
    text: str
    value: object
    off_href: str = ""


@dataclass(frozen=True, slots=True)
class More:
    """What lies behind the last chip: marks that are set, and what can be asked for besides."""

    set: list[Chip]
    questions: list[QuestionField]
    sector: str
    watched: bool
    fit: bool


def chips(asked: Filters, seen: Visit, path: str) -> dict[str, Chip]:
    """The filters as chips."""
    everything, t = seen.t("filter.all"), seen.t
    regions = ", ".join(REGIONS[code] for code in asked.region)
    if len(asked.region) > 2:
        regions = ", ".join(land_of(code) for code in asked.region)
    most = everything if asked.most is None else seen.money(asked.most)
    return {
        "region": Chip(bool(regions), regions or everything, asked.region, asked.href(path, region=())),
        "plz": Chip(
            bool(asked.plz), ", ".join(asked.plz) or everything, ", ".join(asked.plz), asked.href(path, plz=())
        ),
        "most": Chip(
            asked.most is not None,
            most if asked.most is not None else t("filter.open"),
            "" if asked.most is None else euros_text(asked.most),
            asked.href(path, most=None),
        ),
        "seats": Chip(
            bool(asked.seats), t(f"filter.seats.{asked.seats or 'all'}"), asked.seats, asked.href(path, seats="")
        ),
        "age": Chip(
            asked.age is not None, t("filter.minutes", n=asked.age), asked.age or "", asked.href(path, age=None)
        ),
    }


def more(asked: Filters, seen: Visit, path: str) -> More:
    """Answers, watched leads, own bids."""
    marks = [
        Chip(True, condition_text(seen, asked.sector, one), one, _without(asked, path, place))
        for place, one in enumerate(asked.conditions)
    ]
    if asked.watched:
        marks.append(Chip(True, seen.t("filter.watched"), "1", asked.href(path, watched=False)))
    if asked.fit:
        marks.append(Chip(True, seen.t("filter.fit"), "1", asked.href(path, fit=False)))
    typed = conditions_typed(SECTORS[asked.sector], asked.conditions)[0] if asked.sector else {}
    fields = question_fields(seen, asked.sector, typed)
    return More(marks, fields, asked.sector, asked.watched, asked.fit)


def _without(asked: Filters, path: str, place: int) -> str:
    return asked.href(path, conditions=asked.conditions[:place] + asked.conditions[place + 1 :])
