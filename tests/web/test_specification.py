"""The pages for suppliers' programmers say what the forms take, and their example is answered as they show."""

import json
import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from exchange.admission import REASONS
from exchange.catalogue import SECTORS
from exchange.intake.columns import REQUIRED, fields_of
from exchange.staging.outcomes import STATES
from exchange.staging.sandbox import magic
from exchange.web.door.reading import loaded
from exchange.web.door.shapes.lead_forms import BATCHES, LEADS
from exchange.web.door.shapes.lead_members import batch_of, example_of, members_of
from exchange.web.openapi import document
from tests.web.calls import Machine
from tests.web.conftest import Visitor
from tests.web.market import Market
from tests.web.people import BY_ROLE

APART = {"start_price", "floor_price", "seats"}


@pytest.fixture
def nord(visitor: Visitor) -> FlaskClient:
    return visitor(BY_ROLE["supplier"])


def test_every_field_word_code_and_outcome_stands_on_the_page(nord: FlaskClient) -> None:
    page = unescape(nord.get("/schnittstelle/bu").text)
    for one in members_of("bu"):
        assert f'<code class="mono">{one.name}</code>' in page
        assert all(f'<code class="mono">{word.code}</code>' in page for word in one.words)
    codes = page[page.index('id="codes"') :]
    assert [code for code in (*REASONS, *(one for one in magic() if one > "00010")) if code not in codes] == []
    assert [state for state in STATES if f'<code class="mono">{state}</code>' not in page] == []
    assert nord.get("/schnittstelle/nichts").status_code == 404
    assert nord.get("/schnittstelle").status_code == 200


def test_what_may_be_said_is_what_a_file_may_say() -> None:
    for code, sector in SECTORS.items():
        names = {one.name for one in members_of(code)}
        assert names == fields_of(sector) - APART
        told = document()["components"]["schemas"][LEADS[code].__name__]["properties"]
        assert {name for name, one in told.items() if one.get("x-required")} >= set(REQUIRED)
        assert set(told) == names | APART - {"start_price", "floor_price"} | {
            "sector", "reference", "start_cents", "floor_cents", "keep_hints"}  # fmt: skip
        loaded(LEADS[code](), example_of(code))
        loaded(BATCHES[code](), batch_of(code))


def test_the_example_is_answered_as_the_page_shows(nord: FlaskClient, market: Market) -> None:
    page = nord.get("/schnittstelle/pv").text
    blocks = re.findall(r'tabindex="0">[^{<]*({.*?})</pre>', page, re.DOTALL)
    shown = [json.loads(unescape(one)) for one in blocks]
    asked, answered = shown[:2]
    program = Machine(nord.application, market, BY_ROLE["supplier"])
    told = program.post("/leads?sandbox=true", asked).json
    for each in (told, answered):
        del each["batch_id"], each["lead"]["listing_id"]
    assert told == answered


def test_every_reason_can_be_forced() -> None:
    """A new reason needs a postcode of its own in the sandbox's table."""
    assert {one.findings[0].code for one in magic().values() if one.findings} == set(REASONS)
