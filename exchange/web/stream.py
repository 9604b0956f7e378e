"""The live stream: one poller follows all tapes, one bounded queue a viewer (ARCHITECTURE.md, "live board").

The event id is the viewer's place on every tape, so a browser that comes back is handed what it missed, whichever
process it reaches. A viewer that does not read is not waited for: it is told to take a fresh snapshot.
"""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from exchange.reports.tapes import Position, entries_since, position
from exchange.web.events import Event, events_of, frame, position_text, read_position
from exchange.web.premises import Premises

POLL_S = 0.1
BEAT_S = 5.0
CHECK_S = 1.0
KEEP_ALIVE_S = 240.0
MOST_WAITING = 256
MOST_MISSED = 500

log = logging.getLogger("exchange.stream")


@dataclass(eq=False, slots=True)
class Viewer:
    """One open stream: frames that wait, and a bell to ring when there are some."""

    organisation: str
    token: str
    waiting: deque[bytes] = field(default_factory=deque)
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    gone: bool = False
    caught_up: bool = False
    seen: Position = field(default_factory=dict)
    early: list[tuple[str, int, bytes]] = field(default_factory=list)
    """Events that came while what was missed was still being read: some of them are in it already."""

    def hand(self, data: bytes, snapshot: bytes) -> None:
        """Queue a frame; a queue that is full is replaced by the advice to start afresh."""
        if len(self.waiting) >= MOST_WAITING:
            self.waiting.clear()
            data = snapshot
        self.waiting.append(data)
        self.bell.set()

    def tell(self, event: Event, data: bytes, snapshot: bytes) -> None:
        """Queue an event, unless it was among what this viewer had missed."""
        if not self.caught_up:
            self.early.append((event.sector, event.seq, data))
        elif event.seq > self.seen.get(event.sector, 0):
            self.hand(data, snapshot)

    def leave(self) -> None:
        """Let the stream end."""
        self.gone = True
        self.bell.set()


class Hub:
    """Follows the tapes and hands events to viewers. Lives in one event loop; the database is asked in threads."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises
        self._viewers: set[Viewer] = set()
        self._position: Position = {}

    @property
    def viewers(self) -> int:
        """How many streams are open."""
        return len(self._viewers)

    async def run(self) -> None:
        """Poll, beat, check sessions, until cancelled. A failing database is retried, and said in the log."""
        loop = asyncio.get_running_loop()
        beat_at = check_at = alive_at = loop.time()
        while True:
            try:
                if not self._position:
                    self._position = await asyncio.to_thread(self._read_position)
                self._publish(*await asyncio.to_thread(self._follow))
                now = loop.time()
                if now >= beat_at:
                    beat_at = now + BEAT_S
                    self._beat()
                if now >= check_at and self._viewers:
                    check_at = now + CHECK_S
                    await self._check(keep=now >= alive_at)
                    alive_at = now + KEEP_ALIVE_S if now >= alive_at else alive_at
            except asyncio.CancelledError:
                raise
            except Exception:  # the stream of a thousand viewers must outlive one failed question
                log.exception("the live stream could not follow the tapes; trying again")
                await asyncio.sleep(1.0)
            await asyncio.sleep(POLL_S)

    def close(self) -> None:
        """Say goodbye to all viewers at once: the server is stopping."""
        for viewer in list(self._viewers):
            viewer.leave()

    async def join(self, viewer: Viewer, since: str | None) -> None:
        """Let a viewer in: subscribe first, then hand over what was missed, so that nothing falls between."""
        self._viewers.add(viewer)
        missed, viewer.seen = await asyncio.to_thread(self._missed, since)
        if missed is None:
            viewer.waiting.append(self._snapshot(viewer.seen))
        else:
            viewer.waiting.extend(frame(e.kind, e.data) for e in missed if e.concerns(viewer.organisation))
        viewer.waiting.append(self._hello(viewer.seen))
        viewer.waiting.extend(data for sector, seq, data in viewer.early if seq > viewer.seen.get(sector, 0))
        viewer.early.clear()
        viewer.caught_up = True
        viewer.bell.set()

    def part(self, viewer: Viewer) -> None:
        """A viewer has gone."""
        self._viewers.discard(viewer)

    def _read_position(self) -> Position:
        with self._premises.reading() as connection:
            return position(connection)

    def _follow(self) -> tuple[Position, list[Event]]:
        """What is new on the tapes, in one consistent view."""
        with self._premises.reading() as connection:
            heads = position(connection)
            moved = {s: self._position.get(s, 0) for s, seq in heads.items() if seq > self._position.get(s, 0)}
            if not moved:
                return self._position, []
            entries = entries_since(connection, moved, MOST_MISSED)
            if len(entries) == MOST_MISSED:
                last = {entry.sector: entry.seq for entry in entries}
                heads = {sector: last.get(sector, self._position.get(sector, 0)) for sector in heads}
            now = self._premises.clock.now()
            return heads, events_of(connection, self._premises.rulebook, entries, now)

    def _publish(self, reached: Position, events: list[Event]) -> None:
        for event in events:
            self._position = {**self._position, event.sector: event.seq}
            data = frame(event.kind, event.data, position_text(self._position))
            for viewer in self._viewers:
                if event.concerns(viewer.organisation):
                    viewer.tell(event, data, self._snapshot(self._position))
        self._position = reached

    def _missed(self, since: str | None) -> tuple[list[Event] | None, Position]:
        """What happened since a viewer's position; None where that is too much or no position at all."""
        with self._premises.reading() as connection:
            heads = position(connection)
            if since is None:
                return [], heads
            start = read_position(since, heads)
            if start is None:
                return None, heads
            behind = {sector: seq for sector, seq in start.items() if seq < heads[sector]}
            entries = entries_since(connection, behind, MOST_MISSED)
            if len(entries) == MOST_MISSED:
                return None, heads
            now = self._premises.clock.now()
            return events_of(connection, self._premises.rulebook, entries, now), heads

    def _beat(self) -> None:
        data = self._hello(self._position)
        for viewer in self._viewers:
            if viewer.caught_up:
                viewer.hand(data, self._snapshot(self._position))

    def _hello(self, at: Position) -> bytes:
        return frame("hb", {"now": self._premises.clock.now() // 1000}, position_text(at))

    def _snapshot(self, at: Position) -> bytes:
        return frame("snapshot", {}, position_text(at))

    async def _check(self, *, keep: bool) -> None:
        """Streams of sessions that have ended are closed within a second."""
        asked = list(self._viewers)
        tokens = list({viewer.token for viewer in asked})
        still_in = await asyncio.to_thread(self._premises.entrance.still_in, tokens)
        if keep:
            await asyncio.to_thread(self._premises.entrance.keep_alive, sorted(still_in))
        for viewer in asked:
            if viewer.token not in still_in:
                viewer.leave()


async def send_frames(viewer: Viewer, send: Any) -> None:
    """Send what waits, in one piece, until the viewer goes."""
    while not viewer.gone:
        await viewer.bell.wait()
        viewer.bell.clear()
        if viewer.waiting and viewer.caught_up:
            body = b"".join(viewer.waiting)
            viewer.waiting.clear()
            await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
