"""Standing bids: the list, one bid's story, the switch, and the form that places or changes one."""

from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_login import login_required

from exchange.catalogue import SECTORS
from exchange.errors import Forbidden, Unknown
from exchange.orderbook.changing import loses_place
from exchange.orderbook.outcome import Refused
from exchange.reports import Connection
from exchange.reports.bid_story import fills_of, skips_of, suppliers_of
from exchange.reports.bids import BidRow, bid_of, bids_of, owner_of_bid
from exchange.reports.preview import preview
from exchange.sector import REGIONS
from exchange.web import bid_fields, formats
from exchange.web.auth import own_path
from exchange.web.bid_form import BidForm, Wanted, sector_choices
from exchange.web.bid_pages import PreviewView, bid_page, listed, preview_view, question_fields
from exchange.web.premises import premises
from exchange.web.refusals import tell
from exchange.web.visit import Visit, visit

bids = Blueprint("bids", __name__, url_prefix="/gebote")


@bids.get("")
@login_required
def index() -> str:
    """All bids of the firm, those that live first."""
    seen = visit()
    with premises().reading() as connection:
        rows = bids_of(connection, seen.user.organisation, formats.midnight(seen.now))
        page = {"rows": [listed(connection, seen, bid) for bid in rows], "live": any(b.living for b in rows)}
    return render_template("bids/index.html", page=page)


@bids.get("/<bid_id>")
@login_required
def show(bid_id: str) -> str:
    """One bid: its terms, what it bought, why it was passed over."""
    seen = visit()
    with premises().reading() as connection:
        bid = _own(connection, seen, bid_id)
        page = bid_page(connection, seen, bid, fills_of(connection, bid), skips_of(connection, bid))
    return render_template("bids/show.html", b=page)


@bids.route("/neu", methods=["GET", "POST"])
@login_required
def new() -> Response | str | tuple[str, int]:
    """Place a bid; the form comes back with what is wrong at the field."""
    seen = visit()
    if request.method == "GET":
        return _form(seen, BidForm.read(request.args), {}, token_urlsafe(18))
    form = BidForm.read(request.form)
    key = request.form.get("key", "")[:60] or token_urlsafe(18)
    with premises().reading() as connection:
        wanted, problems = form.check(connection, seen)
    if wanted is None:
        return _form(seen, form, problems, key), 422
    refused = _place(seen, wanted, key)
    if refused is not None:
        return _form(seen, form, {"limit": _said(seen, refused)}, token_urlsafe(18)), 409
    return make_response(redirect(url_for("bids.index")))


@bids.route("/<bid_id>/aendern", methods=["GET", "POST"])
@login_required
def edit(bid_id: str) -> Response | str | tuple[str, int]:
    """Give a bid new terms; the page says before it is done whether it loses its place."""
    seen = visit()
    with premises().reading() as connection:
        bid = _own(connection, seen, bid_id)
    if not bid.living:
        return make_response(redirect(url_for("bids.show", bid_id=bid_id)))
    if request.method == "GET":
        return _form(seen, BidForm.of(bid), {}, token_urlsafe(18), bid)
    form = BidForm.read(request.form)
    with premises().reading() as connection:
        wanted, problems = form.check(connection, seen)
    if wanted is None or wanted.sector != bid.sector:
        return _form(seen, form, problems or {"sector": seen.t("bids.error.sector_fixed")}, token_urlsafe(18), bid), 422
    refused = _change(seen, bid, wanted, request.form.get("key", "")[:60] or None)
    if refused is not None:
        return _form(seen, form, {"limit": _said(seen, refused)}, token_urlsafe(18), bid), 409
    return make_response(redirect(url_for("bids.show", bid_id=bid_id)))


@bids.get("/vorschau")
@login_required
def look_ahead() -> str:
    """What a bid of these fields would do, as a piece of a page; for an existing one also what becomes of its place."""
    seen, form = visit(), BidForm.read(request.args)
    with premises().reading() as connection:
        bid = _own(connection, seen, request.args["bid"]) if request.args.get("bid") else None
        view = _preview(connection, seen, form, bid)
    return render_template("bids/preview.html", preview=view)


@bids.get("/fragen")
@login_required
def questions() -> str:
    """The fields for a sector's answers: asked anew when another sector is chosen."""
    seen, form = visit(), BidForm.read(request.args)
    return render_template(
        "bids/questions.html", questions=question_fields(seen, form.sector, form.answers), problems={}
    )


