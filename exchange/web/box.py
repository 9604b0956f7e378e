"""An open listing: masked contact, the large curve, and the buy box, as its templates want it."""

from dataclasses import dataclass, replace
from secrets import token_urlsafe
from typing import Any, Literal

from exchange.catalogue import facts, title
from exchange.instant import DAY_US, Instant
from exchange.money import BasisPoints, Cents, gross_cents
from exchange.postcodes import area_of
from exchange.reports.bids import BidRow
from exchange.reports.board import BoardRow
from exchange.web import formats
from exchange.web.curve import Line, Mark, Ring, draw, rule_step
from exchange.web.rows import best_bid, last_at, next_text, plz_of
from exchange.web.visit import Visit
from exchange.web.waiting import WaitView

Form = Literal["row", "sheet"]
CLAIM_DAYS = 14
RULE_PX = 36.0


@dataclass(frozen=True, slots=True)
class Terms:
    """What a box must know besides the listing: VAT, how long a claim is possible, what the firm may spend."""

    vat_bp: int
    window_us: int
    available_cents: Cents


@dataclass(frozen=True, slots=True)
class BoxView:
    """What `board/box.html` asks for. ``key`` is the idempotency key of this opening of the box."""

    id: str
    title: str
    facts: str
    where: str
    consent: str
    phone_kind: str
    chart: Line
    chart_label: str
    ask: str
    ask_cents: Cents
    gross: str
    vat_bp: int
    available_cents: Cents
    after: str
    claim_until: str
    next_line: str
    bid_href: str
    key: str
    open: bool
    buyer: bool
    state_text: str
    wait: WaitView
    whole: str = ""
    whole_cents: Cents = 0
    whole_gross: str = ""
    whole_note: str = ""
    buyout_bp: BasisPoints = 0
    tick_cents: Cents = 1
    shared_line: str = ""


def box_view(
    row: BoardRow,
    visit: Visit,
    bids: list[BidRow],
    terms: Terms,
    consent: tuple[Instant, Instant | None] | None,
    waiting: WaitView,
    *,
    form: Form = "row",
    bid_href: str = "",
) -> BoxView:
    """The box of one listing for one visitor."""
    gross = gross_cents(row.ask_cents, terms.vat_bp)
    answers = tuple(row.answers.items())
    acts = best_bid(row, bids, visit.now)
    nxt = next_text(row, visit)
    seats = (
        visit.t("seats.exclusive")
        if row.seats == 1
        else visit.t("seats.left", left=row.seats - row.sold, all=row.seats)
    )
    return BoxView(
        id=row.listing_id,
        title=title(row.sector, answers, visit.lang),
        facts=facts(row.sector, answers, visit.lang),
        where=f"{plz_of(row.postcode)} {area_of(row.postcode)} · {formats.age(visit.now - row.asked_at)} · {seats}",
        consent=_consent_text(consent, visit),
        phone_kind="",
        chart=curve_line(row, visit, acts, form),
        chart_label=_label(row, visit, acts),
        ask=visit.money(row.ask_cents),
        ask_cents=row.ask_cents,
        gross=visit.money(gross),
        vat_bp=terms.vat_bp,
        available_cents=terms.available_cents,
        after=visit.money(terms.available_cents - gross),
        claim_until=formats.moment(visit.now + terms.window_us, "day", visit.lang),
        next_line=f"{nxt.left}, {nxt.then}",
        bid_href=bid_href,
        key=token_urlsafe(18),
        open=row.state == "open" and not row.mine,
        buyer=visit.user.is_buyer,
        state_text=visit.t(f"row.{row.state}") if row.state != "open" else visit.t("row.bought"),
        wait=waiting,
        **_whole(row, visit, terms),
        shared_line=_shared_line(row, visit),
    )


def _whole(row: BoardRow, visit: Visit, terms: Terms) -> dict[str, Any]:
    """The buy-out, where the lead can be bought as a whole."""
    cents = row.buyout_cents
    if cents is None or row.mine or row.supplier_group == visit.viewer.group:
        return {}
    return {
        "whole": visit.money(cents),
        "whole_cents": cents,
        "whole_gross": visit.money(gross_cents(cents, terms.vat_bp)),
        "whole_note": visit.t("box.whole_note", all=row.seats, factor=formats.percent(row.buyout_bp, visit.lang)),
        "buyout_bp": row.buyout_bp,
        "tick_cents": row.tick_cents,
    }


