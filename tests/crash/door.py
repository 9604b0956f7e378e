"""A buyer's machine: logs in like a browser, buys with keys, keeps notes, asks again with the same key."""

import json
import re
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import IO, Any

PASSWORD = "drei Ziegel fielen vom Dach"
PATIENCE_S = 60.0
UNDECIDED = (429, 503)
"""Answers after which the same key may be asked again: nothing is known to be done."""

_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


def address_of(number: int) -> str:
    """The n-th buyer's."""
    return f"kunde{number}@handel.example"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One purchase as it is written down before it is sent."""

    key: str
    listing: str
    most_cents: int


@dataclass(frozen=True, slots=True)
class Told:
    """What was answered: the status, and of the body what stays true for ever."""

    status: int
    code: str = ""
    reason: str = ""
    sale: str = ""
    ask_cents: int = 0


class Door:
    """One user's way in. Each request is a connection of its own: no worker is preferred."""

    def __init__(self, port: int, number: int) -> None:
        self._port = port
        self._number = number
        self._cookie = ""
        self._token = ""

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One request; raises OSError or HTTPException where no whole answer came."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_S)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, sent | {"Cookie": self._cookie, "Connection": "close"})
            answer = connection.getresponse()
            cookies = answer.headers.get_all("Set-Cookie") or []
            for cookie in cookies:
                if cookie.startswith("session="):
                    self._cookie = cookie.partition(";")[0]
            return answer.status, dict(answer.headers), answer.read()
        finally:
            connection.close()

    def enter(self) -> None:
        """Log in, and learn the form token of the pages."""
        self._token = self._token_of("/anmelden")
        form = f"email={address_of(self._number)}&password={PASSWORD.replace(' ', '+')}&csrf_token={self._token}"
        kind = "application/x-www-form-urlencoded"
        status, _, _ = self.ask("POST", "/anmelden", form.encode(), Content_Type=kind)
        if status != 302:
            raise AssertionError(f"log-in was answered {status}")
        self._token = self._token_of("/markt")

    def buy(self, wanted: Wanted) -> Told:
        """Ask once. Raises OSError or HTTPException where it is unknown what became of it."""
        status, _, body = self.ask(
            "POST",
            f"/api/v1/leads/{wanted.listing}/buy",
            json.dumps({"most_cents": wanted.most_cents}).encode(),
            Content_Type="application/json",
            X_CSRFToken=self._token,
            Idempotency_Key=wanted.key,
        )
        said: dict[str, Any] = json.loads(body)
        if status == 200:
            return Told(status, sale=said["sale_id"], ask_cents=said["ask_cents"])
        return Told(status, said["code"], said.get("reason", ""))

    def stream(self) -> HTTPConnection:
        """An open live board; the caller reads and closes it."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_S)
        connection.request("GET", "/stream", headers={"Cookie": self._cookie})
        return connection

    def _token_of(self, path: str) -> str:
        _, _, body = self.ask("GET", path)
        found = _TOKEN.search(body.decode())
        if found is None:
            raise HTTPException(f"{path} has no form token")
        return found[1]


@dataclass
class Notes:
    """What one client wanted and was told, in memory and on paper: the paper is what is judged."""

    file: IO[str]
    wanted: dict[str, Wanted] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)

    def want(self, one: Wanted) -> None:
        """Before the first request."""
        self.wanted[one.key] = one
        self._write("?", asdict(one))

    def tell(self, one: Wanted, answer: Told) -> None:
        """After an answer that decides."""
        self.told[one.key] = answer
        self._write("!", {"key": one.key} | asdict(answer))

    def _write(self, mark: str, what: dict[str, Any]) -> None:
        self.file.write(f"{mark} {json.dumps(what)}\n")
        self.file.flush()