@bids.post("/<bid_id>/schalter")
@login_required
def switch(bid_id: str) -> Response:
    """Pause or resume, and back to where one came from."""
    with premises().reading() as connection:
        owner = owner_of_bid(connection, bid_id)
    switch_bid(visit(), bid_id, owner, on=request.form.get("on") == "1")
    return make_response(redirect(own_path(request.form.get("back", ""))))


def switch_bid(seen: Visit, bid_id: str, owner: tuple[str, str] | None, *, on: bool) -> Refused | None:
    """Pause or resume a bid of one's own; a foreign one is unknown."""
    firm, desk = seen.user.organisation, premises().desk
    if owner is None or owner[0] != firm:
        raise Unknown("bid", bid_id)
    _may(seen)
    act = desk.unpause if on else desk.pause
    return act(owner[1], bid_id=bid_id, buyer=firm).refused


@bids.post("/<bid_id>/beenden")
@login_required
def cancel(bid_id: str) -> Response:
    """End a bid; what it held is free at once."""
    seen = visit()
    with premises().reading() as connection:
        bid = _own(connection, seen, bid_id)
    premises().desk.cancel(bid.sector, bid_id=bid_id, buyer=seen.user.organisation)
    return make_response(redirect(url_for("bids.index")))


def _own(connection: Connection, seen: Visit, bid_id: str) -> BidRow:
    """A bid of one's own, or 404."""
    bid = bid_of(connection, seen.user.organisation, bid_id, formats.midnight(seen.now))
    if bid is None:
        abort(404)
    return bid


def _may(seen: Visit) -> None:
    if not seen.user.may_buy:
        raise Forbidden("this user may not bid")


def _place(seen: Visit, wanted: Wanted, key: str) -> Refused | None:
    """The bid's id follows from the key, so that a form sent twice is one request and one bid."""
    _may(seen)
    ours, bid_id = premises(), f"b-{key[:12].encode().hex()}"
    firm = seen.user.organisation
    answer = ours.desk.place(wanted.sector, bid_id=bid_id, buyer=firm, key=key, **wanted.terms())
    if answer.refused is None and wanted.name:
        ours.entrance.name_bid(bid_id, wanted.name)
    return answer.refused


def _change(seen: Visit, bid: BidRow, wanted: Wanted, key: str | None) -> Refused | None:
    _may(seen)
    ours, firm = premises(), seen.user.organisation
    answer = ours.desk.change(bid.sector, bid_id=bid.bid_id, buyer=firm, key=key, **wanted.terms())
    if answer.refused is None and wanted.name != bid.name:
        ours.entrance.name_bid(bid.bid_id, wanted.name)
    return answer.refused


def _said(seen: Visit, refused: Refused) -> str:
    said = tell(seen, refused.code, refused.reason)
    return f"{said.title} {said.body}"


def _preview(connection: Connection, seen: Visit, form: BidForm, bid: BidRow | None) -> PreviewView | None:
    """None where the fields cannot be read yet."""
    wanted, _ = form.check(connection, seen)
    if wanted is None or (bid is not None and wanted.sector != bid.sector):
        return None
    firm = seen.user.organisation
    order = wanted.order(firm, seen.user.group)
    found = preview(connection, premises().rulebook, seen.viewer, order, wanted.sector, seen.now)
    moves = bid is not None and loses_place(bid.terms, wanted.change(bid.bid_id, firm))
    return preview_view(connection, seen, wanted, found, keeps=None if bid is None else not moves)


def _form(seen: Visit, form: BidForm, problems: dict[str, str], key: str, bid: BidRow | None = None) -> str:
    with premises().reading() as connection:
        view = _preview(connection, seen, form, bid)
        known = suppliers_of(connection, seen.user.organisation)
    page: dict[str, Any] = {
        "sectors": sector_choices(seen),
        "regions": sorted(REGIONS.items(), key=lambda region: region[1]),
        "periods": bid_fields.PERIODS,
        "weekdays": [(n, seen.t(f"bids.weekday.{n}")) for n in bid_fields.WEEKDAYS],
        "suppliers": known | {one: one for one in form.not_from if one not in known},
        "questions": question_fields(seen, form.sector, form.answers) if form.sector in SECTORS else [],
        "complete": bid is None or bid_fields.sayable(SECTORS[bid.sector], bid.filters, bid.terms.caps),
    }
    return render_template("bids/new.html", form=form, problems=problems, key=key, page=page, preview=view, bid=bid)
