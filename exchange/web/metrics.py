"""Figures for Prometheus: counted where orders are committed, read from the database when they are asked for."""

import logging
from collections.abc import Callable, Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from exchange.instant import SECOND_US
from exchange.orderbook.outcome import Refused
from exchange.reports.figures import HouseFigures, SectorFigures
from exchange.reports.hooks import HookFigures
from exchange.reports.outbox import PostFigures
from exchange.tape import Numbered, is_order
from exchange.web.crowd import Crowd

TYPE = "text/plain; version=0.0.4; charset=utf-8"
DONE = "done"
"""The outcome of an order that was not refused; all others are codes of rules.md §10."""
BUCKETS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

log = logging.getLogger("exchange.metrics")

_GAUGES: tuple[tuple[str, str, Callable[[SectorFigures], float]], ...] = (
    ("late_seconds", "How late what fell due in the sector is; 0 if nothing is.", lambda one: one.late_us / SECOND_US),
    (
        "clock_behind_seconds",
        "How far the database's clock lies behind what was settled; beyond database.most_back_s nothing is done.",
        lambda one: one.behind_us / SECOND_US,
    ),
    (
        "settled_until_timestamp_seconds",
        "Up to when the sector is settled.",
        lambda one: one.settled_until_at / SECOND_US,
    ),
    ("open_listings", "Listings that can be bought.", lambda one: one.open_listings),
    ("living_bids", "Standing bids that are active or paused.", lambda one: one.living_bids),
)


_POST: tuple[tuple[str, str, Callable[[PostFigures], float]], ...] = (
    ("outbox_waiting", "Messages that have not left the house yet.", lambda post: post.waiting),
    ("outbox_trying", "Of these, those that could not be handed over at least once.", lambda post: post.trying),
    ("outbox_dead", "Messages that were given up.", lambda post: post.dead),
    ("outbox_age_seconds", "Age of the oldest message that waits.", lambda post: post.age_us / SECOND_US),
    (
        "outbox_overdue_seconds",
        "How long the longest due message has not been tried.",
        lambda post: post.overdue_us / SECOND_US,
    ),
)
_HOOKS: tuple[tuple[str, str, Callable[[HookFigures], float]], ...] = (
    ("webhooks_on", "Webhooks that are called.", lambda hooks: hooks.on),
    ("webhooks_failing", "Of these, those whose last call failed.", lambda hooks: hooks.failing),
    ("webhooks_off", "Webhooks that were switched off for failing.", lambda hooks: hooks.off),
    ("webhook_messages_waiting", "Messages that wait for webhooks.", lambda hooks: hooks.waiting),
    ("webhook_messages_dead", "Messages for webhooks that were given up.", lambda hooks: hooks.dead),
    (
        "webhook_overdue_seconds",
        "How long the longest due message for a webhook that works has not been tried.",
        lambda hooks: hooks.overdue_us / SECOND_US,
    ),
)


class Metrics(Collector):
    """Of one process. ``read`` asks the database for figures, ``streams`` says how many streams are open.

    ``apart_us`` says how far this host's clock was from the database's when they were last read.
    """

    def __init__(
        self,
        read: Callable[[], HouseFigures],
        streams: Callable[[], int],
        apart_us: Callable[[], int] = lambda: 0,
        crowd: Crowd | None = None,
    ) -> None:
        self._read = read
        self._streams = streams
        self._apart_us = apart_us
        self._crowd = crowd or Crowd(0)
        self.registry = CollectorRegistry()
        self._orders = Counter(
            "exchange_orders",
            "Orders this process has committed, by kind and outcome: done, or the refusal's code.",
            ("kind", "outcome"),
            registry=self.registry,
        )
        self._commits = Histogram(
            "exchange_commit_seconds",
            "From the last decision of a transaction to its commit, in this process.",
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        self.registry.register(self)

    def committed(self, entered: Sequence[Numbered], took_us: int) -> None:
        """Count one transaction: an order's outcome stands between it and the next order."""
        self._commits.observe(took_us / SECOND_US)
        refusals = {seq: value.code for _, seq, value in entered if isinstance(value, Refused)}
        for _, seq, value in entered:
            if is_order(value):
                self._orders.labels(value.kind, refusals.get(seq + 1, DONE)).inc()

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: otherwise the database would be asked when this is registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """What is read when it is asked for; a database that does not answer is a figure too."""
        yield GaugeMetricFamily("exchange_open_streams", "Live boards open in this process.", self._streams())
        inside = "Requests this process answers, or that wait for one of its workers."
        yield GaugeMetricFamily("exchange_requests_inside", inside, self._crowd.inside)
        turned_away = "Requests this process sent away because too many waited."
        yield CounterMetricFamily("exchange_requests_turned_away", turned_away, self._crowd.turned_away)
        apart_s = self._apart_us() / SECOND_US
        yield GaugeMetricFamily("exchange_clock_apart_seconds", "This host's clock from the database's.", apart_s)
        try:
            found = self._read()
        except Exception:
            log.exception("the database did not answer")
            found = None
        yield GaugeMetricFamily("exchange_database_up", "Whether the database answered.", float(found is not None))
        for name, meaning, value in _GAUGES:
            family = GaugeMetricFamily(f"exchange_{name}", meaning, labels=("sector",))
            for one in found.sectors if found else ():
                family.add_metric((one.sector,), value(one))
            yield family
        if found:
            yield from _house(found)


def _kept(found: HouseFigures) -> Iterator[GaugeMetricFamily]:
    """What keeps the database itself; what this engine does not have, or nobody noted, is no figure."""
    if found.backup_at is not None:
        at_s = found.backup_at / SECOND_US
        yield GaugeMetricFamily("exchange_backup_timestamp_seconds", "When the last backup was noted.", at_s)
    if found.retention_at is not None:
        at_s, meaning = found.retention_at / SECOND_US, "When erasing by age was last noted, once a day at least."
        yield GaugeMetricFamily("exchange_retention_timestamp_seconds", meaning, at_s)
    if found.room is not None:
        meaning = "Free share of the disk the database lies on."
        yield GaugeMetricFamily("exchange_disk_free_ratio", meaning, found.room.share)
    if found.standbys is not None:
        missing = "Synchronous standbys that are asked for and do not follow."
        yield GaugeMetricFamily("exchange_standbys_missing", missing, found.standbys.missing)
        yield GaugeMetricFamily("exchange_standbys", "Servers that follow this one.", found.standbys.there)
        behind = "Log the standby furthest behind has still to replay."
        yield GaugeMetricFamily("exchange_standby_behind_bytes", behind, found.standbys.behind_bytes)


def _house(found: HouseFigures) -> Iterator[GaugeMetricFamily]:
    for name, meaning, value in _POST:
        yield GaugeMetricFamily(f"exchange_{name}", meaning, value(found.post))
    for name, meaning, count in _HOOKS:
        yield GaugeMetricFamily(f"exchange_{name}", meaning, count(found.hooks))
    yield from _kept(found)
    silent = GaugeMetricFamily(
        "exchange_job_silent_seconds",
        "How long ago a job process last said that it lives; one that ended in order is gone.",
        labels=("kind", "host", "pid", "carrier"),
    )
    for one in found.processes:
        silent.add_metric((one.kind, one.host, str(one.pid), one.carrier), one.silent_us / SECOND_US)
    yield silent
