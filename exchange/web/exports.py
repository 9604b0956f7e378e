"""Files of the past on a page: what is asked for, how far it is, what can be fetched. Another process writes them."""

from typing import Any

from flask import Response, redirect, render_template, request, send_file, url_for

from exchange.background.runs import DONE, RUNNING
from exchange.desk import Conflict
from exchange.errors import Unknown
from exchange.export.excerpt import MOST_AT_ONCE, MOST_ROWS, OFFERED, Excerpt, shapes_here
from exchange.export.runs import DATA, Run, Runs
from exchange.export.sheet import MOST_SHEET_ROWS
from exchange.instant import DAY_US
from exchange.web import formats
from exchange.web.export_form import Typed, read
from exchange.web.going import progress_of, rest_text
from exchange.web.premises import premises
from exchange.web.sector_table import sector_name
from exchange.web.stretch_form import ends_of
from exchange.web.visit import Visit, visit

CAUSES = ("stopped", "silent", "nothing", "too_many", "no_room")
USUAL_US = 7 * DAY_US
MIMES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
MIMES["excel"] = MIMES["csv"]


def runs() -> Runs:
    """Where exports lie."""
    return Runs(premises().exports, premises().desk.store)


def index() -> str:
    """The form, filled in as the address says, and the user's exports; ``viele=1``: it was too much to give at once."""
    seen, sectors = visit(), premises().desk.sectors()
    usual = {"sector": next(iter(sectors), ""), "dataset": OFFERED[0], "shape": "csv"}
    usual |= ends_of(seen.now - USUAL_US, seen.now)
    return _page(seen, Typed(usual | {name: request.args[name] for name in usual if request.args.get(name)}))


def begin() -> Any:
    """Start one and go back to the list."""
    seen, sectors = visit(), premises().desk.sectors()
    asked = read(seen, request.form, sectors)
    if isinstance(asked, Typed):
        return _page(seen, asked), 400
    try:
        runs().begin(seen.user.user_id, asked)
    except Conflict:
        typed = Typed({name: request.form.get(name, "") for name in request.form})
        typed.problems["sector"] = seen.t("export.error.busy")
        return _page(seen, typed), 409
    return redirect(url_for("analyse.exports"), 303)


def _page(seen: Visit, typed: Typed) -> str:
    found = runs().of(seen.user.user_id)
    going = next((run for run in found if run.state == RUNNING), None)
    return render_template(
        "exports/index.html",
        form=typed.values,
        problems=typed.problems,
        sectors=[(code, sector_name(seen, code)) for code in premises().desk.sectors()],
        datasets=OFFERED,
        shapes=shapes_here(),
        most=formats.number(MOST_ROWS, seen.lang),
        many=formats.number(MOST_AT_ONCE, seen.lang) if request.args.get("viele") else "",
        going=going,
        rest="" if going is None else rest_text(seen, going.rest_us),
        runs=[_line(seen, run) for run in found],
    )


def _line(seen: Visit, run: Run) -> dict[str, Any]:
    asked, report = run.asked, run.report if run.state == DONE else {}
    cause = run.cause if run.cause in CAUSES else "error"
    return {
        "run_id": run.run_id,
        "state": run.state,
        "what": f"{sector_name(seen, asked.sector)}: {seen.t(f'replay.file.{asked.dataset}')}",
        "shape": seen.t(f"export.shape.{asked.shape}"),
        "span": span_text(seen, asked),
        "begun": formats.moment(run.begun_at, "minute", seen.lang),
        "rows": formats.number(report["rows"], seen.lang) if report else "",
        "size": size_text(seen, report["bytes"]) if report else "",
        "cut": asked.shape == "excel" and report.get("rows", 0) > MOST_SHEET_ROWS,
        "cause": seen.t(f"export.cause.{cause}") if run.cause else "",
    }


def span_text(seen: Visit, asked: Excerpt) -> str:
    """From when until when."""
    return " – ".join(formats.moment(at, "minute", seen.lang) for at in (asked.from_at, asked.until_at))


def size_text(seen: Visit, count: int) -> str:
    """``834 kB``, ``12,4 MB``."""
    if count < 1_000_000:
        return f"{-(-count // 1000)}{formats.NBSP}kB"
    text = f"{count / 1_000_000:.1f}{formats.NBSP}MB"
    return text if seen.lang == "en" else text.replace(".", ",")


def progress(run_id: str) -> Response:
    """How far it is, and in words how long it may still take."""
    seen = visit()
    run = runs().find(seen.user.user_id, run_id)
    return progress_of(seen, run)


def fetch(run_id: str) -> Response:
    """The file; raises Unknown as long as there is none."""
    run = runs().find(visit().user.user_id, run_id)
    if run.state != DONE:
        raise Unknown("export", run_id)
    asked = run.asked
    answer = send_file(
        (run.folder / DATA).resolve(),
        mimetype=MIMES[asked.shape],
        as_attachment=True,
        download_name=asked.file_name,
        max_age=0,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def stop(run_id: str) -> Any:
    """Let it be."""
    runs().stop(visit().user.user_id, run_id)
    return redirect(url_for("analyse.exports"), 303)


RULES = (
    ("/export", "exports", index, "GET"),
    ("/export", "begin_export", begin, "POST"),
    ("/export/<run_id>/stand", "export_progress", progress, "GET"),
    ("/export/<run_id>/datei", "fetch_export", fetch, "GET"),
    ("/export/<run_id>/ende", "stop_export", stop, "POST"),
)
"""Path, endpoint, view and method, on the analysts' blueprint."""
