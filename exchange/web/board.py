"""The live board: the page, its rows by id, and an opened listing."""

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask_login import login_required

from exchange.claims import ClaimRules
from exchange.payload import parse, read_value
from exchange.reports import Connection
from exchange.reports.bids import BidRow, bids_of
from exchange.reports.board import BoardRow, board_page, consent_of, listing_of
from exchange.reports.depth import depth
from exchange.reports.money import wallet_of
from exchange.reports.pulse import vat_rates
from exchange.reports.similar import similar
from exchange.reports.watched import watched_by
from exchange.web import formats
from exchange.web.board_page import FIRST_COOKIE, board_view, question_of, sector_tabs
from exchange.web.box import BoxView, Form, Terms, box_view
from exchange.web.filters import Filters
from exchange.web.premises import premises
from exchange.web.purse import purse_of
from exchange.web.rail import rail_view
from exchange.web.rows import offer_view, row_view
from exchange.web.visit import Visit, visit
from exchange.web.waiting import SHOWN, WaitView, wait_view

board = Blueprint("board", __name__)

MOST_IDS = 50
MOST_ALIKE = 3
COOKIE_S = 400 * 24 * 3600


@board.get("/")
@board.get("/markt")
@login_required
def show() -> str:
    """The board under the filters of the URL."""
    seen = visit()
    with premises().reading() as connection:
        page = board_view(connection, seen, Filters.read(request.args), request.args.get("after", ""))
        rail = rail_view(connection, seen, url_for("bids.new", **page.bid_args))
    return render_template("board/show.html", page=page, **rail)


@board.post("/markt/hinweis")
@login_required
def dismiss() -> Response:
    """Put the note for newcomers away, in this browser."""
    response = make_response(redirect(url_for("board.show")))
    response.set_cookie(FIRST_COOKIE, "1", max_age=COOKIE_S, httponly=True, samesite="Lax", secure=premises().secure)
    return response


@board.get("/markt/zeilen")
@login_required
def rows() -> str:
    """Rows of these listings, as far as they fit the filters: what the stream announced, ready to be inserted."""
    seen, ours = visit(), premises()
    ids = tuple(request.args.get("ids", "").split(","))[:MOST_IDS]
    with ours.reading() as connection:
        bids = living_bids(connection, seen)
        asked = question_of(seen, Filters.read(request.args), bids, ids=ids)
        page = board_page(connection, ours.rulebook, seen.viewer, asked, seen.now)
        purse, watched = purse_of(connection, seen), watched_by(connection, seen.user.user_id)
    return render_template("board/rows.html", rows=[row_view(row, seen, bids, purse, watched) for row in page.rows])


@board.get("/markt/zahlen")
@login_required
def counts() -> Response:
    """What the sector tabs say under these filters, for pages that are already open."""
    seen, asked, ours = visit(), Filters.read(request.args), premises()
    with ours.reading() as connection:
        question = question_of(seen, asked, living_bids(connection, seen) if asked.fit else [])
        found = ours.shelf.counts(connection, seen.viewer, question, seen.now)
    tabs = sector_tabs(found, asked, seen, url_for("board.show"))
    return jsonify({"tabs": [{"code": tab.code, "count": tab.count, "from": tab.from_price} for tab in tabs]})


@board.get("/markt/konto")
@login_required
def rail() -> str:
    """The rail alone: after a purchase or a fill."""
    seen = visit()
    with premises().reading() as connection:
        parts = rail_view(connection, seen, url_for("bids.new"))
    return render_template("board/rail_parts.html", **parts)


@board.get("/markt/<listing_id>")
@login_required
def confirm(listing_id: str) -> str:
    """One listing as a page of its own: for those without scripts."""
    return render_template("board/confirm.html", b=opened(listing_id, "row"), problem=None)


@board.get("/markt/<listing_id>/box")
@login_required
def box(listing_id: str) -> str:
    """One listing opened in place (``form=row``) or on a sheet."""
    form: Form = "sheet" if request.args.get("form") == "sheet" else "row"
    return render_template(f"board/open_{form}.html", b=opened(listing_id, form))


@board.get("/markt/<listing_id>/aehnlich")
@login_required
def alike(listing_id: str) -> Response:
    """Open leads like one that went to somebody else: how many, and the nearest."""
    seen, ours = visit(), premises()
    with ours.reading() as connection:
        gone = listing_of(connection, ours.rulebook, seen.viewer, listing_id, seen.now)
        if gone is None:
            abort(404)
        found = similar(connection, ours.rulebook, seen.viewer, gone, seen.now)
    href = url_for("board.show", sector=gone.sector)
    return jsonify({"count": len(found), "href": href, "leads": [offer_view(row, seen) for row in found[:MOST_ALIKE]]})


@board.post("/markt/<listing_id>/merken")
@login_required
def watch(listing_id: str) -> Response:
    """Keep an eye on a listing, or no longer (``on=0``); a foreign or unknown one is not found."""
    seen, ours = visit(), premises()
    on = request.form.get("on", "1") == "1"
    with ours.reading() as connection:
        if listing_of(connection, ours.rulebook, seen.viewer, listing_id, seen.now) is None:
            abort(404)
    ours.entrance.watch(seen.user.user_id, listing_id, on=on)
    return jsonify({"watched": on})


def opened(listing_id: str, form: Form) -> BoxView:
    """An opened listing; a foreign or unknown one is not found."""
    seen, ours = visit(), premises()
    with ours.reading() as connection:
        row = listing_of(connection, ours.rulebook, seen.viewer, listing_id, seen.now)
        if row is None:
            abort(404)
        bids = living_bids(connection, seen)
        terms = terms_of(connection, row, seen)
        consent = consent_of(connection, listing_id)
        waiting = waiting_of(connection, row, seen)
    href = url_for("bids.new", sector=row.sector, region=row.region, seats="exclusive" if row.seats == 1 else None)
    return box_view(row, seen, bids, terms, consent, waiting, form=form, bid_href=href)


def waiting_of(connection: Connection, row: BoardRow, seen: Visit) -> WaitView:
    """What waiting for the coming steps brings and risks."""
    ours = premises()
    coming = [] if row.halted_at else depth(connection, row, seen.viewer, seen.now)[:SHOWN]
    outlook = ours.history.outlook(connection, ours.rulebook, row, [step.at for step in coming], seen.now)
    return wait_view(row, seen, coming, outlook)


def living_bids(connection: Connection, seen: Visit) -> list[BidRow]:
    """The firm's bids that may still buy."""
    return bids_of(connection, seen.user.organisation, formats.midnight(seen.now), living=True)


def terms_of(connection: Connection, row: BoardRow, seen: Visit) -> Terms:
    """VAT, claim window and what the firm may spend."""
    vat_bp, _, claims = vat_rates(connection)[row.sector]
    wallet = wallet_of(connection, seen.user.organisation, formats.midnight(seen.now))
    return Terms(vat_bp, read_value(ClaimRules, parse(claims)).window_us, wallet.available_cents)
