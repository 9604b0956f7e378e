"""Several processes behind one port: they inherit its socket, and one that dies is replaced.

The parent opens no database and starts no thread, so that it may fork; it only waits. Its socket stays open while
workers come and go: who connects meanwhile waits in its queue instead of being turned away.
"""

import faulthandler
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import NoReturn

AGAIN_S = 1.0
"""Least time between two lives of one worker: one that cannot start is not started without end at full speed."""
GRACE_S = 15.0
"""How long workers that were told to end may take before they are killed, or orphans end themselves."""

_TOLD_BY = (signal.SIGTERM, signal.SIGINT)
"""The signals that end the house in order."""

_Work = Callable[[int, socket.socket], None]
"""What a worker does: its place, the first is 0, and the socket it accepts from. Returns when it was told to end."""


class Workers:
    """``many`` processes that do the same work on one socket, until this one gets SIGTERM or SIGINT."""

    def __init__(self, work: _Work, listening: socket.socket, many: int) -> None:
        self._work = work
        self._listening = listening
        self._many = many
        self._places: dict[int, int] = {}
        self._born: dict[int, float] = {}
        self._ending = False
        self._alive, self._parent = os.pipe()
        """Read by workers: it ends when the parent does, however it ended."""

    def run(self) -> int:
        """Start all, replace who dies, end all when told to; 0 where every one of them ended in order."""
        _be_alone()
        for number in _TOLD_BY:
            signal.signal(number, self._end)
        for place in range(self._many):
            self._start(place)
        failed = 0
        while self._places:
            worker, status = os.wait()
            place = self._places.pop(worker)
            if self._ending:
                failed += os.waitstatus_to_exitcode(status) != 0
            else:
                self._replace(place)
        return 1 if failed else 0

    def _replace(self, place: int) -> None:
        early_s = AGAIN_S - (time.monotonic() - self._born[place])
        if early_s > 0:
            time.sleep(early_s)
        if not self._ending:
            self._start(place)

    def _start(self, place: int) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, _TOLD_BY)  # a child must not run its parent's answer to them
        worker = os.fork()
        if not worker:
            self._become(place)
        self._places[worker], self._born[place] = place, time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TOLD_BY)

    def _become(self, place: int) -> NoReturn:
        """A worker from here on: told to end by SIGTERM, or by the parent's end."""
        code = 1
        try:
            os.close(self._parent)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent tells us
            signal.signal(signal.SIGTERM, leave)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _TOLD_BY)
            threading.Thread(target=self._watch_parent, name="parent", daemon=True).start()
            self._work(place, self._listening)
            code = 0
        except SystemExit as left:
            code = int(left.code or 0)
        except BaseException:
            logging.getLogger(__name__).exception("worker %d could not go on", place)
        finally:
            os._exit(code)

    def _watch_parent(self) -> None:
        """Nobody is left to kill one that does not end: it writes down where it hung and ends itself."""
        os.read(self._alive, 1)
        faulthandler.dump_traceback_later(GRACE_S, exit=True)
        os.kill(os.getpid(), signal.SIGTERM)

    def _end(self, _number: int, _frame: object) -> None:
        """Tell all; a worker that has not ended when its grace is over is killed."""
        if self._ending:
            return
        self._ending = True
        signal.signal(signal.SIGALRM, self._kill)
        signal.setitimer(signal.ITIMER_REAL, GRACE_S)
        self._tell(signal.SIGTERM)

    def _kill(self, _number: int, _frame: object) -> None:
        self._tell(signal.SIGKILL)

    def _tell(self, number: int) -> None:
        for worker in list(self._places):
            os.kill(worker, number)


def _be_alone() -> None:
    """Threads of what was looked at before are over soon; a lock they held would stay locked in a forked process."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(GRACE_S)


def leave(_number: int, _frame: object) -> None:
    """The answer to SIGTERM: what stands in ``finally`` is still done."""
    raise SystemExit(0)


def listen(host: str, port: int) -> socket.socket:
    """A socket that others may be forked with; raises OSError where the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=2_048)
    # inherited by what is accepted; asyncio sees a socket made elsewhere and leaves Nagle's 40 ms between head and body
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.set_inheritable(True)
    return listening
