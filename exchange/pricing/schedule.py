"""When the asks of one listing come: its table, laid over opening hours and halts (rules.md §2, §6)."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exchange.instant import Instant, from_text, to_text
from exchange.pricing.curve import Curve
from exchange.pricing.hours import Calendar
from exchange.pricing.shape import check
from exchange.pricing.table import PriceTable, compile_table

Halt = tuple[Instant, Instant | None]
"""From, until (excluded); None = still halted."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is fixed when a lead is listed and never changes (rules.md §1). Amounts in net cents."""

    start_cents: int
    floor_cents: int
    tick_cents: int
    curve: Curve
    curve_number: int
    arm_bp: int
    listed_at: Instant
    calendar_version: int
    seats: int

    def __post_init__(self) -> None:
        check(self.seats >= 1, "seats", f"must be at least 1, not {self.seats}")
        check(0 < self.arm_bp <= 10_000, "arm_bp", f"must lie in 1..10000, not {self.arm_bp}")

    def compile(self) -> PriceTable:
        """The table of these terms; raises Invalid for prices off the tick or out of order."""
        return compile_table(self.start_cents, self.floor_cents, self.tick_cents, self.curve)

    def to_payload(self) -> dict[str, Any]:
        """Integers and strings only, the instant as text: for the tape."""
        return {
            "start_cents": self.start_cents,
            "floor_cents": self.floor_cents,
            "tick_cents": self.tick_cents,
            "curve": self.curve.to_payload(),
            "curve_number": self.curve_number,
            "arm_bp": self.arm_bp,
            "listed_at": to_text(self.listed_at),
            "calendar_version": self.calendar_version,
            "seats": self.seats,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "Terms":
        """Read what `to_payload` wrote."""
        read = {"curve": Curve.from_payload(payload["curve"]), "listed_at": from_text(payload["listed_at"])}
        return cls(**{**payload, **read})


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every price of a listing with its instant. ``halts`` are the sector's, in order and apart.

    Halted time is not running time. A halt at t comes after everything due at t, so an elapsed running time
    that is complete at t falls on t; so it does on a closing instant. An instant that waits for a resumption
    nobody knows yet is None.
    """

    table: PriceTable
    listed_at: Instant
    region: str
    calendar: Calendar
    halts: tuple[Halt, ...] = ()
    converts_us: int | None = None
    """Running time after which the listing turns into a shared one: it has no prices from then on."""

    @property
    def ends_us(self) -> int:
        """The running time after which it is open no longer, if nobody buys it."""
        return self.table.duration_us if self.converts_us is None else self.converts_us

    def elapsed_at(self, at_us: Instant) -> int:
        """Running time from the listing to an instant; negative before the listing."""
        if at_us <= self.listed_at:
            return at_us - self.listed_at
        elapsed_us = self.calendar.elapsed_us(self.region, self.listed_at, at_us)
        for from_us, until_us in self.halts:
            start_us = max(from_us, self.listed_at)
            end_us = at_us if until_us is None else min(until_us, at_us)
            if start_us < end_us:
                elapsed_us -= self.calendar.elapsed_us(self.region, start_us, end_us)
        return elapsed_us

    def instant_of(self, elapsed_us: int) -> Instant | None:
        """The earliest instant with so much running time since the listing."""
        at_us, left_us = self.listed_at, elapsed_us
        for from_us, until_us in self.halts:
            if until_us is not None and until_us <= at_us:
                continue
            before_us = self.calendar.elapsed_us(self.region, at_us, from_us) if from_us > at_us else 0
            if left_us <= before_us:
                break
            if until_us is None:
                return None
            at_us, left_us = until_us, left_us - before_us
        return self.calendar.advance(self.region, at_us, left_us)

    @property
    def expires_at(self) -> Instant | None:
        """The end of the running time, or the conversion; None while a halt stands before it."""
        return self.instant_of(self.ends_us)

    def ask_at(self, at_us: Instant) -> int | None:
        """The ask in cents; None outside ``[listed_at, expires_at)``."""
        elapsed_us = self.elapsed_at(at_us)
        return self.table.ask_after(elapsed_us) if 0 <= elapsed_us < self.ends_us else None

    def reached_at(self, limit_cents: int) -> Instant | None:
        """The first instant with ask <= limit; None where there is none or it waits for a resumption."""
        elapsed_us = self.table.reached_after(limit_cents)
        return None if elapsed_us is None or elapsed_us >= self.ends_us else self.instant_of(elapsed_us)

    def next_step(self, at_us: Instant) -> tuple[Instant, int] | None:
        """The first instant after ``at_us`` with a new ask, and that ask; the start counts as one."""
        elapsed_us = self.elapsed_at(at_us)
        index = 0 if elapsed_us < 0 else self.table.step_index(elapsed_us) + 1
        return self._step(index) if index < self.count else None

    def steps(self) -> list[tuple[Instant, int]]:
        """All steps whose instants are known, the start first."""
        known = (self._step(index) for index in range(self.count))
        return [step for step in known if step is not None]

    @property
    def count(self) -> int:
        """How many steps it may come to: one that falls on the conversion comes too late."""
        elapsed = self.table.elapsed_us
        return len(elapsed) if self.converts_us is None else bisect_left(elapsed, self.converts_us)

    def _step(self, index: int) -> tuple[Instant, int] | None:
        step_at = self.instant_of(self.table.elapsed_us[index])
        return None if step_at is None else (step_at, self.table.asks_cents[index])
