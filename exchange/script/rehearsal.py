"""Plays a script on a desk with a clock of its own, and gathers everything that happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from exchange.clock import SetClock
from exchange.desk import Answer, Desk
from exchange.instant import Instant
from exchange.member import HOUSE
from exchange.orderbook.outcome import Filled, Refused
from exchange.payload import AnyOutcome
from exchange.script.playing import Player, Reply
from exchange.script.script import Script
from exchange.script.setting import Setting
from exchange.script.statement import Claim, Rule, Settle, Timed
from exchange.script.wording import Happened, Sales
from exchange.tape import is_order

_WAKINGS = 200
"""How often the scheduler wakes between two statements before it does the rest at once: a fine tick has thousands
of steps, and by rules.md §8.1 it makes no difference."""


@dataclass(frozen=True, slots=True)
class _TurnedAway:
    """A refusal at the door: it has no number, but its place among the entries of its instant."""

    at: Instant
    sector: str
    turn: int
    refused: Refused


class Rehearsal:
    """One script on one empty desk. ``late``: the scheduler sleeps until the end or a `settle`."""

    def __init__(self, script: Script, desk: Desk, clock: SetClock, *, late: bool = False) -> None:
        self.script = script
        self.desk = desk
        self._clock = clock
        self._late = late
        self._setting = Setting(script)
        self._player = Player(self._setting, desk, self._sales_so_far)
        self._tapes = [HOUSE, *(sector.name for sector in script.sectors)]
        self._read_to: dict[str, int] = {}
        self._entries: list[Happened] = []
        self._turns: dict[tuple[str, int], int] = {}
        self._turned_away: list[_TurnedAway] = []

    def play(self) -> list[Happened]:
        """Set the scene, play every statement, let the scheduler run to the last instant; outcomes in order.

        Raises ScriptError where the desk refuses the set-up.
        """
        self._clock.at_us = self._setting.begins_at
        self._setting.arrange(self.desk)
        self._read_to = {tape: len(self.desk.entries(tape)) for tape in self._tapes}
        for turn, statement in enumerate(self.script.statements):
            self._play(turn, statement)
        if self.script.ends_at is not None:
            self._wake_scheduler(self.script.ends_at)
        return self.happened()

    def happened(self) -> list[Happened]:
        """Every outcome so far, in order of instant, sector name and sequence number."""
        self._read_tapes()
        keyed = [((h.at, h.sector, h.seq or 0, 0), h) for h in self._entries]
        for away in self._turned_away:
            place = (away.at, away.sector, self._last_before(away), 1 + away.turn)
            keyed.append((place, Happened(away.at, away.sector, None, away.refused)))
        return [h for _, h in sorted(keyed, key=lambda one: one[0])]

    def sale_names(self) -> Sales:
        """S1, S2, … by sale id."""
        return {sold.sale_id: name for name, sold in self._sales_so_far().items()}

    def _play(self, turn: int, statement: Timed) -> None:
        # A sale is named by its number among all fills: a claim needs what is due written in every sector.
        if not self._late or isinstance(statement, Settle | Claim | Rule):
            self._wake_scheduler(statement.at)
        self._clock.at_us = statement.at
        for reply in self._player.play(statement):
            self._note(turn, statement.at, reply)

    def _wake_scheduler(self, until: Instant) -> None:
        """What the scheduler does: settle at every due instant; late or tired, all that is due at once."""
        wakings = 0 if self._late else _WAKINGS
        while (due := self._next_due(until)) is not None:
            at, sector = due
            self._clock.at_us = max(at, self._clock.at_us) if wakings else until
            self.desk.settle(sector)
            wakings = max(0, wakings - 1)

    def _next_due(self, until: Instant) -> tuple[Instant, str] | None:
        return min(((at, sector) for sector, at in self.desk.all_due().items() if at <= until), default=None)

    def _note(self, turn: int, at: Instant, reply: Reply) -> None:
        sector, answer = reply
        if isinstance(answer, Answer):
            if not answer.replayed:
                self._turns |= {(sector, entry.seq): turn for entry in answer.entries}
        else:
            self._turned_away.append(_TurnedAway(at, sector, turn, answer))

    def _last_before(self, away: _TurnedAway) -> int:
        """The last entry of its sector that stood when a statement was turned away."""
        earlier = (
            h.seq or 0
            for h in self._entries
            if h.sector == away.sector
            and (h.at < away.at or (h.at == away.at and self._turns.get((h.sector, h.seq or 0), -1) < away.turn))
        )
        return max(earlier, default=0)

    def _read_tapes(self) -> None:
        for tape in self._tapes:
            entries = self.desk.entries(tape, self._read_to[tape] + 1)
            for entry in entries:
                value = entry.value()
                if not is_order(value):
                    self._entries.append(Happened(entry.at, tape, entry.seq, cast(AnyOutcome, value)))
                self._read_to[tape] = entry.seq

    def _sales_so_far(self) -> Mapping[str, Filled]:
        self._read_tapes()
        fills = sorted(
            ((h.at, h.sector, h.seq or 0), h.outcome) for h in self._entries if isinstance(h.outcome, Filled)
        )
        return {f"S{number}": sold for number, (_, sold) in enumerate(fills, 1)}
