"""docs/admission.md says which checks there are, in which order, in which words: it is held to that here."""

import re
from pathlib import Path

from exchange.admission import REASONS, check
from exchange.admission.quarantine import CODES
from tests.admission.drafts import NOW, RULES, draft

PAGE = (Path(__file__).parents[2] / "docs" / "admission.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| [^|]+ \| `(\w+)` \| (\w+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
STEPS = {code: int(step) for step, code, _, _ in ROWS}


def test_every_code_stands_there_once_in_its_words() -> None:
    assert sorted(code for _, code, _, _ in ROWS) == sorted(REASONS)
    assert {code: words for _, code, _, words in ROWS} == {
        code: german.replace("{detail}", "…") for code, (german, _) in REASONS.items()
    }


def test_findings_come_in_that_order() -> None:
    spoiled = draft(
        texts={"note": "x" * 5_000, "postcode": "8033", "consent_text": "kurz", "consent_url": "nirgends",
               "start_price": "viel", "seats": "99"},
        answers={"roof": "Kuppel", "kwh": "viele"},
        phone="", unread=(("phone", "phone_letters"),), asked_at=NOW + 1,
    )  # fmt: skip
    found = check(spoiled, RULES)
    assert isinstance(found, tuple)
    codes = [one.code for one in found]
    assert codes == ["phone_letters", "too_long", "postcode_form", "choice", "number", "future", "wording_short", "url",
                     "price", "seats"]  # fmt: skip
    steps = [STEPS[code] for code in codes[1:]]
    assert steps == sorted(steps)


def test_every_rule_of_the_quarantine_stands_there() -> None:
    assert re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", PAGE, re.MULTILINE) == list(CODES)