def _shared_line(row: BoardRow, visit: Visit) -> str:
    """When an exclusive lead is offered to several; nothing where it never is, or nobody knows when."""
    if row.convert_seats is None or row.expires_at is None or row.state != "open":
        return ""
    at = formats.moment(row.expires_at, "minute", visit.lang)
    return visit.t("box.converts", at=at, seats=row.convert_seats)


def _consent_text(consent: tuple[Instant, Instant | None] | None, visit: Visit) -> str:
    if consent is None:
        return ""
    given_at, confirmed_at = consent
    at = confirmed_at or given_at
    today = visit.now - at < DAY_US
    when = formats.clock(at) if today else formats.moment(at, "day", visit.lang)
    return visit.t("box.consent_doi" if confirmed_at else "box.consent_soi", at=when)


def _label(row: BoardRow, visit: Visit, acts: tuple[Instant, BidRow] | None) -> str:
    text = visit.t(
        "box.chart",
        start=visit.money(row.start_cents),
        from_at=formats.clock(row.listed_at),
        ask=visit.money(row.ask_cents),
        floor=visit.money(row.floor_cents),
        until_at=formats.clock(last_at(row)),
    )
    if acts is None:
        return text
    limit, at = visit.money(acts[1].limit_cents), formats.clock(acts[0])
    return f"{text} {visit.t('box.chart_bid', limit=limit, at=at)}"


def curve_line(row: BoardRow, visit: Visit, acts: tuple[Instant, BidRow] | None, form: Form) -> Line:
    """The large curve: with rules and hours beside an open row, bare on a sheet."""
    now, until_at = row.halted_at or visit.now, last_at(row)
    ring_at = acts[0] if acts else None
    if form == "sheet":
        line = draw(row.steps, now, until_at, (350, 128, 2.0, 348.0, 22.0, 106.0), ring_at=ring_at)
        times: tuple[Mark, ...] = (_time(row.listed_at, 2, "start"), _time(until_at, 348, "end"))
        rules: tuple[Mark, ...] = ()
        key = "box.bid_acts_short"
    else:
        step = rule_step(row.start_cents)
        top = 128.0 - RULE_PX * row.start_cents / (100 * step)
        line = draw(row.steps, now, until_at, (516, 150, 30.0, 506.0, top, 128.0), ring_at=ring_at)
        rules = tuple(
            Mark(str(euros), y=round(128.0 - RULE_PX * euros / step, 1))
            for euros in range(0, row.start_cents // 100 + 1, step)
        )
        times = _hours(row.listed_at, until_at)
        key = "box.bid_acts"
    floor_y = round(line.bottom - (line.bottom - line.scale[4]) * row.floor_cents / row.start_cents, 1)
    floor = Mark(visit.t("box.floor", price=visit.money(row.floor_cents)), y=floor_y)
    ring = None
    if acts is not None and line.ring is not None:
        text = visit.t(key, limit=visit.money(acts[1].limit_cents), at=formats.clock(acts[0]))
        ring = _ring(line, line.ring, text)
    return replace(line, rules=rules, times=times, floor=floor, ring=ring)


def _ring(line: Line, ring: Ring, text: str) -> Ring:
    """The ring's caption stands where there is room, and not on the one beside the marker."""
    right = ring.x < line.left + 0.55 * (line.right - line.left)
    y = ring.y - 7
    if abs(y - line.label_y) < 13:
        y = line.now_y + 6
    return replace(
        ring, text=text, text_x=ring.x + (10 if right else -10), text_y=y, anchor="start" if right else "end"
    )


def _time(at: Instant, x: float, anchor: str) -> Mark:
    return Mark(formats.clock(at), x=x, anchor=anchor)


def _hours(from_at: Instant, until_at: Instant) -> tuple[Mark, ...]:
    """Five times along the axis."""
    anchors = ("start", "middle", "middle", "middle", "end")
    return tuple(
        _time(from_at + (until_at - from_at) * n // 4, 30 + 119 * n, anchor) for n, anchor in enumerate(anchors)
    )
