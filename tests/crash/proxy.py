"""A wire between clients and a PostgreSQL that can be cut, frozen, or lose the answers to commits."""

import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread

from sqlalchemy import make_url

_PIECE = 65_536
_READS, _BEGINS, _COMMITS = b"REPEATABLE READ", b"BEGIN", b"COMMIT"


class Proxy:
    """Listens on a port of its own; each connection is handed on to a server's socket, byte by byte."""

    def __init__(self, server: Path) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open = Event()
        self._open.set()
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = Lock()
        self.lose: Callable[[], str] = lambda: ""
        """Asked at each commit of a writer: '' lets it pass, 'answer' loses only what the server says to it, 'wire'
        cuts as soon as the commit is on its way."""
        self.lost = 0
        Thread(target=self._accept, daemon=True).start()

    def url_of(self, url: str) -> str:
        """The same database by this wire."""
        here = make_url(url).set(host="127.0.0.1", port=self.port, query={})
        return here.render_as_string(hide_password=False)

    def freeze(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self._open.clear()

    def thaw(self) -> None:
        """On it goes, with whatever waited."""
        self._open.set()

    def cut(self) -> None:
        """End every connection that there is."""
        with self._lock:
            pairs = list(self._pairs)
        for pair in pairs:
            self._end(pair)

    def close(self) -> None:
        """End all, take no more."""
        self._listener.close()
        self.thaw()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                try:
                    server.connect(str(self._server))
                except OSError:
                    client.close()
                    server.close()
                    continue
                pair = (client, server)
                with self._lock:
                    self._pairs.add(pair)
                wire = _Wire(self, pair)
                Thread(target=wire.forth, daemon=True).start()
                Thread(target=wire.back, daemon=True).start()

    def _end(self, pair: tuple[socket.socket, socket.socket]) -> None:
        with self._lock:
            self._pairs.discard(pair)
        for end in pair:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def wait_until_open(self) -> None:
        """For a wire with something to pass on."""
        self._open.wait()

    def ended(self, pair: tuple[socket.socket, socket.socket]) -> None:
        """One end hung up: so does the other."""
        self._end(pair)


class _Wire:
    """One connection: two threads, one for each direction."""

    def __init__(self, proxy: Proxy, pair: tuple[socket.socket, socket.socket]) -> None:
        self._proxy, self._pair = proxy, pair
        self._client, self._server = pair
        self._reads = False
        self._swallow = False

    def forth(self) -> None:
        with suppress(OSError):
            while piece := self._client.recv(_PIECE):
                self._proxy.wait_until_open()
                if _BEGINS in piece:
                    self._reads = _READS in piece
                loses = self._proxy.lose() if _COMMITS in piece and not self._reads else ""
                self._proxy.lost += bool(loses)
                self._swallow = loses == "answer"
                self._server.sendall(piece)
                if loses == "wire":
                    break
        if not self._swallow:
            self._proxy.ended(self._pair)

    def back(self) -> None:
        with suppress(OSError):
            while piece := self._server.recv(_PIECE):
                self._proxy.wait_until_open()
                if self._swallow:
                    break
                self._client.sendall(piece)
        self._proxy.ended(self._pair)
