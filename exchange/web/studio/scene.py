"""Everything the studio shows of one sector, ready for its templates: worked out once for page and preview alike."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from exchange.catalogue import SECTORS, defaults_of
from exchange.errors import Unknown
from exchange.instant import HOUR_US, Instant
from exchange.operators.curve_checks import Check, Limits, broken, checks
from exchange.operators.curve_limits import AskedLimits, as_asked, asked_limits, limits_of
from exchange.operators.curves import approvers, next_number
from exchange.operators.drafts import Draft, living
from exchange.pricing.curve import Curve, CurveVersion
from exchange.pricing.drawing import BOTH, UPRIGHT, Drawing
from exchange.pricing.shape import MOST_POINTS, Linear, Points, Steps
from exchange.pricing.table import PriceTable, compile_table
from exchange.reports import Connection
from exchange.reports.ages import Ages, Asked, asked_of
from exchange.reports.tuned import TunedSector, tuned_sectors
from exchange.reports.tunings import Tuning, main_of, running_on, tunings_of, versions_of
from exchange.web import formats
from exchange.web.curve import draw
from exchange.web.premises import premises
from exchange.web.sector_table import sector_name
from exchange.web.studio.form import MOST_HANDLES, Edited, parameters, texts
from exchange.web.studio.picture import Knob, picture
from exchange.web.studio.typed import money_text, number_text
from exchange.web.studio.words import check_views, compare_views, hours_text, span_text, step_views
from exchange.web.visit import Visit

_SPARK = (46, 14, 1.0, 45.0, 2.0, 12.0)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What is known of a sector before anything is drawn. ``looked_at`` is a version chosen to start from."""

    sector: TunedSector
    sectors: list[TunedSector]
    versions: dict[int, CurveVersion]
    draft: Draft | None
    limits: Limits
    asked: Asked
    ages: Ages
    next_number: int
    calendar: Any

    @property
    def active(self) -> CurveVersion | None:
        """What a lead most likely gets now."""
        return None if self.sector.main is None else self.versions[self.sector.main]


def grounds_of(connection: Connection, seen: Visit, sector: str) -> Grounds:
    """Read a sector. Raises Unknown."""
    ours = premises()
    every = tuned_sectors(connection, seen.now)
    mine = next((one for one in every if one.sector == sector), None)
    if mine is None:
        raise Unknown("sector", sector)
    return Grounds(
        sector=mine,
        sectors=every,
        versions=versions_of(connection, sector),
        draft=living(connection, sector),
        limits=limits_of(connection, sector),
        asked=asked_of(connection, sector, seen.now),
        ages=ours.lately.ages(connection, ours.rulebook, sector, seen.now),
        next_number=next_number(connection, sector),
        calendar=ours.rulebook.calendar(connection, sector, mine.calendar),
    )


def drawing_to_start(grounds: Grounds, version: int | None) -> Drawing:
    """The draft, or a version: the one looked at, else the active one, at the prices most suppliers asked for."""
    if grounds.draft is not None and version is None:
        return _on_grid(grounds.draft.drawing, grounds.sector.tick_cents)
    chosen = grounds.active if version is None else grounds.versions.get(version)
    if version is not None and chosen is None:
        raise Unknown("curve version", version)
    curve = chosen.curve if chosen is not None else Curve(Linear(), 2 * HOUR_US)
    return Drawing(curve, *_prices(grounds))


