"""Several playings at a time, each in a process forked from the one that has read the tape: nothing is copied or sent.

Whoever asks must have no thread of its own and no open transaction it still needs in the child.
"""

import gc
import os
from collections.abc import Callable, Mapping
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from threading import active_count
from typing import Any, NamedTuple

from exchange.errors import ExchangeError, Invalid

Told = Callable[[int], None]
Task = Callable[[Told], Any]
WORTHWHILE = 20_000
"""Orders below which a process costs more than it saves."""


class _Wrong(NamedTuple):
    """An Invalid on its way through a pipe."""

    field: str
    reason: str


def run_abreast(tasks: Mapping[str, Task], orders: int, told: Told) -> dict[str, Any]:
    """Do all, as many at a time as there are processors; raises the first error of one of them."""
    many = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    apart = many > 1 and orders >= WORTHWHILE and active_count() == 1 and "fork" in get_all_start_methods()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        if not apart:
            return {name: task(told) for name, task in tasks.items()}
        return _forked(dict(tasks), many, told)
    finally:
        gc.enable()
        gc.unfreeze()


def _forked(waiting: dict[str, Task], many: int, told: Told) -> dict[str, Any]:
    context, busy, found = get_context("fork"), dict[Pipe, tuple[str, Any]](), dict[str, Any]()
    try:
        while waiting or busy:
            while waiting and len(busy) < many:
                name = next(iter(waiting))
                ours, theirs = context.Pipe(duplex=False)
                process = context.Process(target=_play, args=(waiting.pop(name), theirs), daemon=True)
                process.start()
                theirs.close()
                busy[ours] = name, process
            for pipe in wait(list(busy)):
                _hear(pipe, busy, found, told)  # type: ignore[arg-type]
    finally:
        for _, process in busy.values():
            process.terminate()
    return found


def _hear(pipe: Pipe, busy: dict[Pipe, tuple[str, Any]], found: dict[str, Any], told: Told) -> None:
    try:
        said = pipe.recv()
    except EOFError:
        raise ExchangeError(f"the playing of {busy[pipe][0]} ended without a word") from None
    if isinstance(said, int):
        return told(said)
    if isinstance(said, _Wrong):
        raise Invalid(said.field, said.reason)
    found[busy[pipe][0]] = said
    busy.pop(pipe)[1].join()
    return None


def _play(task: Task, pipe: Pipe) -> None:
    try:
        pipe.send(task(pipe.send))
    except Invalid as wrong:
        pipe.send(_Wrong(wrong.field, wrong.reason))
