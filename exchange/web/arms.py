"""Arms of a sector beside each other while they run, with the rule that ends the comparison; retiring, bringing in."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from exchange.errors import Invalid, Unknown
from exchange.operators.arms import ArmsOffice
from exchange.reports.arm_figures import LOOKS, ArmFigures, Comparison
from exchange.reports.arms import Run, Version, comparison, runs, versions
from exchange.web import formats
from exchange.web.arm_view import arm_name, panels, percent, verdict_text
from exchange.web.deeds import request_id
from exchange.web.health_strip import health_strip
from exchange.web.premises import premises
from exchange.web.sector_table import sector_name
from exchange.web.visit import Visit, visit

arms = Blueprint("arms", __name__, url_prefix="/betrieb/varianten")


@dataclass(frozen=True, slots=True)
class Looked:
    """A sector's runs, the one that is shown, and its arms."""

    sector: str
    runs: list[Run]
    run: Run
    versions: list[Version]
    found: Comparison


@arms.get("")
def index() -> Response:
    """The first sector with several arms, else the first of all."""
    ours = premises().desk.sectors()
    if not ours:
        abort(404)
    now = visit().now
    with premises().reading() as connection:
        several = [code for code in ours if (found := runs(connection, code, now)) and len(found[0].arms) > 1]
    return make_response(redirect(url_for("arms.show", sector=(several or ours)[0])))


@arms.get("/<sector>")
def show(sector: str) -> str:
    """One sector's arms."""
    return _page(sector, "")


@arms.post("/<sector>")
def put(sector: str) -> Response | tuple[str, int]:
    """Other arms from now on, or one of them retired."""
    form, office = request.form, ArmsOffice(premises().desk)
    try:
        if form.get("retire"):
            office.retire(visit().user, sector, _whole(form["retire"]), form.get("reason", ""), request_id())
        else:
            office.put(visit().user, sector, _shares(), form.get("reason", ""), request_id())
    except Unknown:
        abort(404)
    except Invalid as invalid:
        return _page(sector, f"arms.error.{'reason' if invalid.field == 'reason' else 'shares'}"), 400
    return make_response(redirect(url_for("arms.show", sector=sector, fertig="put"), 303))


def _page(sector: str, error: str) -> str:
    seen, looked = visit(), _looked(sector)
    found = looked.found
    return render_template(
        "operate/arms.html",
        sector=sector,
        sectors=[(code, sector_name(seen, code)) for code in premises().desk.sectors()],
        name=sector_name(seen, sector),
        looked=looked,
        chosen=[(one.seq, _run_text(seen, one)) for one in looked.runs],
        now_in_force=looked.run is looked.runs[0],
        panels=panels(seen, found, looked.versions),
        verdict=verdict_text(seen, found.verdict),
        tone={"decided": "acc", "none_found": "", "waiting": "", "single": ""}[found.verdict.state],
        looks=", ".join(formats.number(look, seen.lang) for look in LOOKS),
        summary=[_summary(seen, one, looked) for one in found.arms],
        versions=[(one.number, arm_name(one), _typed(seen, one.share_bp)) for one in looked.versions],
        error=seen.t(error) if error else "",
        done=seen.t("arms.done") if request.args.get("fertig") == "put" else "",
        form=request.form,
        strip=health_strip(seen),
    )


def _looked(sector: str) -> Looked:
    seen, asked = visit(), request.args.get("lauf", "")
    with premises().reading() as connection:
        found = runs(connection, sector, seen.now)
        if not found:
            abort(404)
        run = next((one for one in found if str(one.seq) == asked), found[0])
        known = versions(connection, sector, found[0])
        return Looked(sector, found, run, known, comparison(connection, premises().rulebook, sector, run, seen.now))


def _summary(seen: Visit, one: ArmFigures, looked: Looked) -> dict[str, object]:
    share_bp = dict(looked.run.shares_bp)[one.arm]
    ended = one.sold_in_the_end
    interval = (
        "" if ended is None else seen.t("arms.span", low=percent(seen, ended.low), high=percent(seen, ended.high))
    )
    return {
        "number": one.arm,
        "name": next((arm_name(version) for version in looked.versions if version.number == one.arm), f"v{one.arm}"),
        "reference": one.arm == looked.found.reference,
        "share": percent(seen, share_bp / 10_000),
        "leads": formats.number(one.leads, seen.lang),
        "waiting": formats.number(one.waiting, seen.lang),
        "ended": seen.t("arms.few") if ended is None else percent(seen, ended.share),
        "ended_span": interval,
    }


def _run_text(seen: Visit, run: Run) -> str:
    shares = ", ".join(f"v{number} {percent(seen, share_bp / 10_000)}" for number, share_bp in run.shares_bp)
    return seen.t("arms.run", at=formats.moment(run.from_at, "minute", seen.lang), arms=shares)


def _typed(seen: Visit, share_bp: int) -> str:
    if not share_bp:
        return ""
    whole, rest = divmod(share_bp, 100)
    return str(whole) if not rest else f"{whole}{'.' if seen.lang == 'en' else ','}{rest:02d}"


def _shares() -> dict[int, int]:
    """Per cent with at most two decimals, by version; raises Invalid."""
    found = {}
    for name, text in request.form.items():
        if name.startswith("share-") and text.strip():
            whole, _, rest = text.strip().rstrip("%").strip().replace(",", ".").partition(".")
            if not whole.isdecimal() or len(whole) > 3 or len(rest) > 2 or (rest and not rest.isdecimal()):
                raise Invalid("shares", "give per cent")
            found[_whole(name.removeprefix("share-"))] = int(whole) * 100 + int(rest.ljust(2, "0") or 0)
    return found


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise Invalid("shares", "names a version")
    return int(text)
