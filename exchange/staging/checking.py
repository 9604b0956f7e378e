"""What a row of a delivery is worth: the same checks as every lead's (`admission`), then who asked already.

Errors keep a row from the market, hints ask its supplier once, a duplicate is left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from exchange.admission import Admitted, BatchRules, Defect, check, fingerprints
from exchange.admission.likeness import traces
from exchange.admission.reading import folded
from exchange.instant import DAY_US
from exchange.intake.drafts import LONGEST_CELL, draft_from, lead_id
from exchange.intake.normalise import postcode_of
from exchange.postcodes import places_of
from exchange.staging.delivery import KEPT, RAW, Verdict

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks the rows of one delivery against the rules of one instant."""

    delivery_id: str
    rules: BatchRules
    fingerprint: Callable[[str], str]

    def listing_id(self, row: int) -> str:
        """The lead's id: the same row of the same delivery is always the same lead."""
        return lead_id(f"{self.rules.sector.code}:{self.rules.supplier}:{self.delivery_id}:{row}")

    def admitted(self, row: int, texts: Texts) -> Admitted | tuple[Defect, ...]:
        """The lead a row makes, or its defects."""
        if RAW in texts:
            return (Defect(row, "row", "cells", texts[RAW].partition(" ")[0]),)
        long = tuple(name for name, text in texts.items() if len(text) > LONGEST_CELL)
        if long:
            return tuple(Defect(row, name, "too_long", str(LONGEST_CELL)) for name in long)
        said = {name: text for name, text in texts.items() if name != KEPT}
        questions = (question.key for question in self.rules.sector.questions)
        return check(draft_from(row, said, questions, self.listing_id(row)), self.rules)

    def verdict(self, row: int, texts: Texts) -> Verdict:
        """Ready, error or hint; whether it is a duplicate others decide who know the other rows."""
        found = self.admitted(row, texts)
        if not isinstance(found, Admitted):
            return Verdict("error", found)
        phone, email = fingerprints(found.contact, self.fingerprint)
        asks = bool(found.notices) and KEPT not in texts
        like = () if KEPT in texts else traces(found.contact, self.fingerprint)
        return Verdict("hint" if asks else "ready", found.notices if asks else (), (phone, email), like)

    def in_stock(self, row: int, verdict: Verdict) -> Verdict:
        """The verdict of a row whose enquirer was delivered before."""
        window = str(self.rules.sector.duplicate_window_us // DAY_US)
        return Verdict("duplicate", (Defect(row, "person", "duplicate_in_stock", window),), verdict.prints)


def in_file(row: int, first: int, verdict: Verdict) -> Verdict:
    """The verdict of a row whose enquirer another row of the file has."""
    return Verdict("duplicate", (Defect(row, "person", "duplicate_in_file", str(first)),), verdict.prints)


def like_in_file(row: int, first: int, verdict: Verdict) -> Verdict:
    """The verdict of a row whose enquirer looks like that of another row."""
    warned = Defect(row, "person", "alike_in_file", str(first))
    return Verdict("hint", (*verdict.findings, warned), verdict.prints, verdict.traces)


def suggestion(texts: Texts) -> str | None:
    """The city that is meant, where that is certain: the postcode has one place, or one that is nearly spelled so."""
    postcode, city = _postcode(texts), folded(texts.get("city", ""))
    places = places_of(postcode)
    by_name = {folded(place): place for place in places}
    near = get_close_matches(city, by_name, n=2, cutoff=0.75)
    if len(near) == 1:
        return by_name[near[0]]
    return places[0] if len(places) == 1 else None


def is_misspelled(texts: Texts, meant: str) -> bool:
    """Whether a city is a slip of the pen rather than another place."""
    return bool(get_close_matches(folded(texts.get("city", "")), [folded(meant)], cutoff=0.75))


def _postcode(texts: Texts) -> str:
    return postcode_of(texts.get("postcode", "").partition(" ")[0])


def cell_of(field: str, texts: Texts) -> str:
    """Which cell of a row a finding is about: a name may stand in one cell, a number under mobile."""
    if field == "phone" and not texts.get("phone") and texts.get("mobile"):
        return "mobile"
    if field == "last_name" and not texts.get("last_name") and texts.get("full_name"):
        return "full_name"
    return field
