"""A listing as a board row says it: every text ready in the visitor's language."""

from dataclasses import dataclass

from exchange.catalogue import SECTORS, facts, title
from exchange.instant import SECOND_US, Instant
from exchange.postcodes import area_of
from exchange.reports.bids import BidRow, bid_at
from exchange.reports.board import BoardRow
from exchange.reports.question import MASKED_DIGITS
from exchange.web import formats
from exchange.web.curve import Line, draw
from exchange.web.purse import Purse
from exchange.web.visit import Visit

SPARK = (112, 32, 2.0, 106.0, 3.0, 31.0)
NEW_US = 90 * SECOND_US
FALLBACK_SPAN_US = 3_600 * SECOND_US


@dataclass(frozen=True, slots=True)
class NextText:
    """The column of the next step: time left, the price after it, how much of the wait is over (per cent)."""

    left: str
    then: str
    until: str
    share: int
    last: bool


@dataclass(frozen=True, slots=True)
class RowView:
    """What `board/row.html` asks for."""

    id: str
    sector: str
    code: str
    title: str
    facts: str
    plz: str
    place: str
    place_land: str
    age: str
    asked_ms: int
    expires_ms: int
    seats: int
    sold: int
    steps: list[list[int]]
    spark: Line
    next: NextText
    ask: str
    ask_cents: int
    off: str
    bid: str
    bid_short: str
    bid_cents: int
    mine: bool
    open: bool
    fresh: bool
    halted: bool
    state_text: str
    why_not: str
    buy_label: str
    buy_text: str
    hindered: bool
    vat_bp: int
    watched: bool


def plz_of(postcode: str) -> str:
    """``704••``: never more digits, always the same length."""
    return postcode[:MASKED_DIGITS] + "•" * (5 - MASKED_DIGITS)


def land_of(region: str) -> str:
    """``BY`` of ``DE-BY``."""
    return region.removeprefix("DE-")


def best_bid(row: BoardRow, bids: list[BidRow], now: Instant) -> tuple[Instant, BidRow] | None:
    """The own bid that takes this listing first, and when."""
    acts = [(at, bid.bid_id, bid) for bid in bids if (at := bid_at(bid, row, now)) is not None]
    return (min(acts)[0], min(acts)[2]) if acts and not row.mine else None


def last_at(row: BoardRow) -> Instant:
    """Where the curve's picture ends: the expiry, or, while nobody knows it, a stretch after the last known step."""
    return row.expires_at or row.steps[-1][0] + FALLBACK_SPAN_US


def steps_ms(row: BoardRow) -> list[list[int]]:
    """The steps for the browser, in milliseconds rounded up: it never shows a price before it holds."""
    return [[-(-at // 1000), cents] for at, cents in row.steps]


def row_view(row: BoardRow, visit: Visit, bids: list[BidRow], purse: Purse, watched: frozenset[str]) -> RowView:
    """One row of the board for one visitor."""
    lang, now = visit.lang, visit.now
    code, place = short_code(row.sector), area_of(row.postcode)
    acts = best_bid(row, bids, now)
    limit = acts[1].limit_cents if acts else 0
    answers = tuple(row.answers.items())
    halted = row.halted_at is not None
    return RowView(
        id=row.listing_id,
        sector=row.sector,
        code=code,
        title=title(row.sector, answers, lang),
        facts=facts(row.sector, answers, lang),
        plz=plz_of(row.postcode),
        place=place,
        place_land=f"{place}, {land_of(row.region)}",
        age=formats.age(now - row.asked_at),
        asked_ms=row.asked_at // 1000,
        expires_ms=last_at(row) // 1000,
        seats=row.seats,
        sold=row.sold,
        steps=steps_ms(row),
        spark=draw(row.steps, row.halted_at or now, last_at(row), SPARK, ring_at=acts[0] if acts else None),
        next=next_text(row, visit),
        ask=visit.money(row.ask_cents),
        ask_cents=row.ask_cents,
        off=off_text(row, visit),
        bid=visit.money(limit) if limit else "",
        bid_short=formats.short_money(limit, lang) if limit else "",
        bid_cents=limit,
        mine=row.mine,
        open=row.state == "open",
        fresh=now - row.listed_at < NEW_US,
        halted=halted,
        state_text=visit.t(f"row.{row.state}") if row.state != "open" else "",
        why_not=visit.t("row.own") if row.supplier_group == visit.viewer.group else "",
        buy_text=_button(row, visit, purse),
        hindered=visit.user.is_buyer and bool(purse.hindrance(row)),
        vat_bp=purse.vat_bp.get(row.sector, 0),
        watched=row.listing_id in watched,
        buy_label=visit.t(
            "row.label" if visit.user.is_buyer else "row.look_label",
            code=code,
            place=place,
            price=visit.money(row.ask_cents),
        ),
    )


def _button(row: BoardRow, visit: Visit, purse: Purse) -> str:
    """What the row's button says: buy, what stands in the way of it, or, to those who never buy, look."""
    if not visit.user.is_buyer:
        return visit.t("row.look")
    stopped = purse.hindrance(row)
    return visit.t(f"row.why.{stopped}" if stopped else "row.buy")


def offer_view(row: BoardRow, visit: Visit) -> dict[str, str]:
    """A listing in one line, for somebody who came too late for another one."""
    return {
        "id": row.listing_id,
        "title": title(row.sector, tuple(row.answers.items()), visit.lang),
        "where": f"{plz_of(row.postcode)} {area_of(row.postcode)}",
        "ask": visit.money(row.ask_cents),
    }


def short_code(sector: str) -> str:
    """What the first column says: it has room for five letters."""
    return {"gewerbe": "GEW"}.get(sector, SECTORS[sector].short if sector in SECTORS else sector.upper()[:5])


def off_text(row: BoardRow, visit: Visit) -> str:
    """``Start 48,00 €`` before the first fall, then how far it has fallen."""
    if row.ask_cents == row.start_cents:
        return visit.t("row.start", price=visit.money(row.start_cents))
    return formats.fall(row.start_cents, row.ask_cents, visit.lang)


def next_text(row: BoardRow, visit: Visit) -> NextText:
    """The next step as it stands now; at the last step the time until the listing ends."""
    now = row.halted_at or visit.now
    before = max((at for at, _ in row.steps if at <= now), default=row.listed_at)
    coming = next(((at, cents) for at, cents in row.steps if at > now), None)
    at = coming[0] if coming else row.expires_at
    if at is None:
        return NextText("–", "", "", 0, last=False)
    share = min(100, max(0, 100 * (now - before) // max(at - before, 1)))
    left = formats.countdown(at - now)
    if coming is None:
        ends = visit.t("row.expiring")
        return NextText(left, ends, ends, share, last=True)
    price = visit.money(coming[1])
    return NextText(left, visit.t("row.then", price=price), visit.t("row.until", price=price), share, last=False)
