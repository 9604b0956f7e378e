"""The carrier into a folder: one line of JSON a message, for one's own bridge to mail or to a customer system."""

import json
import os
from fcntl import LOCK_EX, flock
from pathlib import Path

from exchange.clock import Clock
from exchange.delivery import Attempt, Message
from exchange.instant import to_text

UNWRITABLE = "spool_unwritable"
_MODE = 0o600


class FileCarrier:
    """Appends to ``messages-YYYY-MM-DD.jsonl``, a file a day (UTC), on the disk before it says so.

    Whoever reads the files goes by the delivery id: after a crash a line may stand there a second time. Old files are
    the reader's to remove.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def deliver(self, message: Message) -> Attempt:
        """Write one line; `UNWRITABLE` where the folder or the disk does not let us."""
        name = f"messages-{to_text(self._clock.now())[:10]}.jsonl"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _append(self._folder / name, (as_json(message) + "\n").encode())
        except OSError:
            return Attempt("failed", UNWRITABLE)
        return Attempt("carried")


def as_json(message: Message) -> str:
    """A message as it leaves the house."""
    said = {
        "id": message.delivery_id,
        "topic": message.topic,
        "organisation": message.organisation,
        "side": message.side,
        "sector": message.sector,
        "seq": message.seq,
        "at": to_text(message.at),
        "names": dict(message.names),
    }
    return json.dumps(said, ensure_ascii=False)


def _append(file: Path, line: bytes) -> None:
    """The whole line or none of it, however many processes write."""
    place = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _MODE)
    try:
        flock(place, LOCK_EX)
        end = os.fstat(place).st_size
        try:
            if os.write(place, line) != len(line):
                raise OSError("the disk is full")
            os.fsync(place)
        except OSError:
            os.ftruncate(place, end)
            raise
    finally:
        os.close(place)
