"""Market statistics over JSON: net cents, microseconds of running time, basis points; null where hidden."""

from marshmallow import fields
from marshmallow.validate import OneOf, Regexp

from exchange.sector import REGIONS
from exchange.web.door.shapes.fields import Form, View, at, cents, one_of, text, whole

_MONTH = Regexp(r"^20[0-9]{2}-(0[1-9]|1[0-2])$")


class StatisticsQuery(Form):
    """What of the statistics."""

    sector = fields.String(
        validate=Regexp(r"^[a-z]{1,20}$"),
        metadata={"description": "One sector; the one that sold last if left out."},
    )
    region = fields.String(
        validate=OneOf(list(REGIONS)), metadata={"description": "ISO 3166-2; all regions if left out."}
    )
    from_month = fields.String(
        validate=_MONTH, metadata={"description": "First month, 2026-09; the last three if left out."}
    )
    until_month = fields.String(
        validate=_MONTH, metadata={"description": "Last month; at most 12 months. The present one if left out."}
    )


class ClaimShareView(View):
    """Sales that were claimed, with a 95 % interval, and whose claim was upheld."""

    filed_bp = whole("Share of sales claimed.")
    low_bp = whole("Lower end.")
    high_bp = whole("Upper end.")
    upheld_bp = whole("Share of sales whose claim was upheld.")


class TimeToSaleView(View):
    """Running time from listing to first sale; null where so many were not sold."""

    first_us = whole("A quarter is sold by then.", allow_none=True)
    median_us = whole("Half.", allow_none=True)
    third_us = whole("Three quarters.", allow_none=True)


class TradeFiguresView(View):
    """What a stretch of days brought; prices are of a seat, buy-outs left out."""

    sales = whole("Seats and buy-outs sold.")
    volume_cents = cents("Net volume.")
    open_cents = cents("First price.", allow_none=True)
    close_cents = cents("Last price.", allow_none=True)
    median_cents = cents("Median price.", allow_none=True)
    claims = fields.Nested(
        ClaimShareView, required=True, allow_none=True, metadata={"description": "Of months whose windows are over."}
    )
    time_to_sale = fields.Nested(
        TimeToSaleView, required=True, allow_none=True, metadata={"description": "Of months that are over."}
    )


class TradeCellView(View):
    """A stretch of days; without figures where nothing was sold or too little to show it."""

    from_at = at("Its beginning.")
    until_at = at("Its end, not included.")
    figures = fields.Nested(TradeFiguresView, required=True, allow_none=True)


class RegionCellView(TradeCellView):
    """The same of one region: a month, in a sector of many sales a day."""

    region = one_of("ISO 3166-2.", *REGIONS)


class TradeMonthView(View):
    """One month: of one region only its own cells."""

    month = text("2026-11, Berlin's.")
    days = fields.List(fields.Nested(TradeCellView), required=True)
    total = fields.Nested(
        TradeCellView, required=True, allow_none=True, metadata={"description": "Null until the month is over."}
    )
    days_left_out = whole("Days with too few sales, or none, that the month does not count.")
    regions = fields.List(fields.Nested(RegionCellView), required=True)


class StatisticsView(View):
    """A sector's market statistics."""

    sector = text()
    region = fields.String(required=True, allow_none=True, metadata={"description": "Null for all."})
    until_at = at("Days before it are told.")
    months = fields.List(fields.Nested(TradeMonthView), required=True)
