"""A back-test's report in words and pictures: what is compared, by how much it differs, which leads it changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exchange.backtest.scenario import Scenario
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US, from_text
from exchange.pricing.curve import family_of
from exchange.web import formats
from exchange.web.backtest_form import DRAFT
from exchange.web.visit import Visit

SHOWN = 50
_MONEY = ("revenue", "price")
FIGURES = ("leads", "sold", "seats_sold", "net_cents", "open", "median_us")

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure on three sides."""

    name: str
    recorded: str
    own: str
    other: str


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One figure's difference with its interval; ``tone`` and ``word`` are empty where zero lies in it."""

    key: str
    name: str
    own: str
    other: str
    apart: str
    span: str
    tone: str
    word: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A lead with another fate."""

    name: str
    listed: str
    own: str
    other: str
    apart: str


@dataclass(frozen=True, slots=True)
class ArmRow:
    """What leads earned that truly ran a curve."""

    name: str
    share: str
    leads: str
    revenue: str
    revenue_span: str
    sold: str
    weighed: str
    weighed_span: str


def terms_text(seen: Visit, scenario: Scenario) -> str:
    """What is other, in one line."""
    told = []
    if (curve := scenario.curve) is not None:
        name = curve.name if curve.number else seen.t("backtest.draft")
        told.append(
            seen.t("backtest.terms.curve", name=name, family=seen.t(f"backtest.family.{family_of(curve.curve.shape)}"))
        )
    if scenario.calendar is not None:
        told.append(seen.t("backtest.terms." + ("always" if scenario.calendar.always_open else "hours")))
    if scenario.floor_cents is not None:
        told.append(seen.t("backtest.terms.floor", floor=seen.money(scenario.floor_cents)))
    if scenario.floor_bp is not None:
        told.append(seen.t("backtest.terms.floor_share", floor=percent(scenario.floor_bp / 10_000, seen)))
    if scenario.tick_cents is not None:
        told.append(seen.t("backtest.terms.tick", tick=seen.money(scenario.tick_cents)))
    if scenario.seats is not None:
        told.append(seen.tn("backtest.terms.seats", scenario.seats))
    return ", ".join(told) or seen.t("backtest.terms.own")


def percent(share: float, seen: Visit) -> str:
    """``12,5 %``."""
    text = f"{100 * share:.1f}"
    return text + "%" if seen.lang == "en" else text.replace(".", ",") + f"{formats.NBSP}%"


def span_text(us: int | None) -> str:
    """``0 s``, ``13 min``, ``1 h 03``, ``2 d``."""
    if us is None:
        return "–"
    return f"{us // SECOND_US} s" if us < MINUTE_US else formats.age(us)


def compare_of(scenario: Scenario) -> str | None:
    """The curve's name in the replay's address; None where it is no other one."""
    if scenario.curve is None:
        return None
    return str(scenario.curve.number) if scenario.curve.number else DRAFT


def period_text(seen: Visit, report: Report) -> str:
    """First and last day; where it is not whole days, to the minute."""
    since, until = from_text(report["since_at"]), from_text(report["until_at"])
    if formats.midnight(since) == since and formats.midnight(until) == until:
        return " – ".join(formats.moment(at, "date", seen.lang) for at in (since, until - 1))
    return " – ".join(formats.moment(at, "minute", seen.lang) for at in (since, until))


def figure_rows(seen: Visit, report: Report) -> list[FigureRow]:
    """The three sides beside each other."""
    sides = [report[name] for name in ("recorded", "own", "other")]
    return [
        FigureRow(seen.t(f"backtest.figure.{key}"), *(_figure(seen, key, side) for side in sides)) for key in FIGURES
    ]


def _figure(seen: Visit, key: str, side: Mapping[str, Any]) -> str:
    if key == "net_cents":
        return seen.money(side[key])
    if key == "median_us":
        return span_text(side[key])
    told = formats.number(side[key], seen.lang)
    return f"{told} / {formats.number(side['seats'], seen.lang)}" if key == "seats_sold" else told


def difference_rows(seen: Visit, report: Report) -> list[DifferenceRow]:
    """Every figure's difference; a word where its interval leaves zero out."""
    found = []
    for one in report["differences"]:
        key, apart = one["key"], one["apart"]
        own, other = (_value(seen, key, one[side]) for side in ("own", "other"))
        if apart is None:
            few = seen.t("backtest.few")
            found.append(DifferenceRow(key, seen.t(f"backtest.difference.{key}"), own, other, "–", few, "", ""))
            continue
        span = seen.t("arms.span", low=_signed(seen, key, apart["low"]), high=_signed(seen, key, apart["high"]))
        more = apart["low"] > 0
        sure = more or apart["high"] < 0
        tone, word = (
            (("ok", "backtest.more") if more else ("bad", "backtest.less")) if sure else ("", "backtest.unsure")
        )
        told = _signed(seen, key, apart["value"])
        found.append(
            DifferenceRow(key, seen.t(f"backtest.difference.{key}"), own, other, told, span, tone, seen.t(word))
        )
    return found