def _on_grid(drawing: Drawing, tick_cents: int) -> Drawing:
    """Prices of an earlier tick brought to the next whole one of today's."""
    start, floor = (-(-cents // tick_cents) * tick_cents for cents in (drawing.start_cents, drawing.floor_cents))
    return replace(drawing, start_cents=start, floor_cents=floor)


def _prices(grounds: Grounds) -> tuple[int, int]:
    tick_cents = grounds.sector.tick_cents
    for start, floor in grounds.asked.pairs:
        if start > floor and not (start % tick_cents or floor % tick_cents):
            return start, floor
    if grounds.sector.sector in SECTORS:
        known = defaults_of(grounds.sector.sector)
        start, floor = known.start_cents, known.floor_cents
        if not (start % tick_cents or floor % tick_cents):
            return start, floor
    return 100 * tick_cents, 40 * tick_cents


@dataclass(frozen=True, slots=True)
class KnobView:
    """A handle in words."""

    name: str
    number: int
    x: float
    y: float
    us: int
    cents: int
    moves: str
    label: str
    text: str
    beside: str
    beside_short: str
    most: int
    removable: bool
    min_id: str
    price_id: str


def scene(seen: Visit, grounds: Grounds, edited: Edited, axis_us: int | None = None) -> dict[str, Any]:
    """What the templates of the drawing need: chart, points, fields, steps, checks, comparison."""
    drawing, tick_cents = edited.drawing, grounds.sector.tick_cents
    active = None if grounds.active is None else _active(grounds.active, drawing, tick_cents)
    table = drawing.table(tick_cents)
    shown = picture(drawing, tick_cents, active, grounds.ages, axis_us)
    drawings = [drawing] if axis_us else as_asked(drawing, grounds.asked, tick_cents)
    found: list[Check] = checks(drawings, tick_cents, grounds.limits, grounds.asked.lowest_floor_cents)
    return {
        "pic": shown,
        "rules": [(formats.number(one.value // 100, seen.lang), one.place) for one in shown.prices],
        "times": [(span_text(one.value), one.place) for one in shown.times],
        "knobs": [_knob(seen, drawing, knob, number) for number, knob in enumerate(shown.knobs)],
        "handy": len(shown.knobs) <= MOST_HANDLES + 2,
        "values": texts(drawing, seen.lang),
        "parameters": parameters(drawing),
        "problems": edited.problems,
        "steps": step_views(seen, table, grounds.calendar),
        "step_count": len(table.asks_cents),
        "checks": check_views(seen, found),
        "broken": broken(found),
        "compare": [] if active is None else compare_views(seen, table, active, grounds.ages),
        "bar": span_text(shown.bar_us),
        "sold": len(grounds.ages.sold_us),
        "expired": len(grounds.ages.expired_us),
        "pointed": isinstance(drawing.curve.shape, Points | Steps),
        "full": isinstance(drawing.curve.shape, Points | Steps) and len(drawing.curve.shape.points) >= MOST_POINTS,
        "draft_name": f"v{grounds.draft.number or grounds.next_number}" if grounds.draft else f"v{grounds.next_number}",
        "active_name": "" if grounds.active is None else f"v{grounds.active.number}",
        "tick": seen.money(tick_cents),
        "tick_cents": tick_cents,
        "locked": grounds.draft is not None and grounds.draft.state == "asked",
    }


def _active(version: CurveVersion, drawing: Drawing, tick_cents: int) -> PriceTable:
    """The active curve at the prices of the drawing: what a lead of them gets now."""
    return compile_table(drawing.start_cents, drawing.floor_cents, tick_cents, version.curve)


def _knob(seen: Visit, drawing: Drawing, knob: Knob, number: int) -> KnobView:
    handle = knob.handle
    pointed = handle.name.startswith("point-")
    name = seen.t("curves.handle.point", n=handle.name[6:]) if pointed else seen.t(f"curves.handle.{handle.name}")
    asked = knob.active_cents
    return KnobView(
        name=handle.name,
        number=number,
        x=knob.x,
        y=knob.y,
        us=handle.elapsed_us,
        cents=handle.cents,
        moves=handle.moves,
        label=name,
        text=seen.t("curves.tip", price=seen.money(handle.cents), span=span_text(handle.elapsed_us)),
        beside="" if asked is None else seen.t("curves.tip_active", price=seen.money(asked)),
        beside_short="–" if asked is None else money_text(asked, seen.lang),
        most=drawing.start_cents if handle.moves in (UPRIGHT, BOTH) else drawing.curve.duration_us,
        removable=pointed,
        min_id=f"pt-min-{number}",
        price_id=f"pt-price-{number}",
    )


@dataclass(frozen=True, slots=True)
class SectorLine:
    """A sector in the list on the left."""

    code: str
    name: str
    state: str
    spark: Any
    current: bool


def sector_lines(connection: Connection, seen: Visit, grounds: Grounds) -> list[SectorLine]:
    """Every sector with its curve in small and what is going on there."""
    found = []
    for one in grounds.sectors:
        words = [seen.t("curves.none") if one.main is None else f"v{one.main}"]
        words += [seen.t("curves.arms", n=one.arms)] if one.arms > 1 else []
        words += [seen.t(f"curves.state.{one.draft}")] if one.draft else []
        words += [seen.t("curves.planned", n=one.planned[0][1])] if one.planned else []
        spark = None
        if one.main is not None:
            curve = premises().rulebook.curve(connection, one.sector, one.main)
            table = compile_table(100 * one.tick_cents, 25 * one.tick_cents, one.tick_cents, curve)
            steps = tuple(zip(table.elapsed_us, table.asks_cents, strict=True))
            spark = draw(steps, 0, table.duration_us, _SPARK)
        mine = one.sector == grounds.sector.sector
        found.append(SectorLine(one.sector, sector_name(seen, one.sector), " · ".join(words), spark, mine))
    return sorted(found, key=lambda line: line.name)


def _limits_said(seen: Visit, limits: Limits) -> dict[str, str]:
    """The limits as their fields have them; empty where nobody has said."""
    seconds = {"pace": limits.least_step_us, "hold": limits.least_hold_us}
    found = {name: number_text(Decimal(us).scaleb(-6), seen.lang) for name, us in seconds.items()}
    amounts = {"least": limits.least_floor_cents, "cost": limits.cost_cents}
    found |= {name: "" if cents is None else money_text(cents, seen.lang) for name, cents in amounts.items()}
    return found | {"fall": number_text(Decimal(limits.largest_fall_bp).scaleb(-2), seen.lang)}


def _looser_said(seen: Visit, asked: AskedLimits | None) -> dict[str, Any] | None:
    """Looser limits that wait, as their fields have them, who asked, and whether it was the visitor."""
    if asked is None:
        return None
    when = formats.lately(asked.at, seen.now, seen.lang)
    said = _limits_said(seen, asked.limits)
    return {"said": said, "by": asked.by, "when": when, "mine": asked.user_id == seen.user.user_id}


@dataclass(frozen=True, slots=True)
class TuningView:
    """One line of the history in words; ``from_at`` identifies a plan, ``number`` its main version."""

    number: int
    name: str
    state: str
    when: str
    who: str
    why: str
    from_at: Instant


def _told(seen: Visit, one: Tuning) -> TuningView:
    """Which versions, since when, who drew and approved, why."""
    number = main_of(one.shares) or 0
    names = (
        [f"v{number}"] if len(one.shares) == 1 else [f"v{n} {share // 100}{formats.NBSP}%" for n, share in one.shares]
    )
    since = formats.moment(one.from_at, "minute", seen.lang)
    until = "" if one.until_at is None else formats.moment(one.until_at, "minute", seen.lang)
    when = seen.t(f"curves.history.{one.state}", since=since, until=until)
    who = [seen.t(f"curves.deed.{one.kind}", by=one.by)] if one.kind else [seen.t("curves.deed.opening")]
    who += [seen.t("curves.deed.author", by=one.author)] if one.author else []
    return TuningView(number, ", ".join(names), one.state, when, " · ".join(who), one.reason, one.from_at)


def around(connection: Connection, seen: Visit, grounds: Grounds) -> dict[str, Any]:
    """What stands beside the drawing: sectors, hours, who may approve, how many leads keep the old curve."""
    running = running_on(connection, grounds.sector.sector)
    return {
        "lines": sector_lines(connection, seen, grounds),
        "hours": hours_text(seen, grounds.calendar),
        "alone": approvers(connection) < 2,
        "running": sum(running.values()),
        "limits_said": _limits_said(seen, grounds.limits),
        "looser": _looser_said(seen, asked_limits(connection, grounds.sector.sector)),
        "name": sector_name(seen, grounds.sector.sector),
        "history": [_told(seen, one) for one in tunings_of(connection, grounds.sector.sector, seen.now)],
    }
