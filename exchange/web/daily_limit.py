"""The limit a firm sets for itself, in words: how much of today's is used, what was announced, what a change means."""

from dataclasses import dataclass

from exchange.calendars import berlin_day
from exchange.instant import Instant
from exchange.money import Cents
from exchange.reports.money import WalletRow
from exchange.web import formats
from exchange.web.amounts import euros_text
from exchange.web.visit import Visit


@dataclass(frozen=True, slots=True)
class LimitView:
    """``share`` in per cent; ``reached``: nothing is left, and when it will be free again."""

    limit: str = ""
    spent: str = ""
    left: str = ""
    share: int = 0
    reached: str = ""
    later: str = ""
    typed: str = ""


def limit_view(seen: Visit, wallet: WalletRow) -> LimitView:
    """The firm's own limit today."""
    limit_cents, later = wallet.limit.at(seen.now), _later(seen, wallet)
    if limit_cents is None:
        return LimitView(spent=seen.money(wallet.instant_cents), later=later)
    left_cents = max(limit_cents - wallet.instant_cents, 0)
    return LimitView(
        limit=seen.money(limit_cents),
        spent=seen.money(wallet.instant_cents),
        left=seen.money(left_cents),
        share=min(100, 100 * wallet.instant_cents // limit_cents),
        reached=seen.t("wallet.reached") if left_cents == 0 else "",
        later=later,
        typed=euros_text(limit_cents),
    )


def _later(seen: Visit, wallet: WalletRow) -> str:
    """A limit that was raised today and holds from tomorrow on."""
    limit = wallet.limit
    if limit.later_at is None or limit.later_at <= seen.now:
        return ""
    at = formats.moment(limit.later_at, "full", seen.lang)
    if limit.later_cents is None:
        return seen.t("wallet.limit_none_from", at=at)
    return seen.t("wallet.limit_from", limit=seen.money(limit.later_cents), at=at)


def announced(seen: Visit, wallet: WalletRow, limit_cents: Cents | None) -> str:
    """What confirming a change would do."""
    ends_at: Instant = berlin_day(seen.now)[1]
    changed = wallet.limit.changed(limit_cents, seen.now, ends_at)
    at = formats.moment(ends_at, "full", seen.lang)
    if changed.later_at is None:
        return seen.t("wallet.limit_at_once", limit=seen.money(limit_cents or 0))
    if limit_cents is None:
        return seen.t("wallet.limit_none_from", at=at)
    return seen.t("wallet.limit_from", limit=seen.money(limit_cents), at=at)
