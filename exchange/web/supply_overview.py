"""Where a supplier begins: how its leads sell, in words, small charts and tables, with the numbers of cases."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from exchange.catalogue import SECTORS
from exchange.instant import MINUTE_US
from exchange.reports import Connection
from exchange.reports.claims import claims_of_supplier
from exchange.reports.quality import DAYS as QUALITY_DAYS
from exchange.reports.quality import FEWEST as QUALITY_FEWEST
from exchange.reports.quality import Quality, Rate, quality_of
from exchange.reports.selling import DIMENSIONS, FEWEST, PERIODS, WAITS_US, Figures, Selling, selling_of
from exchange.reports.supplies import earnings_of
from exchange.web import formats
from exchange.web.bars import Bars, bars_of
from exchange.web.batch_lines import delivery_lines
from exchange.web.premises import premises
from exchange.web.visit import Visit, visit

USUAL = 28
_NAMES = {"quelle": "source", "kampagne": "campaign", "sparte": "sector"}


@dataclass(frozen=True, slots=True)
class FiguresView:
    """One line of figures in words; a dash stands for too few cases."""

    name: str
    ended: str
    sell_through: str
    seats: str
    price: str
    of_start: str
    wait: str
    revenue: str
    claims: str
    upheld: str


def chosen_days() -> int:
    """The span the address asks for, in days."""
    asked = request.args.get("tage", "")
    return next((days for days in PERIODS if str(days) == asked), USUAL)


def show() -> str:
    """The overview."""
    seen, firm, days = visit(), visit().user.organisation, chosen_days()
    with premises().reading() as connection:
        found = selling_of(connection, firm, formats.midnights(seen.now, days))
        held = earnings_of(connection, firm, formats.midnight(seen.now))
        waiting = sum(row.claim == "claimed" for row in claims_of_supplier(connection, firm))
    return render_template(
        "supply/show.html",
        deliveries=delivery_lines(seen),
        hooks_off=sum(hook.needs_care for hook in premises().webhooks.of(seen.user)),
        whole=figures_view(seen, "", found.whole),
        bare=found.whole,
        charts=_charts(seen, found),
        grounds=_grounds(seen, found.whole),
        periods=periods(days),
        days=days,
        fewest=FEWEST,
        claims_waiting=waiting,
        earnings={
            "pending": seen.money(held.pending_cents),
            "payable": seen.money(held.payable_cents),
            "today": seen.money(held.today_cents),
            "sales": seen.tn("supply.sales", held.today_sales),
        },
    )


def sources() -> str:
    """The same by source, campaign or sector; and how good each source's leads were."""
    seen, firm, days = visit(), visit().user.organisation, chosen_days()
    chosen = _NAMES.get(request.args.get("nach", ""), "source")
    with premises().reading() as connection:
        found = selling_of(connection, firm, formats.midnights(seen.now, days)).groups[chosen]
        quality = _quality(connection, seen)
    rows = sorted(found.items(), key=lambda one: (-one[1].revenue_cents, one[0]))
    return render_template(
        "supply/sources.html",
        rows=[figures_view(seen, name_of(seen, chosen, name), one) for name, one in rows],
        chosen=chosen,
        dimensions=[(word, name) for word, name in _NAMES.items() if name in DIMENSIONS],
        word=next(word for word, name in _NAMES.items() if name == chosen),
        periods=periods(days, nach=request.args.get("nach") or None),
        days=days,
        fewest=FEWEST,
        quality=quality,
        quality_days=QUALITY_DAYS,
        quality_fewest=QUALITY_FEWEST,
    )


def periods(chosen: int, **more: Any) -> list[tuple[int, str, bool]]:
    """The spans to choose from, each with its address."""
    return [(days, url_for(request.endpoint or "supply.show", tage=days, **more), days == chosen) for days in PERIODS]


def name_of(seen: Visit, dimension: str, name: str) -> str:
    """A group in words; leads without a source or campaign are told so."""
    if dimension == "sector":
        sector = SECTORS.get(name)
        return name if sector is None else sector.name_en if seen.lang == "en" else sector.name_de
    return name or seen.t("selling.unnamed")


def figures_view(seen: Visit, name: str, one: Figures) -> FiguresView:
    """One line."""

    def share(rate_bp: int | None) -> str:
        return "–" if rate_bp is None else formats.percent((rate_bp + 5) // 10 * 10, seen.lang)

    return FiguresView(
        name=name,
        ended=formats.number(one.ended, seen.lang),
        sell_through=share(one.sell_through_bp),
        seats=formats.number(one.seats, seen.lang),
        price="–" if one.mean_cents is None else seen.money(one.mean_cents),
        of_start=share(one.price_bp),
        wait="–" if one.wait_us is None else formats.age(one.wait_us),
        revenue=seen.money(one.revenue_cents),
        claims=formats.number(one.claimed, seen.lang),
        upheld=share(one.upheld_bp),
    )


def _charts(seen: Visit, found: Selling) -> list[tuple[str, str, Bars]]:
    """Each with its key and the caption of its first column."""
    day_names = [formats.moment(at, "day", seen.lang) for at in found.days]
    money = [seen.money(cents) for cents in found.revenue_cents]
    tenths = [f"{10 * place}–{10 * place + 10}{'' if seen.lang == 'en' else formats.NBSP}%" for place in range(10)]
    bounds = [formats.age(at) if at >= MINUTE_US else "" for at in WAITS_US]
    spans = [f"{low or '0 min'}–{high}" for low, high in zip(["", *bounds], bounds, strict=False)]
    waits = [*spans, seen.t("selling.longer", span=bounds[-1])]
    counted = [[seen.tn("supply.sales", many) for many in some] for some in (found.shares, found.waits)]
    return [
        ("revenue", "day", bars_of(found.revenue_cents, day_names, money, seen.t("selling.chart.revenue"))),
        ("shares", "share", bars_of(found.shares, tenths, counted[0], seen.t("selling.chart.shares"))),
        ("waits", "wait", bars_of(found.waits, waits, counted[1], seen.t("selling.chart.waits"))),
    ]


def _grounds(seen: Visit, whole: Figures) -> list[dict[str, str]]:
    grounds = sorted({ground for ground, _ in whole.claims})
    return [
        {
            "name": seen.t(f"ground.{ground}"),
            **{
                state: formats.number(whole.claims[ground, state], seen.lang)
                for state in ("claimed", "upheld", "rejected")
            },
        }
        for ground in grounds
    ]


def _quality(connection: Connection, seen: Visit) -> list[dict[str, str]]:
    found = quality_of(connection, seen.now, supplier=seen.user.organisation)
    return [_quality_line(seen, one) for one in found]


def _quality_line(seen: Visit, one: Quality) -> dict[str, str]:
    def told(rate: Rate) -> str:
        return "–" if rate.bp is None else formats.percent(round(rate.bp, -2), seen.lang)

    def cases(rate: Rate) -> str:
        return seen.t("selling.of", hits=rate.hits, cases=rate.cases)

    score = "–"
    if one.score_bp is not None:
        low, middle, high = (round(bp, -2) // 100 for bp in (one.low_bp, one.score_bp, one.high_bp))
        score = seen.t("selling.score_of", score=middle, low=low, high=high)
    return {
        "name": one.source or seen.t("selling.unnamed"),
        "campaign": one.campaign,
        "sector": name_of(seen, "sector", one.sector),
        "sold": formats.number(one.sold, seen.lang),
        "upheld": told(one.upheld),
        "upheld_of": cases(one.upheld),
        "reached": told(one.reached),
        "reached_of": cases(one.reached),
        "score": score,
    }
