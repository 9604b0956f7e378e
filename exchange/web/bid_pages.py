"""What the pages of standing bids say: a line of the list, one bid's story, the preview, the fields for answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from exchange.catalogue import SECTORS
from exchange.instant import MINUTE_US, Instant
from exchange.money import Cents, gross_cents
from exchange.reports import Connection
from exchange.reports.bid_story import Fill, Skip
from exchange.reports.bids import BidRow, next_act
from exchange.reports.preview import DAYS, MOST_LEADS, Bought, Preview
from exchange.reports.pulse import vat_rates
from exchange.web import formats
from exchange.web.bid_fields import codes_of
from exchange.web.bid_form import Wanted
from exchange.web.premises import premises
from exchange.web.rail import bid_name, condition_text, filter_text
from exchange.web.rows import plz_of, short_code
from exchange.web.visit import Visit


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
    note: str
    on: bool
    living: bool


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A purchase or a skip in words."""

    at: str
    lead: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class BidPage:
    """One bid: the line of the list, its terms by caption, what it did."""

    line: ListedBid
    terms: list[tuple[str, str]]
    fills: list[StoryLine]
    skips: list[StoryLine]


@dataclass(frozen=True, slots=True)
class PreviewView:
    """The preview in sentences. ``keeps`` is whether the bid keeps its place, None for a new one."""

    fits: str
    payable: str
    first: str
    past: str
    past_detail: str
    reserves: str
    basis: str
    keeps: bool | None
    bars: list[int]
    """Purchases of each of the last days, the oldest first."""


@dataclass(frozen=True, slots=True)
class QuestionField:
    """One question of the sector: answers to tick (code, caption, ticked), or bounds of a number."""

    key: str
    label: str
    unit: str
    choices: list[tuple[str, str, bool]]
    least: str
    most: str


def listed(connection: Connection, seen: Visit, bid: BidRow) -> ListedBid:
    """A bid as a line, with what it does next or why it does nothing."""
    note = seen.t("bids.used_up") if bid.used_up and bid.state == "active" else ""
    if bid.state == "active" and not note:
        act = next_act(connection, premises().rulebook, seen.viewer, bid, seen.now)
        note = seen.t("bids.acts", at=formats.clock(act[0])) if act else seen.t("bids.waits")
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
        note,
        bid.state == "active",
        bid.living,
    )


def bid_page(connection: Connection, seen: Visit, bid: BidRow, fills: list[Fill], skips: list[Skip]) -> BidPage:
    """Everything about one bid."""
    return BidPage(
        listed(connection, seen, bid),
        terms_text(seen, bid),
        [
            StoryLine(
                formats.moment(fill.at, "minute", seen.lang),
                plz_of(fill.postcode),
                url_for("leads.show", listing_id=fill.listing_id),
                seen.money(fill.ask_cents),
            )
            for fill in fills
        ],
        [
            StoryLine(
                formats.moment(skip.at, "minute", seen.lang),
                plz_of(skip.postcode) if skip.postcode else seen.t("bids.skip.unnamed"),
                "",
                seen.t(f"bids.skip.{skip.reason}"),
            )
            for skip in skips
        ],
    )


