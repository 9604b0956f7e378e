"""Proving a database with several processes, a tape at a time each, on one view of it.

What tapes say of wallets concerns all of them: it is set down in files, an organisation's always in the same one of
`BUCKETS`, and compared file by file at the end, by all processes again. So memory holds the open market and a part of
the wallets, not a tape.
"""

import gc
import os
import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, RowMapping

from exchange.errors import TapeBroken
from exchange.ledger import Account, prove_zero
from exchange.money import Cents
from exchange.store.engine import connect
from exchange.store.proof import Proven, Told, check_counts, prove_tape, read_heads
from exchange.store.view import Snapshot, same_view, shared_view
from exchange.store.walletproof import Purse, WalletProof, check_purses, read_wallets

BUCKETS = 64
MOST_NOTES = 100_000
"""Movements and facts a process keeps before it sets them down."""
WORTHWHILE = 50_000
"""Entries below which starting processes takes longer than they save."""

Found = tuple[str, Proven | str, dict[Account, Cents]]
"""A sector; what was proven of it, or what differs; what its accounts hold after it."""
Compared = tuple[int, str | None]
"""A bucket; what differs in the first of its wallets that does."""
Task = dict[str, Any] | int
"""A tape, by its head; or a bucket, whose wallets are to be compared."""


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def prove_apart(url: str, processes: int, told: Told, *, plain: bool = False) -> Iterator[Proven]:
    """What `proof.prove` proves, in so many processes; raises TapeBroken for the first sector that differs."""
    with ExitStack() as held:
        folder = held.enter_context(TemporaryDirectory(prefix="exchange-verify-"))
        engine = connect(url)
        held.callback(engine.dispose)
        crew = held.enter_context(closing(_Crew(url, folder, processes, plain=plain)))
        connection = held.enter_context(shared_view(engine, crew.begin))
        known = read_heads(connection)
        found = crew.prove(known, told)
        balances: dict[Account, Cents] = {}
        moved = 0
        for head in known:
            _, proven, left = found[head["sector"]]
            if isinstance(proven, str):
                raise TapeBroken(proven)
            for account, cents in left.items():
                balances[account] = balances.get(account, 0) + cents
            moved += proven.transfers
            yield proven
        check_counts(connection, entries=sum(head["head_seq"] for head in known), moved=moved)
        prove_zero(balances)
        crew.check_wallets()


class _Crew:
    """The other processes, each with a pipe to tell it what to do and to hear what it found."""

    def __init__(self, url: str, folder: str, processes: int, *, plain: bool) -> None:
        context = get_context("spawn")
        self._pipes: list[Pipe] = []
        self._processes = []
        for number in range(processes):
            ours, theirs = context.Pipe()
            process = context.Process(target=_prover, args=(url, folder, number, theirs, plain), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        for pipe in self._pipes:
            _heard(pipe)

    def begin(self, snapshot: Snapshot) -> None:
        """All begin to read, and have begun."""
        for pipe in self._pipes:
            pipe.send(snapshot)
        for pipe in self._pipes:
            _heard(pipe)

    def prove(self, known: Sequence[RowMapping], told: Told) -> dict[str, Found]:
        """All tapes, the longest first."""
        tapes: list[Task] = [dict(head) for head in sorted(known, key=lambda head: head["head_seq"])]
        return {one[0]: one for one in self._shared(tapes, told)}

    def check_wallets(self) -> None:
        """Compare all wallets with what was set down of them; raises TapeBroken."""
        compared = sorted(self._shared(list(range(BUCKETS)), lambda _: None))
        for _, differs in compared:
            if differs is not None:
                raise TapeBroken(differs)

    def _shared(self, waiting: list[Task], told: Told) -> Iterator[Any]:
        """What the processes find of these tasks, the last one first; whoever is done takes the next."""
        busy = [pipe for pipe in self._pipes if _given(pipe, waiting)]
        while busy:
            ready = wait(busy)
            for pipe in [one for one in busy if one in ready]:
                said = _heard(pipe)
                if isinstance(said, int):
                    told(said)
                    continue
                yield said
                if not _given(pipe, waiting):
                    busy.remove(pipe)

    def close(self) -> None:
        """End them."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.terminate()
            process.join()


def _given(pipe: Pipe, waiting: list[Task]) -> bool:
    if waiting:
        pipe.send(waiting.pop())
        return True
    return False


def _heard(pipe: Pipe) -> int | Found | Compared:
    """What a process says; raises ChildProcessError where it ended instead."""
    try:
        said: int | Found | Compared = pipe.recv()
    except EOFError:
        raise ChildProcessError("a process that verified tapes ended before it was done") from None
    return said


def _prover(url: str, folder: str, number: int, pipe: Pipe, plain: bool) -> None:
    """One of the processes: begins to read when told to, does the tasks it is given until nobody asks any more."""
    gc.disable()  # values of the core hold no circles: looking for some takes a tenth
    engine = connect(url)
    try:
        pipe.send(0)
        with same_view(engine, pipe.recv()) as connection:
            pipe.send(0)
            wallets: Mapping[str, RowMapping] = {}
            while True:
                task = pipe.recv()
                if isinstance(task, int):
                    wallets = wallets or read_wallets(connection)
                    pipe.send((task, _difference(wallets, task, Path(folder))))
                else:
                    pipe.send(_found(connection, task, Path(folder, str(number)), pipe, plain=plain))
    except (EOFError, BrokenPipeError):
        return  # whoever asked has ended
    finally:
        engine.dispose()


def _found(connection: Connection, head: RowMapping, folder: Path, pipe: Pipe, *, plain: bool) -> Found:
    wallets = WalletProof()
    folder.mkdir(exist_ok=True)

    def told(entries: int) -> None:
        pipe.send(entries)
        if wallets.notes > MOST_NOTES:
            _set_down(wallets.take_purses(), folder)

    try:
        proven = prove_tape(connection, head, wallets, told, plain=plain)
    except TapeBroken as broken:
        return head["sector"], str(broken), {}
    _set_down(wallets.take_purses(), folder)
    return head["sector"], proven, {account: cents for account, cents in wallets.balances.items() if cents}


def _set_down(purses: dict[str, Purse], folder: Path) -> None:
    """Add what was collected to its files."""
    buckets: dict[int, dict[str, Purse]] = {}
    for organisation, purse in purses.items():
        buckets.setdefault(_bucket(organisation), {})[organisation] = purse
    for bucket, some in buckets.items():
        with (folder / str(bucket)).open("ab") as file:
            pickle.dump(some, file, pickle.HIGHEST_PROTOCOL)


def _bucket(organisation: str) -> int:
    return crc32(organisation.encode()) % BUCKETS


def _difference(known: Mapping[str, RowMapping], bucket: int, folder: Path) -> str | None:
    """What differs in the first wallet of a bucket that is not what was set down of it."""
    purses: dict[str, Purse] = {}
    for file in sorted(folder.glob(f"*/{bucket}")):
        for some in _read(file):
            for organisation, purse in some.items():
                purses.setdefault(organisation, Purse()).add(purse)
    ours = {organisation for organisation in known if _bucket(organisation) == bucket}
    try:
        check_purses(purses, known, ours | purses.keys())
    except TapeBroken as broken:
        return str(broken)
    return None


def _read(file: Path) -> Iterator[dict[str, Purse]]:
    with file.open("rb") as opened:
        while opened.peek(1):
            yield pickle.load(opened)  # noqa: S301 - written by the processes of this one command
