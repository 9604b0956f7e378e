"""The operator's overview: sectors with lateness and halts, today's figures, notices, the house's own check-up."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, Response, render_template, request

from exchange.reports.backups import check_backup, last_backup
from exchange.reports.deposits import deposits_waiting
from exchange.reports.health import OK, Finding, checkup, readiness, worst
from exchange.reports.overview import overview
from exchange.reports.payouts import payouts_waiting
from exchange.reports.register import notices_now
from exchange.reports.retention import check_retention
from exchange.reports.standby import check_standbys, standbys
from exchange.store.engine import instant_of
from exchange.web import formats, incoming, market_office, outgoing
from exchange.web.health_strip import health_strip
from exchange.web.premises import premises
from exchange.web.sector_table import sector_view
from exchange.web.visit import visit

operate = Blueprint("operate", __name__, url_prefix="/betrieb")
operate.add_url_rule("/einzahlungen", view_func=incoming.show, endpoint="deposits")
operate.add_url_rule(
    "/einzahlungen/<reference>", view_func=incoming.confirm, endpoint="confirm_deposit", methods=["POST"]
)
operate.add_url_rule("/auszahlungen", view_func=outgoing.show, endpoint="payouts")
operate.add_url_rule("/auszahlungen", view_func=outgoing.ask, endpoint="ask_payout", methods=["POST"])
operate.add_url_rule("/auszahlungen/<payout_id>", view_func=outgoing.decide, endpoint="decide_payout", methods=["POST"])

DONE = ("halted", "resumed", "announced", "ended", "withdrawn", "not_open")


def _lever(act: Callable[..., Response]) -> Callable[..., Any]:
    """A form of the overview: where it is wrong, the overview says why."""

    @wraps(act)
    def view(**names: str) -> Response | tuple[str, int]:
        try:
            return act(**names)
        except market_office.Wrong as wrong:
            return _overview(visit().t(str(wrong))), 400

    return view


for rule, endpoint, lever in (
    ("/halt", "halt", market_office.halt),
    ("/fortsetzen", "resume", market_office.resume),
    ("/hinweise", "announce", market_office.announce),
    ("/hinweise/<notice_id>/ende", "end_notice", market_office.end_notice),
    ("/rueckzug", "withdraw", market_office.withdraw),
):
    operate.add_url_rule(rule, endpoint, _lever(lever), methods=["POST"])


@dataclass(frozen=True, slots=True)
class Health:
    """What was looked at, and its worst state."""

    state: str
    findings: list[Finding]
    whole: bool


@operate.get("")
def show() -> str:
    """How the market does."""
    return _overview("")


def _overview(error: str) -> str:
    ours = premises()
    with ours.reading() as connection:
        found = readiness(connection, ours.clock, ours.most_late_us)
    return _page(Health(worst(found), found, whole=False), error)


@operate.get("/pruefung")
def checkup_now() -> str:
    """The same with everything `exchange doctor` asks the database: it sums up the ledger, so it is asked by hand."""
    with premises().reading() as connection:
        found = list(checkup(connection, premises().clock))
        if found[0].state == OK:
            found.append(check_retention(connection, premises().retention, premises().clock))
            found.append(check_backup(last_backup(connection), instant_of(connection, premises().clock)))
            following = standbys(connection)
            found += [] if following is None else [check_standbys(following)]
    return _page(Health(worst(found), found, whole=True))


def _page(health: Health, error: str = "") -> str:
    seen = visit()
    with premises().reading() as connection:
        now = instant_of(connection, premises().clock)
        rows = overview(connection, now, formats.midnight(seen.now))
        notices = notices_now(connection, seen.now)
        waiting, leaving = len(deposits_waiting(connection)), len(payouts_waiting(connection))
    figures = {
        "open": formats.number(sum(row.open for row in rows), seen.lang),
        "sold": formats.number(sum(row.sold for row in rows), seen.lang),
        "volume": seen.money(sum(row.sold_cents for row in rows)),
        "claims": formats.number(sum(row.claims for row in rows), seen.lang),
    }
    views = [sector_view(seen, row) for row in rows]
    done = request.args.get("fertig", "")
    page = {
        "error": error,
        "done": seen.t(f"office.done.{done}") if done in DONE else "",
        "form": request.form,
        "until": market_office.form_instant(seen.now, 2),
        "notices": [(one, formats.moment(one.until_at, "minute", seen.lang)) for one in notices],
        "word": seen.t("office.halt.word"),
        "deposits": waiting,
        "payouts": leaving,
    }
    return render_template(
        "operate/show.html", rows=views, figures=figures, health=health, page=page, strip=health_strip(seen)
    )
