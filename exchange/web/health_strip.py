"""The strip above the operators' pages: five figures of the house's health with their limits."""

from dataclasses import dataclass, replace

from exchange.instant import HOUR_US, MINUTE_US, SECOND_US
from exchange.reports.health import LATE_US, SKEW_US, punctuality
from exchange.reports.office import sealing, sold_since
from exchange.reports.outbox import post_figures
from exchange.reports.pulse import halted_sectors
from exchange.reports.vitals import SEALED_LATE_US, minutes
from exchange.store.engine import instant_of
from exchange.store.timekeeper import Timekeeper
from exchange.web import formats
from exchange.web.premises import premises
from exchange.web.visit import Visit
from exchange.web.vital_view import Spark, small_sparks

DRAWN = {"prices": "late_us", "clocks": "apart_us", "sales": "sold", "post": "post_waiting", "audit": "audit_behind_us"}
"""What a tile's line shows of the last hour."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure: ``tone`` is ok, warn or bad."""

    key: str
    tone: str
    name: str
    value: str
    note: str
    spark: Spark | None = None


def health_strip(seen: Visit) -> list[Tile]:
    """How late the price clock is, clocks, sales, messages, the audit log."""
    ours = premises()
    with ours.reading() as connection:
        now = instant_of(connection, ours.clock)
        late_us = max((one.late_us for one in punctuality(connection, now)), default=0)
        apart_us = Timekeeper().read(connection, ours.clock)[1]
        sold, halted = sold_since(connection, now - HOUR_US), len(halted_sectors(connection))
        post, sealed = post_figures(connection, now), sealing(connection, now)
        hour = minutes(connection, now - HOUR_US - MINUTE_US)
    sparks = small_sparks(seen, hour, DRAWN) if hour else {}
    seconds = formats.tenths(late_us, seen.lang) if late_us else "0"
    tiles = [
        _tile(seen, "prices", _tone(late_us, LATE_US, ours.most_late_us), f"{seconds} s", limit=LATE_US // SECOND_US),
        _tile(seen, "clocks", _tone(apart_us, SKEW_US), f"{apart_us // 1_000} ms", limit=SKEW_US // 1_000),
        _tile(seen, "sales", "warn" if halted else "ok", formats.number(sold, seen.lang), halted=halted),
        _tile(seen, "post", "warn" if post.dead else "ok", formats.number(post.waiting, seen.lang), dead=post.dead),
        _tile(
            seen,
            "audit",
            _tone(sealed.behind_us, SEALED_LATE_US),
            formats.number(sealed.waiting, seen.lang),
            sealed=formats.number(sealed.sealed, seen.lang),
        ),
    ]
    return [replace(tile, spark=sparks.get(tile.key)) for tile in tiles]


def _tile(seen: Visit, key: str, tone: str, value: str, **blanks: object) -> Tile:
    return Tile(key, tone, seen.t(f"strip.{key}"), value, seen.t(f"strip.{key}.note", **blanks))


def _tone(figure: int, warn: int, bad: int | None = None) -> str:
    if bad is not None and figure > bad:
        return "bad"
    return "warn" if figure > warn else "ok"
