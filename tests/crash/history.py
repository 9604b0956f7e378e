"""What clients wrote down before they asked and after they were answered, and whether it all can be true.

The judge reads the clients' own notes, not the code under test: an acknowledged sale is in the table once, at that
price, for that buyer; no two orders were given the same sale; no listing sold more seats than it has; and every key,
asked again, says what it said.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.crash.market import Summary, Wish

ASKED, TOLD = "?", "!"


class Journal:
    """One life of one client, line by line; a line that was not finished was never written."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def asked(self, wish: Wish) -> None:
        """Before the call."""
        self._write(ASKED, wish.text())

    def told(self, wish: Wish, answer: Summary) -> None:
        """After the return."""
        self._write(TOLD, json.dumps([wish.key, answer]))

    def _write(self, mark: str, text: str) -> None:
        self._file.write(f"{mark} {text}\n")
        self._file.flush()


@dataclass
class History:
    """All lives together: wishes by key, and the answers they got."""

    wishes: dict[str, Wish] = field(default_factory=dict)
    answers: dict[str, Summary] = field(default_factory=dict)

    @property
    def unanswered(self) -> list[Wish]:
        """Called and not returned, or returned without a decision: may have been done, or not."""
        return [wish for key, wish in self.wishes.items() if key not in self.answers]


def read_history(files: Iterable[Path]) -> History:
    """What the clients' notes say."""
    history = History()
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
            if not line.endswith("\n"):
                continue
            if line.startswith(ASKED):
                wish = Wish.read(line[2:])
                history.wishes[wish.key] = wish
            else:
                key, answer = json.loads(line[2:])
                if all(decided(one) for one in answer):
                    history.answers[key] = answer
    return history


def decided(answer: Summary) -> bool:
    """Whether an order came onto a tape; what was answered at the door did nothing and is kept nowhere."""
    return len(answer) == 2


def fills(answers: Iterable[Summary]) -> Iterator[dict[str, Any]]:
    """Every seat these answers speak of."""
    for answer in answers:
        for one in filter(decided, answer):
            yield from (json.loads(payload) for _, _, kind, payload in one[1] if kind == "filled")


def objections(answers: dict[str, Summary], again: dict[str, Summary], sales: list[dict[str, Any]]) -> list[str]:
    """What cannot be true of these answers, the same keys asked again, and the sales in the table."""
    found = [f"key {key} answered otherwise" for key, answer in answers.items() if again[key] != answer]
    acknowledged = list(fills(again.values()))
    counted = Counter(fill["sale_id"] for fill in acknowledged)
    found += [f"sale {sale} was given to {times} orders" for sale, times in counted.items() if times > 1]
    rows = {row["sale_id"]: row for row in sales}
    for fill in acknowledged:
        row = rows.get(fill["sale_id"])
        if row is None:
            found.append(f"sale {fill['sale_id']} is lost")
        elif any(row[name] != fill[name] for name in ("buyer", "listing_id", "seat", "ask_cents")):
            found.append(f"sale {fill['sale_id']} is another one now")
    taken = Counter((row["listing_id"], row["seats"]) for row in sales)
    found += [f"listing {name} sold {many} of {seats} seats" for (name, seats), many in taken.items() if many > seats]
    twice = Counter((row["sector"], row["person_id"], row["group_id"]) for row in sales)
    return found + [f"{person} was sold twice to {group}" for (_, person, group), many in twice.items() if many > 1]
