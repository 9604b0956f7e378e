"""The check of a delivery: rows by what is to be done, corrected in place or by a form, suggestions, discarding."""

import re
from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for

from exchange.catalogue import SECTORS
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.instant import HOUR_US
from exchange.staging import Delivery, StagedRow, rows
from exchange.staging.delivery import RowState
from exchange.web import formats
from exchange.web.amounts import euros_text
from exchange.web.batch_view import KEYS, TABS, group_view, offer_view, row_view, totals
from exchange.web.listing_ahead import ahead_view, foreseen
from exchange.web.premises import premises
from exchange.web.uploading import cause_text, dialect_text, intake, start_reading
from exchange.web.visit import Visit, visit

_ROW = re.compile(r"[1-9][0-9]{0,6}\Z", re.ASCII)
_VERBS = ("save", "accept", "keep", "discard", "back")


def check(delivery_id: str) -> Any:
    """The table of rows; while they are read, how far that is."""
    delivery = intake().delivery(visit().user, delivery_id)
    if delivery.state == "mapping":
        return redirect(url_for("supply.columns", delivery_id=delivery_id))
    if delivery.state == "open":
        return page(delivery, {})
    if delivery.state == "reading":
        start_reading(intake(), delivery_id)
    text = cause_text(delivery) if delivery.state == "failed" else ""
    return render_template("supply/reading.html", delivery=delivery, text=text, dialect=dialect_text(delivery))


def page(delivery: Delivery, problems: dict[str, str], typed: dict[str, str] | None = None, status: int = 200) -> Any:
    """The check with its offer; ``problems`` and ``typed`` are the offer's form."""
    seen, house = visit(), intake().house
    kind = request.values.get("gruppe", "")
    after = request.values.get("ab", "0")
    with premises().reading() as connection:
        counts = rows.counts(connection, delivery.delivery_id)
        ahead = foreseen(connection, delivery, seen.now)
        tab = _tab(counts)
        found = rows.rows_of(
            connection,
            house.vault,
            delivery.delivery_id,
            TABS[tab],
            kind=kind,
            after=int(after) if after.isascii() and after.isdecimal() and len(after) < 9 else 0,
        )
        offer = offer_view(connection, seen, delivery, counts["ready"])
        groups = _groups(connection, seen, delivery)
    shown = render_template(
        "supply/check.html",
        delivery=delivery,
        sector=_sector_name(seen, delivery),
        dialect=dialect_text(delivery),
        tab=tab,
        tabs_of_check=[(name, KEYS[name], totals(counts)[KEYS[name]]) for name in TABS],
        kind=kind,
        rows=[row_view(seen, delivery, row, ahead.note(seen, row)) for row in found],
        ahead=ahead_view(seen, ahead),
        more=found[-1].row if len(found) == rows.PAGE else None,
        groups=groups,
        counts=counts,
        rest=counts["error"] + counts["hint"] + counts["duplicate"],
        offer=offer,
        most_seats=SECTORS[delivery.sector or ""].most_seats,
        typed=typed or _typed(delivery),
        problems=problems,
        undo=request.args.get("verworfen", "") if request.args.get("verworfen", "").isdecimal() else "",
        tones={"bereit": "ok", "fehler": "bad", "hinweise": "warn"},
    )
    return shown if status == 200 else (shown, status)


def _tab(counts: dict[RowState, int]) -> str:
    asked = request.values.get("stand", "")
    if asked in TABS:
        return asked
    return "pruefen" if counts["error"] + counts["hint"] + counts["duplicate"] else "alle"


def _groups(connection: Any, seen: Visit, delivery: Delivery) -> list[Any]:
    return [
        group_view(seen, delivery, one, rows.examples(connection, delivery.delivery_id, one[1]))
        for one in rows.groups(connection, delivery.delivery_id)
    ]


def _sector_name(seen: Visit, delivery: Delivery) -> str:
    sector = SECTORS[delivery.sector or ""]
    return sector.name_en if seen.lang == "en" else sector.name_de


