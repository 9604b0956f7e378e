"""The board's filters as they stand in the URL, and back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from exchange.catalogue import SECTORS
from exchange.instant import MINUTE_US
from exchange.money import Cents
from exchange.orderbook.filters import Condition
from exchange.reports.question import MASKED_DIGITS, Key, Question, Seats, Sorting, Wanted
from exchange.sector import REGIONS
from exchange.web.amounts import cents_of as cents_of
from exchange.web.amounts import euros_text as euros_text
from exchange.web.bid_fields import conditions_of, conditions_typed

MOST_PREFIXES = 20
_AFTER = re.compile(r"(-?\d{1,19})~([A-Za-z0-9_.:-]{1,80})\Z", re.ASCII)


def prefixes_of(text: str, most_digits: int) -> tuple[str, ...] | None:
    """Postcode prefixes by comma or blank; None where one of them is none."""
    words = [word for word in re.split(r"[,;\s]+", text.strip()) if word]
    if len(words) > MOST_PREFIXES or any(not re.fullmatch(r"[0-9]{1,5}", word) for word in words):
        return None
    return tuple(dict.fromkeys(word[:most_digits] for word in words))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the URL asks for; whatever it says wrongly is left out, never an error page."""

    sector: str = ""
    region: tuple[str, ...] = ()
    plz: tuple[str, ...] = ()
    most: Cents | None = None
    seats: Seats = ""
    age: int | None = None
    conditions: tuple[Condition, ...] = ()
    watched: bool = False
    fit: bool = False
    """Only what one of the firm's own standing bids wants."""
    sort: Sorting = "age"

    @classmethod
    def read(cls, asked: "MultiDict[str, str]") -> "Filters":
        """From a query string."""
        seats, sort, age = asked.get("seats", ""), asked.get("sort", ""), asked.get("age", "")
        sector = asked.get("sector", "") if asked.get("sector") in SECTORS else ""
        typed = {name: tuple(value for value in asked.getlist(name) if value) for name in asked}
        return cls(
            sector=sector,
            region=tuple(code for code in REGIONS if code in asked.getlist("region")),
            plz=prefixes_of(asked.get("plz", ""), MASKED_DIGITS) or (),
            most=cents_of(asked.get("most", "")),
            seats=cast(Seats, seats if seats in ("exclusive", "shared") else ""),
            age=int(age) if re.fullmatch(r"[1-9][0-9]{0,5}", age) else None,
            conditions=(conditions_of(SECTORS[sector], typed) or ()) if sector else (),
            watched=asked.get("watched") == "1",
            fit=asked.get("fit") == "1",
            sort=cast(Sorting, sort if sort in ("price", "next") else "age"),
        )

    def question(
        self,
        after: str = "",
        ids: tuple[str, ...] = (),
        *,
        watcher: str = "",
        fitting: tuple[Wanted, ...] = (),
    ) -> Question:
        """The same for the reports; ``after`` is the key of the page before.

        ``watcher`` is the user whose marks count, ``fitting`` what the firm's bids want: used where they are asked for.
        """
        return Question(
            sector=self.sector,
            regions=self.region,
            postcodes=self.plz,
            most_cents=self.most,
            seats=self.seats,
            age_below_us=None if self.age is None else self.age * MINUTE_US,
            conditions=self.conditions,
            watched_by=watcher if self.watched else "",
            fitting=fitting if self.fit else None,
            sorting=self.sort,
            after=key_of(after),
            ids=ids,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """As name and value, in a fixed order: the same filters are always the same URL."""
        found = [("sector", self.sector), *(("region", code) for code in self.region), ("plz", ",".join(self.plz))]
        if self.most is not None:
            found.append(("most", euros_text(self.most)))
        found += [("seats", self.seats), ("age", str(self.age or ""))]
        if self.conditions:
            typed, _ = conditions_typed(SECTORS[self.sector], self.conditions)
            found += [(name, value) for name, values in typed.items() for value in values]
        found += [
            ("watched", "1" if self.watched else ""),
            ("fit", "1" if self.fit else ""),
            ("sort", "" if self.sort == "age" else self.sort),
        ]
        return [(name, value) for name, value in found if value]

    def query(self, more: Iterable[tuple[str, str]] = ()) -> str:
        return urlencode([*self.pairs(), *more])

    def href(self, path: str, **changed: object) -> str:
        """The board's address with these filters, some of them changed; answers belong to their sector."""
        if changed.get("sector", self.sector) != self.sector:
            changed["conditions"] = ()
        query = replace(self, **changed).query()  # type: ignore[arg-type]
        return f"{path}?{query}" if query else path


def key_of(text: str) -> Key | None:
    """A page key from a URL; None where it is none."""
    found = _AFTER.match(text)
    return (int(found[1]), found[2]) if found else None


def after_text(key: Key) -> str:
    """A page key for a URL."""
    return f"{key[0]}~{key[1]}"