def terms_text(seen: Visit, bid: BidRow) -> list[tuple[str, str]]:
    """The terms, caption and value."""
    terms, filters, t = bid.terms, bid.filters, seen.t
    found = [
        (t("bids.limit_net"), seen.money(bid.limit_cents)),
        (t("bids.quantity"), formats.number(bid.quantity, seen.lang)),
        (t("filter.region"), filter_text(seen, bid)),
    ]
    found += [(t("bids.answers"), condition_text(seen, bid.sector, one)) for one in filters.conditions]
    if filters.age_below_us is not None:
        found.append((t("bids.age"), t("bids.age_text", n=filters.age_below_us // MINUTE_US)))
    if terms.budget_cents is not None:
        left = seen.money(terms.budget_cents - bid.spent_cents)
        found.append((t("bids.budget"), t("bids.budget_text", all=seen.money(terms.budget_cents), left=left)))
    for cap in terms.caps:
        most = formats.number(cap.leads, seen.lang) if cap.leads is not None else seen.money(cap.net_cents or 0)
        found.append((t(f"bids.cap.{cap.period}"), most))
    if terms.hours is not None:
        found.append((t("bids.hours"), hours_text(seen, bid)))
    if terms.until_at is not None:
        found.append((t("bids.until"), formats.moment(terms.until_at - 1, "minute", seen.lang)))
    if filters.not_from:
        found.append((t("bids.not_from"), ", ".join(filters.not_from)))
    return found


def hours_text(seen: Visit, bid: BidRow) -> str:
    """``Mo 8:00–12:00, Di 8:00–12:00``."""
    windows = bid.terms.hours.windows if bid.terms.hours else ()
    return ", ".join(
        f"{seen.t(f'bids.weekday.{day}')} {first // 60}:{first % 60:02d}–{end // 60}:{end % 60:02d}"
        for day, first, end in windows
    )


def preview_view(
    connection: Connection, seen: Visit, wanted: Wanted, found: Preview, *, keeps: bool | None
) -> PreviewView:
    """A preview in words and as seven bars."""
    total = sum(one.ask_cents for one in found.past)
    vat_bp = vat_rates(connection)[wanted.sector][0]
    reserved = wanted.quantity * gross_cents(wanted.limit_cents, vat_bp)
    past, detail = seen.t("bids.preview.past_none", days=DAYS), ""
    if found.past:
        past = seen.tn("bids.preview.past", len(found.past), days=DAYS, total=seen.money(total))
        detail = seen.t("bids.preview.median", price=seen.money(_median(found.past)))
    return PreviewView(
        fits=seen.tn("bids.preview.fits", found.fitting),
        payable=seen.tn("bids.preview.payable", found.payable) if found.fitting else "",
        first=_first(seen, found.coming),
        past=past,
        past_detail=detail,
        reserves=seen.t("bids.preview.reserves", price=seen.money(reserved)) if wanted.budget_cents is None else "",
        basis=seen.t("bids.preview.basis" if found.complete else "bids.preview.basis_part", n=MOST_LEADS),
        keeps=keeps,
        bars=_bars(seen.now, found.past),
    )


def _median(bought: tuple[Bought, ...]) -> Cents:
    """The lower median."""
    return sorted(one.ask_cents for one in bought)[(len(bought) - 1) // 2]


def _first(seen: Visit, coming: tuple[Bought, ...]) -> str:
    if not coming:
        return seen.t("bids.preview.first_none")
    first = coming[0]
    price = seen.money(first.ask_cents)
    if first.at <= seen.now:
        return seen.t("bids.preview.first_now", price=price)
    word = formats.clock(first.at)
    if first.at >= formats.midnight(seen.now) + 24 * 60 * MINUTE_US:
        word = formats.moment(first.at, "minute", seen.lang)
    return seen.t("bids.preview.first", at=word, price=price)


def _bars(now: Instant, bought: tuple[Bought, ...]) -> list[int]:
    day_us = 24 * 60 * MINUTE_US
    counts = [0] * DAYS
    for one in bought:
        counts[DAYS - 1 - min((now - one.at) // day_us, DAYS - 1)] += 1
    return counts


def question_fields(seen: Visit, sector: str, answers: Mapping[str, tuple[str, ...]]) -> list[QuestionField]:
    """The sector's questions that a bid can ask answers of: choices, yes or no, numbers."""
    english = seen.lang == "en"
    found = []
    for question in SECTORS[sector].questions if sector in SECTORS else ():
        ticked = answers.get(f"is.{question.key}", ())
        words = {choice.code: choice.label_en if english else choice.label_de for choice in question.choices}
        if question.kind == "yes_no":
            words = {"yes": seen.t("lead.yes"), "no": seen.t("lead.no")}
        if question.kind not in ("choice", "yes_no", "number"):
            continue
        if question.retired and not any(name.partition(".")[2] == question.key for name in answers):
            continue
        found.append(
            QuestionField(
                question.key,
                question.label_en if english else question.label_de,
                question.unit,
                [(code, words[code], code in ticked) for code in codes_of(question)],
                next(iter(answers.get(f"min.{question.key}", ())), ""),
                next(iter(answers.get(f"max.{question.key}", ())), ""),
            )
        )
    return found
