"""Handing in a file: choose it, tell its columns, and see it being read. Rows are read in a thread of this process."""

import logging
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_login import current_user

from exchange.catalogue import SECTORS, defaults_of
from exchange.errors import Invalid
from exchange.intake.columns import ColumnMap
from exchange.intake.unusable import Unusable
from exchange.reports.terms import sector_terms
from exchange.staging import Delivery, Intake, Offer, files, maps
from exchange.staging.delivery import MOST_FILE_BYTES, MOST_ROWS
from exchange.staging.intake import said_of
from exchange.staging.outcomes import JSON
from exchange.staging.record import POSTED
from exchange.web import formats
from exchange.web.premises import premises
from exchange.web.telling import Told, guesses, likeliest, read_columns
from exchange.web.visit import visit

MOST_BODY_BYTES = 2 * MOST_FILE_BYTES
"""More than a file may have, so that it can be answered in words; beyond that the door is shut."""
_PATIENCE_S = 1.5
_log = logging.getLogger(__name__)
_SPOKEN = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}


def intake() -> Intake:
    """The room where files lie until they are listed."""
    return Intake(premises().desk)


def make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A larger body where a file is handed in, for those who may: before anything of it is read."""
    if endpoint == "supply.receive" and current_user.is_authenticated and current_user.user.sells:
        request.max_content_length = MOST_BODY_BYTES


def new() -> Any:
    """Choose a file."""
    return _chooser()


def _chooser(problem: str = "", status: int = 200) -> Any:
    seen = visit()
    page = render_template(
        "supply/new.html",
        problem=problem,
        most_mb=MOST_FILE_BYTES >> 20,
        most_rows=f"{MOST_ROWS:,}".replace(",", "." if seen.lang == "de" else ","),
        most_bytes=MOST_FILE_BYTES,
        sectors=[(one.code, one.name_en if seen.lang == "en" else one.name_de) for one in SECTORS.values()],
    )
    return page if status == 200 else (page, status)


def receive() -> Any:
    """Keep the file, sealed, and go on to its columns."""
    seen, sent = visit(), request.files.get("file")
    if sent is None or not sent.filename:
        return _chooser(seen.t("upload.none_chosen"), 400)
    with files.workplace() as folder:
        path = folder / "file"
        sent.save(path)
        sent.close()
        try:
            delivery_id = intake().receive(seen.user, path, Path(sent.filename).name)
        except Unusable as error:
            return _chooser(error.sentence(seen.lang), 400)
    return redirect(url_for("supply.columns", delivery_id=delivery_id))


def columns(delivery_id: str) -> Any:
    """Tell what the columns mean."""
    delivery = intake().delivery(visit().user, delivery_id)
    if delivery.state != "mapping":
        return redirect(url_for("supply.check", delivery_id=delivery_id))
    return _columns(delivery, {}, None)


def _columns(delivery: Delivery, problems: dict[str, str], told: Told | None) -> Any:
    seen, room = visit(), intake()
    sheet = request.values.get("sheet", "")
    glimpse = room.glimpse(seen.user, delivery.delivery_id, sheet)
    with premises().reading() as connection:
        trading = [one.sector for one in sector_terms(connection) if one.sector in SECTORS]
        asked = request.values.get("sector", "")
        code = asked if asked in trading else likeliest(glimpse.header, [SECTORS[one] for one in trading])
        saved = maps.saved(connection, seen.user.organisation, code)
    name = request.values.get("map", next(iter(saved), ""))
    own = saved.get(name, ColumnMap())
    earlier = room.earlier(seen.user, delivery)
    page = render_template(
        "supply/columns.html",
        delivery=delivery,
        problems=problems,
        glimpse=glimpse,
        sheet=sheet or (glimpse.sheets[0] if glimpse.sheets else ""),
        sectors=[(one, SECTORS[one].name_en if seen.lang == "en" else SECTORS[one].name_de) for one in trading],
        code=code,
        saved=list(saved),
        chosen=name if name in saved else "",
        form=told or guesses(glimpse, SECTORS[code], own, seen.lang),
        earlier=earlier,
        earlier_at="" if earlier is None else formats.moment(earlier.uploaded_at, "day", seen.lang),
        dialect=dialect_text(delivery),
    )
    return (page, 400) if problems else page


def tell_columns(delivery_id: str) -> Any:
    """Take the columns as told, and read the rows; what is missing is named."""
    seen, room = visit(), intake()
    delivery = room.delivery(seen.user, delivery_id)
    if delivery.state != "mapping":
        return redirect(url_for("supply.check", delivery_id=delivery_id))
    code = request.form.get("sector", "")
    if code not in SECTORS or request.form.get("do") == "again":
        return _columns(delivery, {}, None)
    glimpse = room.glimpse(seen.user, delivery_id, request.form.get("sheet", ""))
    told = read_columns(request.form, glimpse, SECTORS[code], seen.lang)
    if told.problems:
        return _columns(delivery, told.problems, told)
    seats = SECTORS[code].most_seats
    offer = Offer(seats, *defaults_of(code).prices(seats))
    try:
        room.begin_reading(
            seen.user,
            delivery_id,
            code,
            told.columns,
            offer,
            sheet=request.form.get("sheet", ""),
            save_as=request.form.get("save_as", "").strip(),
            names=told.names,
        )
    except Invalid as error:
        return _columns(delivery, {error.field: seen.t("upload.name_invalid", most=maps.LONGEST_NAME)}, told)
    start_reading(room, delivery_id)
    return redirect(url_for("supply.check", delivery_id=delivery_id))


def start_reading(room: Intake, delivery_id: str) -> None:
    """Read in a thread: whoever asked may leave the page. What it leaves undone others take up (`staging.upkeep`)."""
    in_background(lambda: room.read(delivery_id), _PATIENCE_S)


def in_background(work: Any, patience_s: float) -> None:
    """Do something in a thread of this process, and wait a moment for it."""

    def run() -> None:
        try:
            work()
        except Exception:
            _log.exception("a delivery was left; somebody else takes it up")

    thread = Thread(target=run, name="delivery", daemon=True)
    thread.start()
    thread.join(patience_s)


def progress(delivery_id: str) -> Response:
    """How far reading is."""
    delivery = intake().delivery(visit().user, delivery_id)
    return jsonify(state=delivery.state, read=delivery.read_rows, of=delivery.row_count)


def dialect_text(delivery: Delivery) -> str:
    """How a file is written, in words: ``Semikolon, UTF-8``."""
    seen = visit()
    delimiter, _, encoding = delivery.dialect.rpartition("|")
    if delivery.file_kind == "xlsx" or not delimiter:
        return JSON if delivery.dialect in (JSON, POSTED) else "XLSX"
    spoken = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}.get(encoding, encoding.upper())
    return f"{seen.t('upload.delimiter.' + _SPOKEN.get(delimiter, 'bar'))}, {spoken}"


def cause_text(delivery: Delivery) -> str:
    """Why a file could not be read."""
    return said_of(delivery.cause).sentence(visit().lang)
