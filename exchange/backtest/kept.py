"""What a checked period came to, kept for the next back-test of it: its own side, and what truly happened.

A file is found again only by the whole of what was read from the tape, the period, and the text of the program that
decides; so whatever was proven then holds now. It holds names of listings, times and sums: nothing personal.
"""

import json
from array import array
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path

from exchange.backtest.fates import Fates
from exchange.backtest.recorded import Recorded, Truth
from exchange.instant import Instant

MOST_FILES = 4
_COLUMNS = ("listed_at", "seats", "sold", "net_cents", "first_us", "over")
_DECIDING = ("orderbook", "pricing", "backtest", ".")
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Checked:
    """A period decided anew on its own terms, and when that was; ``own`` is it without instant buyers."""

    truth: Truth
    own: Fates
    checked_at: Instant


class Kept:
    """A folder of checked periods, the last few of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, key: str) -> Checked | None:
        """What was kept under a key; None where nothing was, or where the file is not as it was written."""
        path = self._folder / key
        if not path.is_file():
            return None
        told = path.read_bytes()
        body = told[_DIGEST_BYTES:]
        return _read(body) if sha256(body).digest() == told[:_DIGEST_BYTES] else None

    def keep(self, key: str, checked: Checked) -> None:
        """Write a whole file or none, and throw away the oldest where they are too many."""
        body = _written(checked)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = self._folder / f"{key}.half"
        half.write_bytes(sha256(body).digest() + body)
        half.replace(self._folder / key)
        files = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in files[MOST_FILES:]:
            old.unlink(missing_ok=True)


def key_of(recorded: Recorded, since: Instant, until: Instant) -> str:
    """The name of a period of a tape under this program."""
    told = f"{_program()} {recorded.sector} {since} {until} {recorded.digest.hexdigest()}"
    return sha256(told.encode()).hexdigest()


def _program() -> str:
    digest, package = sha256(), Path(__file__).parent.parent
    for path in sorted(chain.from_iterable((package / room).glob("*.py") for room in _DECIDING)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _written(checked: Checked) -> bytes:
    truth, own = checked.truth, checked.own
    head = {
        "checked_at": checked.checked_at,
        "outcomes": truth.outcomes,
        "names": [truth.fates.names, own.names],
    }
    columns = [getattr(fates, name) for fates in (truth.fates, own) for name in _COLUMNS]
    parts = [json.dumps(head).encode(), *(column.tobytes() for column in (*columns, truth.curves, truth.arms_bp))]
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def _read(body: bytes) -> Checked:
    parts, place = [], 0
    while place < len(body):
        length = int.from_bytes(body[place : place + 8], "big")
        parts.append(body[place + 8 : place + 8 + length])
        place += 8 + length
    head, columns = json.loads(parts[0]), parts[1:]
    sides = [Fates(names=names) for names in head["names"]]
    for number, (side, name) in enumerate((side, name) for side in sides for name in _COLUMNS):
        getattr(side, name).frombytes(columns[number])
    curves, arms_bp = array("l"), array("l")
    curves.frombytes(columns[-2])
    arms_bp.frombytes(columns[-1])
    return Checked(Truth(sides[0], head["outcomes"], None, curves, arms_bp), sides[1], head["checked_at"])