def _typed(delivery: Delivery) -> dict[str, str]:
    offer = delivery.offer
    return {
        "seats": str(offer.seats),
        "start": euros_text(offer.start_cents),
        "floor": euros_text(offer.floor_cents),
        "convert": str(offer.conversion.after_us // HOUR_US) if offer.conversion else "",
        "convert_seats": str(offer.conversion.seats) if offer.conversion else "",
        "when": "now",
        "at": "",
        "hours": "",
    }


def cell(delivery_id: str, row: str) -> Response | tuple[Response, int]:
    """Put a text into a cell: what the script sends when a cell is left. Answers what the page says then."""
    seen, said = visit(), request.get_json(silent=True)
    if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in ("field", "text")):
        return jsonify(code="invalid"), 400
    try:
        with intake().correcting(seen.user, delivery_id) as now:
            changed = now.set_cells(_number(row), {said["field"]: said["text"]})
    except (Invalid, Forbidden) as error:
        return jsonify(code=error.code), 400 if isinstance(error, Invalid) else 409
    return jsonify(_told(seen, delivery_id, changed))


def _told(seen: Visit, delivery_id: str, changed: StagedRow) -> dict[str, Any]:
    delivery = intake().delivery(seen.user, delivery_id)
    with premises().reading() as connection:
        counts = rows.counts(connection, delivery_id)
        groups = _groups(connection, seen, delivery)
        ahead = foreseen(connection, delivery, seen.now)
    view = row_view(seen, delivery, changed, ahead.note(seen, changed))
    rest = counts["error"] + counts["hint"] + counts["duplicate"]
    return {
        "state": changed.state,
        "tab": [KEYS[tab] for tab, states in TABS.items() if changed.state in states],
        "row": render_template("supply/row_only.html", r=view, delivery=delivery, tab=request.args.get("stand", "")),
        "groups": render_template("supply/groups.html", groups=groups, kind="", delivery=delivery),
        "counts": {name: formats.number(many, seen.lang) for name, many in totals(counts).items()},
        "ready": counts["ready"],
        "commit": seen.tn("check.commit", counts["ready"]),
        "summary": seen.tn("check.to_list", counts["ready"]),
        "rest": seen.tn("check.rest", rest),
    }


def row(delivery_id: str, row: str) -> Any:
    """The same by a form: save cells, accept a suggestion, keep as it is, discard, take back."""
    verb = request.form.get("do", "save")
    if verb not in _VERBS:
        raise Invalid("do", f"one of: {', '.join(_VERBS)}")
    with intake().correcting(visit().user, delivery_id) as now:
        if verb == "save":
            cells = {name.removeprefix("t-"): text for name, text in request.form.items() if name.startswith("t-")}
            now.set_cells(_number(row), cells)
        else:
            {"accept": now.accept, "keep": now.keep, "discard": now.discard, "back": now.take_back}[verb](_number(row))
    return redirect(_back(delivery_id, verworfen=row if verb == "discard" else None))


def _number(row: str) -> int:
    """A row's number; raises Unknown."""
    if not _ROW.match(row):
        raise Unknown("row", row)
    return int(row)


def accept_all(delivery_id: str) -> Any:
    """Take every suggestion of a group."""
    kind = request.form.get("gruppe", "")
    seen = visit()
    with intake().correcting(seen.user, delivery_id) as now:
        after = 0
        while some := rows.rows_of(
            now.connection, now.house.vault, delivery_id, ("hint", "error"), kind=kind, after=after, most=500
        ):
            for one in some:
                now.accept(one.row)
            after = some[-1].row
    return redirect(_back(delivery_id))


def throw_away(delivery_id: str) -> Any:
    """Throw the whole delivery away: what it said is erased."""
    intake().discard(visit().user, delivery_id)
    return redirect(url_for("supply.show"))


def _back(delivery_id: str, **more: Any) -> str:
    asked: dict[str, Any] = {name: request.form.get(name) or None for name in ("stand", "gruppe", "ab")}
    return url_for("supply.check", delivery_id=delivery_id, **asked, **more)
