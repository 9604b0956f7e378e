"""Back-tests on pages: what to ask, how far one is, its report. Another process plays them."""

from typing import Any

from flask import Response, redirect, render_template, request, url_for

from exchange.background.runs import FAILED, RUNNING
from exchange.backtest.runs import Run, Runs
from exchange.desk import Conflict
from exchange.operators.drafts import living
from exchange.reports.tunings import versions_of
from exchange.web import formats
from exchange.web.backtest_form import Typed, read
from exchange.web.backtest_view import (
    arm_rows,
    change_rows,
    chart_of,
    compare_of,
    difference_rows,
    figure_rows,
    period_text,
    terms_text,
)
from exchange.web.going import progress_of, rest_text
from exchange.web.premises import premises
from exchange.web.sector_table import sector_name
from exchange.web.stretch_form import LONGEST_US, ends_of
from exchange.web.visit import Visit, visit

CAUSES = ("stopped", "silent", "no_leads", "invalid", "broken", "error")


def runs() -> Runs:
    """Where back-tests lie."""
    return Runs(premises().backtests, premises().desk.store)


def index() -> Any:
    """The form, with ``sparte``, ``curve``, ``from`` and ``to`` as the address has them, and the user's back-tests."""
    seen, sectors = visit(), premises().desk.sectors()
    chosen = request.args.get("sparte", "")
    sector = chosen if chosen in sectors else sectors[0] if sectors else ""
    typed = Typed.empty(sector, seen.now, formats.berlin(seen.now).date())
    typed.values |= {name: request.args[name][:40] for name in ("curve", "from", "to") if request.args.get(name)}
    return _page(seen, typed)


def begin() -> Any:
    """Start one and go to its page."""
    seen, sectors = visit(), premises().desk.sectors()
    with premises().reading() as connection:
        asked = read(seen, connection, request.form, sectors)
    if isinstance(asked, Typed):
        return _page(seen, asked), 400
    try:
        run = runs().begin(seen.user.user_id, asked)
    except Conflict:
        typed = Typed({**Typed.empty(asked.sector, seen.now, formats.berlin(seen.now).date()).values, **request.form})
        typed.problems["sector"] = seen.t("backtest.error.busy")
        return _page(seen, typed), 409
    return redirect(url_for("analyse.backtest", run_id=run.run_id), 303)


def _page(seen: Visit, typed: Typed) -> str:
    sector, sectors = typed.values["sector"], premises().desk.sectors()
    with premises().reading() as connection:
        known = versions_of(connection, sector) if sector in sectors else {}
        draft = living(connection, sector) if sector in sectors else None
    return render_template(
        "backtests/index.html",
        form=typed.values,
        problems=typed.problems,
        sectors=[(code, sector_name(seen, code)) for code in sectors],
        versions=[(str(number), f"v{number} · {one.name}") for number, one in sorted(known.items(), reverse=True)],
        has_draft=draft is not None,
        runs=[_line(seen, run) for run in runs().of(seen.user.user_id)],
    )


def _line(seen: Visit, run: Run) -> dict[str, str]:
    return {
        "run_id": run.run_id,
        "sector": sector_name(seen, run.asked.sector),
        "terms": terms_text(seen, run.asked.scenario),
        "begun": formats.moment(run.begun_at, "minute", seen.lang),
        "state": run.state,
    }


def show(run_id: str) -> Any:
    """A report, or how far it is, or why there is none."""
    seen = visit()
    run = runs().find(seen.user.user_id, run_id)
    head = {"run": run, "line": _line(seen, run)}
    if run.state == RUNNING:
        return render_template("backtests/running.html", **head, rest=rest_text(seen, run.rest_us))
    if run.state == FAILED:
        cause, _, detail = run.cause.partition("|")
        known = cause if cause in CAUSES else "error"
        return render_template("backtests/failed.html", **head, cause=seen.t(f"backtest.cause.{known}"), detail=detail)
    report = run.report
    return render_template(
        "backtests/show.html",
        **head,
        report=report,
        period=period_text(seen, report),
        checked=formats.moment(report.get("checked_at", run.begun_at), "minute", seen.lang),
        outcomes=formats.number(report["outcomes"], seen.lang),
        leads=formats.number(report["own"]["leads"], seen.lang),
        figures=figure_rows(seen, report),
        differences=difference_rows(seen, report),
        changes=change_rows(seen, report),
        to_lead={"sector": run.asked.sector, "compare": compare_of(run.asked.scenario)},
        to_period=_to_period(run),
        counts={key: formats.number(report["changes"][key], seen.lang) for key in ("count", "more", "less")},
        arms=arm_rows(seen, report),
        chart=chart_of(seen, report),
    )


def _to_period(run: Run) -> str | None:
    """The replay of the period; None where that is longer than it shows."""
    since, until = run.asked.since, run.asked.until
    if until - since > LONGEST_US:
        return None
    return url_for("replay.show", sector=run.asked.sector, **ends_of(since, until))


def progress(run_id: str) -> Response:
    """How far it is, and in words how long it may still take."""
    seen = visit()
    run = runs().find(seen.user.user_id, run_id)
    return progress_of(seen, run)


def stop(run_id: str) -> Any:
    """Let it be."""
    runs().stop(visit().user.user_id, run_id)
    return redirect(url_for("analyse.backtest", run_id=run_id), 303)


RULES = (
    ("/rueckrechnung", "backtests", index, "GET"),
    ("/rueckrechnung", "begin_backtest", begin, "POST"),
    ("/rueckrechnung/<run_id>", "backtest", show, "GET"),
    ("/rueckrechnung/<run_id>/stand", "backtest_progress", progress, "GET"),
    ("/rueckrechnung/<run_id>/ende", "stop_backtest", stop, "POST"),
)
"""Path, endpoint, view and method, on the analysts' blueprint."""