def _value(seen: Visit, key: str, value: float | None) -> str:
    if value is None:
        return "–"
    return seen.money(round(value)) if key in _MONEY else percent(value, seen)


def _signed(seen: Visit, key: str, value: float) -> str:
    if key not in _MONEY:
        points = f"{100 * value:+.1f}".replace("-", formats.MINUS)
        return f"{points if seen.lang == 'en' else points.replace('.', ',')}{formats.NBSP}{seen.t('arms.points')}"
    return ("+" if round(value) > 0 else "") + seen.money(round(value))


def change_rows(seen: Visit, report: Report) -> list[ChangeRow]:
    """The leads that differ the most."""
    return [
        ChangeRow(
            one["listing_id"],
            formats.moment(one["listed_at"], "minute", seen.lang),
            _fate(seen, one, 0),
            _fate(seen, one, 1),
            _signed(seen, "revenue", one["net_cents"][1] - one["net_cents"][0]),
        )
        for one in report["changes"]["shown"][:SHOWN]
    ]


def _fate(seen: Visit, one: Mapping[str, Any], side: int) -> str:
    if not one["sold"][side]:
        return seen.t("backtest.unsold")
    after, price = span_text(one["first_us"][side]), seen.money(one["net_cents"][side])
    return seen.tn("backtest.fate", one["sold"][side], price=price, after=after)


def arm_rows(seen: Visit, report: Report) -> list[ArmRow]:
    """Each curve that was drawn in the period."""
    return [
        ArmRow(
            f"v{one['curve']} · {one['name']}",
            " / ".join(percent(bp / 10_000, seen) for bp in one["shares_bp"]),
            formats.number(one["leads"], seen.lang),
            *_told(seen, one["revenue"]),
            "–" if one["sold_share"] is None else percent(one["sold_share"]["value"], seen),
            *_told(seen, one["weighed"]),
        )
        for one in report["arms"]
    ]


def _told(seen: Visit, found: Mapping[str, float] | None) -> tuple[str, str]:
    if found is None:
        return "–", ""
    low, value, high = (seen.money(round(found[end])) for end in ("low", "value", "high"))
    return value, seen.t("arms.span", low=low, high=high)


def chart_of(seen: Visit, report: Report) -> dict[str, Any] | None:
    """The share of leads sold by their age, as it was and on the other terms; None where nothing was sold."""
    ages, shares = report["ages_us"], report["sold_by_age"]
    if not ages:
        return None
    unit_us, unit = (HOUR_US, "h") if ages[-1] >= 3 * HOUR_US else (MINUTE_US, "min")
    if ages[-1] >= 10 * DAY_US:
        unit_us, unit = DAY_US, "d"
    xs = [round(age / unit_us, 3) for age in ages]
    names = {side: seen.t(f"backtest.side.{side}") for side in ("own", "other")}
    rows = [[f"{x:g} {unit}", *(percent(shares[side][place], seen) for side in names)] for place, x in enumerate(xs)]
    marks = [
        {"kind": "line", "points": _points(xs, shares["own"]), "name": names["own"], "tone": "text", "dash": [6, 4]},
        {"kind": "line", "points": _points(xs, shares["other"]), "name": names["other"], "tone": "accent", "width": 2},
    ]
    last = {side: percent(shares[side][-1], seen) for side in names}
    return {
        "label": seen.t("backtest.chart_says", own=last["own"], other=last["other"]),
        "height": 260,
        "x": {"kind": "number", "from": 0, "until": xs[-1], "unit": unit},
        "y": {"kind": "number", "from": 0, "as": "percent", "unit": "%"},
        "marks": marks,
        "table": {"columns": [seen.t("backtest.age"), *names.values()], "rows": rows},
    }


def _points(xs: list[float], shares: list[float]) -> list[list[float]]:
    return [list(point) for point in zip(xs, shares, strict=True)]
