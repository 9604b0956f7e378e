"""The schedule by which personal data goes, as operators read it: what, why, how long, what is due, what last went."""

from dataclasses import dataclass

from flask import render_template

from exchange.instant import DAY_US
from exchange.reports.retention import GRACE_US, Line, Runs, retention_lines, retention_runs
from exchange.store.engine import instant_of
from exchange.web import formats
from exchange.web.health_strip import health_strip
from exchange.web.premises import premises
from exchange.web.visit import Visit, visit


@dataclass(frozen=True, slots=True)
class LineView:
    """One rule in words; ``late`` says that something of it should have gone a day ago."""

    key: str
    name: str
    tables: str
    why: str
    span: str
    due: str
    late: str
    went: str


def show() -> str:
    """All rules, those by which something goes first."""
    seen = visit()
    with premises().reading() as connection:
        now = instant_of(connection, premises().clock)
        lines, runs = retention_lines(connection, premises().retention, now), retention_runs(connection)
    return render_template(
        "operate/retention.html",
        rows=[_view(seen, line, runs) for line in lines],
        ran=formats.lately(runs.at, seen.now, seen.lang) if runs.at is not None else "",
        late=formats.number(sum(line.overdue for line in lines), seen.lang)
        if any(one.overdue for one in lines)
        else "",
        hours=GRACE_US * 24 // DAY_US,
        strip=health_strip(seen),
    )


def _view(seen: Visit, line: Line, runs: Runs) -> LineView:
    rule = line.rule
    went = runs.erased.get(rule.name)
    return LineView(
        key=rule.name,
        name=seen.t(f"retention.rule.{rule.name}"),
        tables=", ".join(rule.tables) if rule.limit_us is not None else "",
        why=seen.t(f"retention.why.{rule.name}"),
        span=_span(seen, rule.limit_us),
        due=formats.number(line.due, seen.lang) if rule.limit_us is not None else "",
        late=formats.number(line.overdue, seen.lang) if line.overdue else "",
        went=_went(seen, went, elsewhere=rule.elsewhere),
    )


def _span(seen: Visit, limit_us: int | None) -> str:
    if limit_us is None:
        return seen.t("retention.endless")
    years, days = divmod(limit_us // DAY_US, 365)
    return seen.tn("retention.days", limit_us // DAY_US) if days else seen.tn("retention.years", years)


def _went(seen: Visit, went: tuple[int, int] | None, *, elsewhere: bool) -> str:
    if elsewhere:
        return seen.t("retention.elsewhere")
    if went is None:
        return "–"
    at, many = went
    return seen.t("retention.went", rows=formats.number(many, seen.lang), at=formats.moment(at, "minute", seen.lang))
