"""Claims on a supplier's sales: ground, deadline, what it replied, how they were decided. Never who claims."""

from flask import Response, abort, make_response, redirect, render_template, request, url_for

from exchange.aftersale.hearing import SELLING, Hearing
from exchange.aftersale.words import REPLY
from exchange.errors import Forbidden, Invalid, Unknown
from exchange.orderbook.sale import CLAIMED
from exchange.reports.claims import ClaimRow, claims_of_supplier
from exchange.web import formats
from exchange.web.lead_list import span_text
from exchange.web.premises import premises
from exchange.web.rows import short_code
from exchange.web.visit import Visit, visit

TONES = {"upheld": "bad", "rejected": "ok", "claimed": "warn"}


def show() -> str:
    """The list, open ones first."""
    return _page({})


def reply(sale_id: str) -> Response | tuple[str, int]:
    """Say something to an open claim; kept sealed."""
    try:
        Hearing(premises().desk).reply(visit().user, sale_id, request.form.get("text", ""))
    except Unknown:
        abort(404)
    except Invalid:
        return _page({sale_id: visit().t("cases.error.text")}), 400
    except Forbidden:
        return _page({sale_id: visit().t("cases.error.ruled")}), 409
    return make_response(redirect(url_for("supply.claims"), 303))


def _page(errors: dict[str, str]) -> str:
    seen, firm = visit(), visit().user.organisation
    with premises().reading() as connection:
        rows = claims_of_supplier(connection, firm)
    return render_template("supply/claims.html", rows=[_view(seen, row) for row in rows], errors=errors)


def _view(seen: Visit, row: ClaimRow) -> dict[str, object]:
    file = Hearing(premises().desk).of_supplier(row.supplier, row.sale_id)
    open_now = row.claim == CLAIMED
    return {
        "id": row.sale_id,
        "listing": row.listing_id,
        "code": short_code(row.sector),
        "ground": seen.t(f"ground.{row.ground}"),
        "sold": formats.moment(row.sold_at, "minute", seen.lang),
        "amount": seen.money(row.ask_cents),
        "left": seen.t("cases.left", span=span_text(seen, max(row.silence_at - seen.now, 0))) if open_now else "",
        "state": seen.t(f"cases.state.{row.claim}"),
        "tone": TONES[row.claim],
        "returned": seen.money(row.returned_cents) if row.returned_cents else "",
        "may_reply": open_now and seen.user.role in SELLING,
        "said": file.evidence.text if file.evidence else "",
        "words": [
            {
                "who": seen.t("cases.word.reply" if word.kind == REPLY else "cases.word.ruling"),
                "text": word.text,
                "at": formats.moment(word.at, "minute", seen.lang),
            }
            for word in file.words
        ],
    }
