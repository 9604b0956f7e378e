"""An exchange that answers on a port of this machine, in a thread, by a clock that can be moved."""

import socket
import time
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

from exchange.instant import Instant
from exchange.web.app import create_app
from exchange.web.asgi import Doors
from exchange.web.serve import Server
from tests.web.market import NOW, Market


class MovingClock:
    """Runs, can be moved, and can be made to stand: then only who moves it lets time go by.

    ``slow`` is how many times slower than others it runs.
    """

    def __init__(self, at_us: Instant, slow: int = 1) -> None:
        self._stands = False
        self._slow = slow
        self.set(at_us)

    def now(self) -> Instant:
        return self._from + self._run_us()

    def move(self, by_us: int) -> None:
        self._from += by_us

    def set(self, at_us: Instant) -> None:
        self._from = at_us - self._run_us()

    def stand(self) -> None:
        at_us, self._stands = self.now(), True
        self.set(at_us)

    def _run_us(self) -> int:
        return 0 if self._stands else time.monotonic_ns() // (1000 * self._slow)


class Running:
    """An exchange that answers on a port of this machine."""

    def __init__(self, path: Path, at_us: Instant = NOW, *, slow: int = 1, **changed: Any) -> None:
        self.clock = MovingClock(at_us, slow)
        self.market = Market(f"sqlite:///{path}", self.clock)
        self.desk = self.market.desk
        premises = replace(self.market.premises(), **changed)
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.doors = Doors(create_app(premises), premises)
        self._server = Server(self.doors, host="127.0.0.1", port=0)
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [self._socket]})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def start(self) -> None:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        self.doors.hub.close()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
        self.desk.store.close()
