"""The board's filters as they stand in the URL, and back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, cast
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from exchange.catalogue import SECTORS
from exchange.instant import MINUTE_US
from exchange.money import Cents
from exchange.reports.board import MASKED_DIGITS, Question, Sorting
from exchange.sector import REGIONS

MOST_PREFIXES = 20
_EUROS = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?\Z", re.ASCII)
_AFTER = re.compile(r"(-?\d{1,19})~([A-Za-z0-9_.:-]{1,80})\Z", re.ASCII)


def cents_of(text: str) -> Cents | None:
    """What somebody typed as euros: ``48``, ``48,50``, ``48.5``; None where it is no amount."""
    found = _EUROS.match(text.strip().removesuffix("€").strip())
    return None if found is None else int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


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
    seats: Literal["", "exclusive", "shared"] = ""
    age: int | None = None
    sort: Sorting = "age"

    @classmethod
    def read(cls, asked: "MultiDict[str, str]") -> "Filters":
        """From a query string."""
        seats, sort, age = asked.get("seats", ""), asked.get("sort", ""), asked.get("age", "")
        return cls(
            sector=asked.get("sector", "") if asked.get("sector") in SECTORS else "",
            region=tuple(code for code in REGIONS if code in asked.getlist("region")),
            plz=prefixes_of(asked.get("plz", ""), MASKED_DIGITS) or (),
            most=cents_of(asked.get("most", "")),
            seats=cast(Literal["", "exclusive", "shared"], seats if seats in ("exclusive", "shared") else ""),
            age=int(age) if re.fullmatch(r"[1-9][0-9]{0,5}", age) else None,
            sort=cast(Sorting, sort if sort in ("price", "next") else "age"),
        )

    def question(self, after: str = "", ids: tuple[str, ...] = ()) -> Question:
        """The same for the reports; ``after`` is the key of the page before."""
        found = _AFTER.match(after)
        return Question(
            sector=self.sector,
            regions=self.region,
            postcodes=self.plz,
            most_cents=self.most,
            seats=self.seats,
            age_below_us=None if self.age is None else self.age * MINUTE_US,
            sorting=self.sort,
            after=(int(found[1]), found[2]) if found else None,
            ids=ids,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """As name and value, in a fixed order: the same filters are always the same URL."""
        found = [("sector", self.sector), *(("region", code) for code in self.region), ("plz", ",".join(self.plz))]
        if self.most is not None:
            found.append(("most", euros_text(self.most)))
        found += [
            ("seats", self.seats),
            ("age", str(self.age or "")),
            ("sort", "" if self.sort == "age" else self.sort),
        ]
        return [(name, value) for name, value in found if value]

    def query(self, more: Iterable[tuple[str, str]] = ()) -> str:
        return urlencode([*self.pairs(), *more])

    def href(self, path: str, **changed: object) -> str:
        """The board's address with these filters, some of them changed."""
        query = replace(self, **changed).query()  # type: ignore[arg-type]
        return f"{path}?{query}" if query else path


def euros_text(cents: Cents) -> str:
    """``48`` or ``48,50``: as it stands in a field."""
    return str(cents // 100) if cents % 100 == 0 else f"{cents // 100},{cents % 100:02d}"


def after_text(key: tuple[int, str]) -> str:
    """A page key for a URL."""
    return f"{key[0]}~{key[1]}"
