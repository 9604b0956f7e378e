"""The live board: the page, its rows by id, and an opened listing."""

from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for
from flask_login import login_required

from exchange.claims import ClaimRules
from exchange.payload import parse, read_value
from exchange.reports import Connection
from exchange.reports.bids import BidRow, bids_of
from exchange.reports.board import BoardRow, board_page, consent_of, listing_of, sector_counts
from exchange.reports.money import wallet_of
from exchange.reports.pulse import vat_rates
from exchange.web import formats
from exchange.web.board_page import board_view, sector_tabs
from exchange.web.box import BoxView, Form, Terms, box_view
from exchange.web.filters import Filters
from exchange.web.premises import premises
from exchange.web.rail import rail_view
from exchange.web.rows import NEW_US, row_view
from exchange.web.visit import Visit, visit

board = Blueprint("board", __name__)

MOST_IDS = 50


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


@board.get("/markt/zeilen")
@login_required
def rows() -> str:
    """Rows of these listings, as far as they fit the filters: what the stream announced, ready to be inserted."""
    seen, ours = visit(), premises()
    ids = tuple(request.args.get("ids", "").split(","))[:MOST_IDS]
    asked = Filters.read(request.args).question(ids=ids)
    with ours.reading() as connection:
        page = board_page(connection, ours.rulebook, seen.viewer, asked, seen.now)
        bids = living_bids(connection, seen)
    views = [row_view(row, seen, bids, fresh=seen.now - row.listed_at < NEW_US) for row in page.rows]
    return render_template("board/rows.html", rows=views)


@board.get("/markt/zahlen")
@login_required
def counts() -> Response:
    """What the sector tabs say under these filters, for pages that are already open."""
    seen, asked = visit(), Filters.read(request.args)
    with premises().reading() as connection:
        found = sector_counts(connection, seen.viewer, asked.question(), seen.now)
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
    href = url_for("bids.new", sector=row.sector, region=row.region, seats="exclusive" if row.seats == 1 else None)
    return box_view(row, seen, bids, terms, consent, form=form, bid_href=href)


def living_bids(connection: Connection, seen: Visit) -> list[BidRow]:
    """The firm's bids that may still buy."""
    return bids_of(connection, seen.user.organisation, formats.midnight(seen.now), living=True)


def terms_of(connection: Connection, row: BoardRow, seen: Visit) -> Terms:
    """VAT, claim window and what the firm may spend."""
    vat_bp, _, claims = vat_rates(connection)[row.sector]
    wallet = wallet_of(connection, seen.user.organisation, formats.midnight(seen.now))
    return Terms(vat_bp, read_value(ClaimRules, parse(claims)).window_us, wallet.available_cents)
