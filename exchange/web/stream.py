"""The live stream: one reader follows all tapes and tells every open stream what concerns its firm (ARCHITECTURE.md).

The event id is the browser's place on every tape, so one that comes back is told what it missed, whichever process it
reaches. A place says how many entries every tape has, hidden ones among them, and so how busy a sector is; which of
them were about leads a firm may not know of, or how many, it does not say: orders, refusals and bids of all count.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from exchange.reports.tapes import Position, entries_since, position
from exchange.web.billboard import Billboard
from exchange.web.events import Event, events_of, frame, position_text, read_position
from exchange.web.premises import Premises
from exchange.web.recent import MOST_MISSED, Recent, Said, told
from exchange.web.viewer import MOST_AT_A_TIME, Piece, Viewer, piece

POLL_S = 0.1
BEAT_S = 5.0
CHECK_S = 1.0
NOTICES_S = 1.0
CHECKED = 500
CHECKS = 3
"""So many sessions are asked about in one check, or this part of all where that is more: one that has ended is heard of
within seconds, however many are open."""
KEEP_ALIVE_S = 240.0
AHEAD_S = 2.0
"""A page just made may be ahead of the reader by moments; one ahead for longer knows tapes that are no more."""
MOST_AT_ONCE = 200
"""Entries read at one time: a burst is told in parts, so that a slow line is not given all of it at once."""
TURN = 250
"""Streams told before others of this process have their turn."""

log = logging.getLogger("exchange.stream")

_Found = TypeVar("_Found")


class Hub:
    """Follows the tapes and tells the viewers. Lives in one event loop; the database is asked in threads of its own."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises
        self._billboard = Billboard(premises)
        self._firms: dict[str, set[Viewer]] = {}
        self._users: Counter[str] = Counter()
        self._open: set[Viewer] = set()
        self._turn: list[Viewer] = []
        self._telling = asyncio.Lock()
        """Held until everybody has heard: nobody is told a place before what led there."""
        self._recent: Recent | None = None
        self._asked: dict[str, asyncio.Future[tuple[list[Said] | None, Position]]] = {}
        self._reader = ThreadPoolExecutor(1, "stream")
        self._askers = ThreadPoolExecutor(2, "stream-past")
        """Apart from the reader: nobody who comes back keeps the others waiting."""

    @property
    def viewers(self) -> int:
        """How many streams are open."""
        return len(self._open)

    def open_of(self, user_id: str) -> int:
        """How many streams a user has open."""
        return self._users[user_id]

    async def run(self) -> None:
        """Read, beat and check sessions, each at its own pace, until cancelled."""
        await asyncio.gather(
            _again(self._read, POLL_S),
            _again(self._beat, BEAT_S),
            _again(self._check, CHECK_S),
            _again(self._look, NOTICES_S),
        )

    def close(self) -> None:
        """Say goodbye to all viewers at once: the server is stopping."""
        for viewer in list(self._open):
            viewer.leave()

    # --- coming and going ---------------------------------------------------------------------------------------

    def count(self, viewer: Viewer) -> None:
        """A stream is opened; from here on it counts, though it is told nothing before it has joined."""
        self._open.add(viewer)
        self._users[viewer.user_id] += 1

    async def join(self, viewer: Viewer, since: str | None) -> None:
        """Tell what was missed since a place, then all that comes: nothing falls between, nothing is told twice."""
        while self._recent is None:
            await asyncio.sleep(POLL_S)
        missed = await self._missed(self._recent, viewer.organisation, since)
        # Nothing is awaited from here on: what was read above is all there is.
        hello = self._hello(self._recent)
        snapshot = self._snapshot(self._recent)
        if missed is None or len(missed) > MOST_AT_A_TIME:
            missed = snapshot.body
        if missed:
            viewer.tell(piece(missed), snapshot)
        viewer.tell(piece(hello + self._billboard.greeting()), snapshot)
        self._firms.setdefault(viewer.organisation, set()).add(viewer)

    def part(self, viewer: Viewer) -> None:
        """A viewer has gone."""
        self._open.discard(viewer)
        self._users[viewer.user_id] -= 1
        if not self._users[viewer.user_id]:
            del self._users[viewer.user_id]
        others = self._firms.get(viewer.organisation, set())
        others.discard(viewer)
        if not others:
            self._firms.pop(viewer.organisation, None)

    async def _missed(self, recent: Recent, organisation: str, since: str | None) -> bytes | None:
        """What a firm has missed; None where a fresh page is the answer."""
        if since is None:
            return b""
        place = read_position(since, recent.position)
        if place is None or not await self._reached(recent, place):
            return None
        if recent.remembers(place):
            return recent.since(place, organisation)
        said, until = await self._from_tapes(since)
        mine = None if said is None else told(said, organisation)
        if mine is None or not await self._reached(recent, until) or not recent.remembers(until):
            return None
        later = recent.since(until, organisation)
        return None if later is None else mine + later

    async def _reached(self, recent: Recent, place: Position) -> bool:
        loop = asyncio.get_running_loop()
        patience_s = loop.time() + AHEAD_S
        while not recent.covers(place) and loop.time() < patience_s:
            await asyncio.sleep(POLL_S / 2)
        return recent.covers(place)

    async def _from_tapes(self, since: str) -> tuple[list[Said] | None, Position]:
        """What the tapes say since a place; one question for all who ask the same."""
        if since not in self._asked:
            found = asyncio.ensure_future(self._in_thread(self._askers, lambda: self._past(since)))
            self._asked[since] = found
            found.add_done_callback(lambda _: self._asked.pop(since))
        return await asyncio.shield(self._asked[since])

    def _past(self, since: str) -> tuple[list[Said] | None, Position]:
        with self._premises.reading() as connection:
            heads = position(connection)
            start = read_position(since, heads) or heads
            behind = {sector: seq for sector, seq in start.items() if seq < heads[sector]}
            entries = entries_since(connection, behind, MOST_MISSED)
            if len(entries) == MOST_MISSED:
                return None, heads
            now = self._premises.clock.now()
            events = events_of(connection, self._premises.rulebook, entries, now)
        return [Said(event, frame(event.kind, event.data)) for event in events], heads

    # --- what happens -------------------------------------------------------------------------------------------

    async def _read(self) -> bool:
        """Tell what is new; whether there is more."""
        if self._recent is None:
            self._recent = Recent(await self._in_thread(self._reader, self._heads))
        known = self._recent.position
        reached, events, more = await self._in_thread(self._reader, lambda: self._new(known))
        if reached != known:
            async with self._telling:
                await self._publish(self._recent.add(events, reached), self._snapshot(self._recent))
        return more

    def _heads(self) -> Position:
        with self._premises.reading() as connection:
            return position(connection)

    def _new(self, known: Position) -> tuple[Position, list[Event], bool]:
        """What is new on the tapes, in one consistent view."""
        with self._premises.reading() as connection:
            heads = position(connection)
            moved = {sector: known.get(sector, 0) for sector, seq in heads.items() if seq > known.get(sector, 0)}
            if not moved:
                return known, [], False
            entries = entries_since(connection, moved, MOST_AT_ONCE)
            more = len(entries) == MOST_AT_ONCE
            if more:
                last = {entry.sector: entry.seq for entry in entries}
                heads = {sector: last.get(sector, known.get(sector, 0)) for sector in heads}
            events = events_of(connection, self._premises.rulebook, entries, self._premises.clock.now())
        return heads, events, more

    async def _publish(self, said: list[Said], snapshot: Piece) -> None:
        """Bytes are put together once for all firms that are told the same."""
        pieces: dict[tuple[bytes, ...], Piece] = {}
        for firm, viewers in [(firm, list(viewers)) for firm, viewers in self._firms.items()]:
            mine = tuple(one.data for one in said if one.event.concerns(firm))
            if mine:
                if mine not in pieces:
                    pieces[mine] = piece(b"".join(mine))
                await _tell(viewers, pieces[mine], snapshot)

    async def _look(self) -> bool:
        """Tell everybody what operators say, once it is another thing."""
        news = self._billboard.turn(await self._in_thread(self._askers, self._billboard.read))
        if news is not None and self._recent is not None:
            async with self._telling:
                await _tell(self._everybody(), piece(news), self._snapshot(self._recent))
        return False

    async def _beat(self) -> bool:
        now_s = asyncio.get_running_loop().time()
        for viewer in self._everybody():
            if viewer.is_deaf(now_s):
                viewer.drop()
        async with self._telling:
            if self._recent is not None:
                await _tell(self._everybody(), piece(self._hello(self._recent)), self._snapshot(self._recent))
        return False

    def _hello(self, recent: Recent) -> bytes:
        return frame("hb", {"now": self._premises.clock.now() // 1000}, position_text(recent.position))

    def _snapshot(self, recent: Recent) -> Piece:
        return piece(frame("snapshot", {}, position_text(recent.position)))

    # --- sessions -----------------------------------------------------------------------------------------------

    async def _check(self) -> bool:
        """Ask about some of the sessions, in turn; let go whose session has ended."""
        if not self._turn:
            self._turn = self._everybody()
        some = self._turn[: max(CHECKED, -(-self.viewers // CHECKS))]
        self._turn = self._turn[len(some) :]
        entrance, now_s = self._premises.entrance, asyncio.get_running_loop().time()
        tokens = list({viewer.token for viewer in some})
        holding = await self._in_thread(self._askers, lambda: entrance.followers(tokens)) if tokens else {}
        for viewer in some:
            if viewer.token not in holding:
                viewer.leave()
        kept = [viewer for viewer in some if not viewer.gone and now_s - viewer.kept_s >= KEEP_ALIVE_S]
        if kept:
            alive = list({viewer.token for viewer in kept})
            await self._in_thread(self._askers, lambda: entrance.keep_alive(alive))
        for viewer in kept:
            viewer.kept_s = now_s
        return False

    def _everybody(self) -> list[Viewer]:
        return [viewer for viewers in self._firms.values() for viewer in viewers]

    @staticmethod
    async def _in_thread(threads: ThreadPoolExecutor, work: Callable[[], _Found]) -> _Found:
        return await asyncio.get_running_loop().run_in_executor(threads, work)


async def _again(work: Callable[[], Awaitable[bool]], pause_s: float) -> None:
    """Do it without end, at once where there is more to do. What fails is said in the log and tried again."""
    while True:
        more = False
        try:
            more = await work()
        except Exception:  # the stream of a thousand viewers must outlive one failed question
            log.exception("the live stream could not follow the tapes; trying again")
            await asyncio.sleep(1.0)
        await asyncio.sleep(0 if more else pause_s)


async def _tell(viewers: Iterable[Viewer], said: Piece, snapshot: Piece) -> None:
    """The same to many, with pauses in which this process does what else it is asked for."""
    for number, viewer in enumerate(viewers, 1):
        viewer.tell(said, snapshot)
        if not number % TURN:
            await asyncio.sleep(0)
