"""From the check to the market: the number on the button is the number listed. Then what came of it, and the rest."""

import re
from datetime import datetime
from typing import Any

from flask import Response, redirect, render_template, request, url_for

from exchange.calendars import BERLIN
from exchange.catalogue import SECTORS
from exchange.errors import Forbidden, Invalid
from exchange.instant import HOUR_US, Instant, from_datetime
from exchange.orderbook.sharing import ConversionRule
from exchange.reports.prospects import curve_in_force
from exchange.staging import Offer, rows
from exchange.staging.intake import Changed
from exchange.staging.listing import Plan
from exchange.staging.rest import rest_csv
from exchange.web import formats
from exchange.web.amounts import cents_of
from exchange.web.checking import page
from exchange.web.premises import premises
from exchange.web.uploading import dialect_text, in_background, intake
from exchange.web.visit import visit

MOST_HOURS = 240
_PATIENCE_S = 8.0
_WHOLE = re.compile(r"[1-9][0-9]{0,5}\Z", re.ASCII)
_FIELDS = ("seats", "start", "floor", "convert", "convert_seats", "when", "at", "hours")


def commit(delivery_id: str) -> Any:
    """Keep the offer, and list: now, at an instant, or spread over hours; or only keep the offer (``do`` is offer).

    A suspended supplier's rows stay ready: listing them would only turn every one into an error.
    """
    seen, room = visit(), intake()
    delivery = room.delivery(seen.user, delivery_id)
    typed = {name: request.form.get(name, "").strip() for name in _FIELDS}
    problems = {name: seen.t(f"check.wrong.{name}") for name in _wrong(typed, seen.now)}
    if problems:
        return page(delivery, problems, typed, 400)
    offer = _offer(typed)
    try:
        if offer != delivery.offer:
            room.set_offer(seen.user, delivery_id, offer)
        if request.form.get("do") == "offer":
            return redirect(url_for("supply.check", delivery_id=delivery_id, stand=request.form.get("stand") or None))
        if seen.user.suspended:
            return page(room.delivery(seen.user, delivery_id), {"count": seen.t("check.ahead.suspended")}, typed, 403)
        count = request.form.get("count", "")
        room.commit(seen.user, delivery_id, int(count) if _WHOLE.match(count) else 0, _plan(typed, seen.now))
    except Changed as changed:
        problems = {"count": seen.tn("check.wrong.count", changed.ready)}
    except Invalid as error:
        name = "at" if error.field == "from_at" else error.field
        problems = {name: f"{seen.t(f'check.wrong.{name}')} ({error.reason})"}
    if problems:
        return page(room.delivery(seen.user, delivery_id), problems, typed, 409)
    in_background(lambda: room.list_due(delivery_id), _PATIENCE_S)
    return redirect(url_for("supply.result", delivery_id=delivery_id))


def _offer(typed: dict[str, str]) -> Offer:
    rule = None
    if typed["convert"]:
        rule = ConversionRule(int(typed["convert"]) * HOUR_US, int(typed["convert_seats"]))
    return Offer(int(typed["seats"]), cents_of(typed["start"]) or 0, cents_of(typed["floor"]) or 0, rule)


def _wrong(typed: dict[str, str], now: Instant) -> list[str]:
    """Which fields of the offer cannot be read."""
    found = [] if _WHOLE.match(typed["seats"]) else ["seats"]
    found += [name for name in ("start", "floor") if not cents_of(typed[name])]
    if typed["convert"] and not (_WHOLE.match(typed["convert"]) and _WHOLE.match(typed["convert_seats"])):
        found.append("convert")
    if typed["when"] == "at" and ((at := _at(typed["at"])) is None or at < now - HOUR_US):
        found.append("at")
    if typed["when"] == "spread" and not (_WHOLE.match(typed["hours"]) and int(typed["hours"]) <= MOST_HOURS):
        found.append("hours")
    return found


def _plan(typed: dict[str, str], now: Instant) -> Plan:
    if typed["when"] == "at":
        return Plan(max(_at(typed["at"]) or now, now))
    if typed["when"] == "spread":
        from_at = max(_at(typed["at"]) or now, now)
        return Plan(from_at, int(typed["hours"]) * HOUR_US)
    return Plan(now)


def _at(text: str) -> Instant | None:
    """Berlin's wall clock, as a browser's field has it."""
    try:
        return from_datetime(datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=BERLIN))
    except ValueError:
        return None


def call_off(delivery_id: str) -> Any:
    """Call a plan off: what is not listed yet is ready again."""
    try:
        intake().call_off(visit().user, delivery_id)
    except Forbidden:
        return redirect(url_for("supply.result", delivery_id=delivery_id, fehler="1"), 303)
    return redirect(url_for("supply.check", delivery_id=delivery_id, stand="bereit"), 303)


def result(delivery_id: str) -> Any:
    """What was listed, what is planned, what is left."""
    seen, room = visit(), intake()
    delivery = room.delivery(seen.user, delivery_id)
    if delivery.sector is None:
        return redirect(url_for("supply.columns", delivery_id=delivery_id))
    counts = room.counts(seen.user, delivery_id)
    with premises().reading() as connection:
        planned = rows.next_planned(connection, delivery_id)
        version = curve_in_force(connection, delivery.sector, seen.now)
    return render_template(
        "supply/result.html",
        delivery=delivery,
        dialect=dialect_text(delivery),
        counts=counts,
        sector=SECTORS[delivery.sector],
        rest=counts["error"] + counts["hint"] + counts["duplicate"] + counts["discarded"],
        start=seen.money(delivery.start_cents),
        curve="" if version is None else version.name,
        next_text="" if planned is None else formats.moment(planned, "minute", seen.lang),
        busy=planned is not None and planned <= seen.now,
        listing_now=request.args.get("fehler") == "1",
        until=formats.moment(delivery.erase_at, "date", seen.lang),
    )


def rest(delivery_id: str) -> Response:
    """The rows that were not listed, with reasons, to be corrected and handed in again."""
    seen, room = visit(), intake()
    delivery = room.delivery(seen.user, delivery_id)
    sector = SECTORS[delivery.sector or next(iter(SECTORS))]
    lines = rest_csv(room.rest(seen.user, delivery_id), delivery.fields, sector, seen.lang)
    name = f"{delivery.name}-rest.csv"
    return Response(
        "".join(lines),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
