"""Standing bids: the list, the switch, and a form to place one, filled from the board's filters."""

from dataclasses import dataclass
from secrets import token_urlsafe

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_login import login_required

from exchange.errors import Forbidden, Unknown
from exchange.orderbook.outcome import Refused
from exchange.reports.bids import BidRow, bids_of, owner_of_bid
from exchange.sector import REGIONS
from exchange.web import formats
from exchange.web.auth import own_path
from exchange.web.bid_form import BidForm, Wanted, sector_choices
from exchange.web.premises import premises
from exchange.web.rail import bid_name, filter_text
from exchange.web.refusals import tell
from exchange.web.rows import short_code
from exchange.web.visit import Visit, visit

bids = Blueprint("bids", __name__, url_prefix="/gebote")


@dataclass(frozen=True, slots=True)
class ListedBid:
    """One line of the list."""

    id: str
    code: str
    name: str
    filter_text: str
    limit: str
    filled_text: str
    spent_text: str
    reserved: str
    state_text: str
    on: bool
    living: bool


@bids.get("")
@login_required
def index() -> str:
    """All bids of the firm, those that live first."""
    seen = visit()
    with premises().reading() as connection:
        rows = bids_of(connection, seen.user.organisation, formats.midnight(seen.now))
    page = {"rows": [_listed(seen, bid) for bid in rows]}
    return render_template("bids/index.html", page=page, problem=None)


def _listed(seen: Visit, bid: BidRow) -> ListedBid:
    return ListedBid(
        bid.bid_id,
        short_code(bid.sector),
        bid_name(seen, bid),
        filter_text(seen, bid),
        seen.money(bid.limit_cents),
        seen.t("bids.total", n=bid.filled, all=bid.quantity),
        seen.t("bids.spent", price=seen.money(bid.spent_cents)) if bid.filled else "",
        seen.money(bid.reserved_cents),
        seen.t(f"bids.state.{bid.state}"),
        bid.state == "active",
        bid.state in ("active", "paused"),
    )


@bids.route("/neu", methods=["GET", "POST"])
@login_required
def new() -> Response | str | tuple[str, int]:
    """Place a bid; the form comes back with what is wrong at the field."""
    seen = visit()
    if request.method == "GET":
        return _form(BidForm.read(request.args), {}, token_urlsafe(18))
    form = BidForm.read(request.form)
    key = request.form.get("key", "")[:60] or token_urlsafe(18)
    with premises().reading() as connection:
        wanted, problems = form.check(connection, seen)
    if wanted is None:
        return _form(form, problems, key), 422
    refused = _place(seen, wanted, key)
    if refused is not None:
        said = tell(seen, refused.code, refused.reason)
        return _form(form, {"limit": f"{said.title} {said.body}"}, token_urlsafe(18)), 409
    return make_response(redirect(url_for("bids.index")))


def _place(seen: Visit, wanted: Wanted, key: str) -> Refused | None:
    """The bid's id follows from the key, so that a form sent twice is one request and one bid."""
    if not seen.user.may_buy:
        raise Forbidden("this user may not bid")
    ours, bid_id = premises(), f"b-{key[:12].encode().hex()}"
    answer = ours.desk.place(
        wanted.sector,
        bid_id=bid_id,
        buyer=seen.user.organisation,
        limit_cents=wanted.limit_cents,
        quantity=wanted.quantity,
        filters=wanted.filters,
        caps=wanted.caps,
        key=key,
    )
    if answer.refused is None and wanted.name:
        ours.entrance.name_bid(bid_id, wanted.name)
    return answer.refused


def _form(form: BidForm, problems: dict[str, str], key: str) -> str:
    regions = sorted(REGIONS.items(), key=lambda region: region[1])
    return render_template(
        "bids/new.html", form=form, problems=problems, key=key, sectors=sector_choices(visit()), regions=regions
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
    act = desk.unpause if on else desk.pause
    return act(owner[1], bid_id=bid_id, buyer=firm).refused


@bids.post("/<bid_id>/beenden")
@login_required
def cancel(bid_id: str) -> Response:
    """End a bid; what it held is free at once."""
    seen = visit()
    with premises().reading() as connection:
        owner = owner_of_bid(connection, bid_id)
    if owner is None or owner[0] != seen.user.organisation:
        abort(404)
    premises().desk.cancel(owner[1], bid_id=bid_id, buyer=seen.user.organisation)
    return make_response(redirect(url_for("bids.index")))
