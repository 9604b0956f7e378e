"""What leads like one fetched: asked by sector, place, age, seats and answers; nothing where cases are too few."""

import re
from collections.abc import Mapping
from typing import Any

from flask import render_template, request

from exchange.catalogue import SECTORS
from exchange.instant import MINUTE_US
from exchange.money import Cents
from exchange.postcodes import region_of
from exchange.reports import Connection
from exchange.reports.advice import DAYS, FEWEST, Kind, advice_of
from exchange.web import formats
from exchange.web.amounts import cents_of
from exchange.web.premises import premises
from exchange.web.visit import Visit, visit

_POSTCODE = re.compile(r"[0-9]{2,5}\Z", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,6}\Z", re.ASCII)


def show() -> str:
    """The form, and what it found."""
    seen, typed = visit(), {name: value.strip()[:80] for name, value in request.args.items()}
    code = typed.get("sparte", "") if typed.get("sparte", "") in SECTORS else next(iter(SECTORS))
    sector = SECTORS[code]
    found = None
    if "sparte" in typed:
        with premises().reading() as connection:
            found = advice_view(connection, seen, kind_of(code, typed), cents_of(typed.get("preis", "")))
    return render_template(
        "supply/advice.html",
        sectors=[(one.code, one.name_en if seen.lang == "en" else one.name_de) for one in SECTORS.values()],
        sector=sector,
        most_seats=sector.most_seats,
        questions=[
            (q.key, q.label_en if seen.lang == "en" else q.label_de,
             [(c.code, c.label_en if seen.lang == "en" else c.label_de) for c in q.choices])
            for q in sector.questions if q.choices
        ],
        typed=typed,
        found=found,
        fewest=FEWEST,
        days=DAYS,
    )  # fmt: skip


def kind_of(code: str, typed: Mapping[str, str]) -> Kind:
    """What a form asks about; what it says wrongly is left out."""
    postcode = typed.get("plz", "") if _POSTCODE.match(typed.get("plz", "")) else ""
    age, seats = typed.get("alter", ""), typed.get("seats", "")
    asked = {q.key: typed[f"a-{q.key}"] for q in SECTORS[code].questions if typed.get(f"a-{q.key}")}
    return Kind(
        sector=code,
        seats=int(seats) if _WHOLE.match(seats) and int(seats) else 1,
        region=next(iter(region_of(postcode)), ""),
        postcode=postcode,
        age_us=int(age) * MINUTE_US if _WHOLE.match(age) else None,
        answers=asked,
    )


def advice_view(connection: Connection, seen: Visit, kind: Kind, floor_cents: Cents | None) -> dict[str, Any]:
    """In words; ``none`` says why nothing is said."""
    found = advice_of(connection, kind, seen.now)
    if found is None:
        return {"none": seen.t("advice.none", fewest=FEWEST, days=DAYS)}
    return {
        "none": "",
        "cases": seen.t(
            "advice.cases",
            cases=formats.number(found.cases, seen.lang),
            sold=formats.number(found.sold, seen.lang),
            days=DAYS,
        ),
        "alike": seen.t("advice.alike", region=found.same_region, answers=found.same_answers)
        if kind.region or kind.answers
        else "",
        "quantiles": [(seen.t("advice.quantile", per=per), seen.money(cents)) for per, cents in found.fetched],
        "above": seen.t("advice.above", price=seen.money(floor_cents), many=found.above(floor_cents), cases=found.cases)
        if floor_cents
        else "",
    }
