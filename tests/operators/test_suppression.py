"""Objections by the command line and in the market; permits of sectors where orders are placed."""

import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from exchange.access.users import User
from exchange.cli import main
from exchange.errors import Forbidden, Invalid, Unlicensed
from exchange.instant import DAY_US
from exchange.intake.normalise import phone_of
from exchange.operators.entitlement import Entitlement
from exchange.operators.register import Register
from exchange.operators.suppression import Suppression, operator_hand
from exchange.operators.terminal import TERMINAL
from exchange.store.admission import permits_in, permits_text
from tests.desk.floor import proven
from tests.staging.suppliers import user
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import PICTURE, Market
from tests.web.people import BY_ROLE, complete


@pytest.fixture
def olga(market: Market) -> User:
    complete(market)
    return user(market, BY_ROLE["operator"])


def spelled(rng: random.Random, digits: str) -> str:
    """A German mobile number (its digits behind the zero) as people write it."""
    beginning = rng.choice(("0", "+49", "0049", "+49(0)", "+49 (0) ", "0049-", "+49 "))
    found = ""
    for digit in digits:
        found += digit + (rng.choice((" ", "-", "/", ".", "")) if rng.random() < 0.4 else "")
    return f"{rng.choice(('', ' '))}{beginning}{found.rstrip(' -/.')}"


def test_a_thousand_spellings_of_a_number_are_one_person(market: Market) -> None:
    office, rng = Suppression(market.desk), random.Random(7)
    wanted = office.sought("+49 171 3920011").hashes
    read = {office.sought(spelled(rng, "1713920011")).hashes for _ in range(1_000)}
    assert read == {wanted}
    assert phone_of("+49 171 3920011")[0] == "+491713920011"


def test_an_objection_takes_the_open_leads_out_and_is_made_once(market: Market, olga: User) -> None:
    office, hand = Suppression(market.desk), operator_hand(olga)
    sought = office.of_lead("7K2KV")
    open_ones = len(office.touched(sought).open)
    assert open_ones >= 1
    noted = office.add(hand, sought, "objection", withdraw=True)
    assert (noted.added, noted.withdrawn) == (2, open_ones)
    assert market.desk.row_of("listing", "7K2KV")["state"] == "withdrawn"
    again = office.add(hand, sought, "objection", withdraw=True)
    assert (again.added, again.withdrawn) == (0, 0)
    assert market.list(next(one for one in PICTURE if one.lead_id == "7K2KV"), person=13) == []
    assert office.remove(hand, sought) == 2
    assert proven(market.desk)


def test_what_is_no_number_and_no_address_is_refused(market: Market, olga: User) -> None:
    office = Suppression(market.desk)
    for phone, email in (("", ""), ("110", ""), ("", "nirgends")):
        with pytest.raises(Invalid):
            office.sought(phone, email)
    with pytest.raises(Forbidden):
        operator_hand(user(market))


def test_a_list_is_taken_over_line_by_line(market: Market) -> None:
    lines = ["Telefon;E-Mail", "0171 3920011;a.b@example.de", "", "=cmd|' /C calc'!A0", "+49 171 3920012"]
    office = Suppression(market.desk)
    found = office.import_lines(TERMINAL, lines)
    assert (found.added, found.known, found.unreadable) == (3, 0, (4,))
    assert office.import_lines(TERMINAL, lines).known == 3


def test_the_command_line_adds_lists_and_removes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = CliRunner()
    assert run.invoke(main, ["init"]).exit_code == 0
    added = run.invoke(main, ["suppress", "add", "--phone", "0171/3920011", "--withdraw"])
    assert added.output.startswith("1 new, 0 leads withdrawn"), added.output
    (tmp_path / "l.csv").write_text("0171 3920012\nquatsch\n", encoding="utf-8")
    assert run.invoke(main, ["suppress", "import", "l.csv"]).output.startswith("1 new, 0 known")
    shown = run.invoke(main, ["suppress", "list"]).output
    assert "3920011" not in shown
    short = shown.split()[0]
    assert run.invoke(main, ["suppress", "remove", "--id", short]).output == "1 removed\n"
    assert run.invoke(main, ["suppress", "remove", "--id", short]).exit_code == 1


def test_a_sector_asks_for_a_permit_that_holds_now(market: Market, olga: User) -> None:
    office, desk = Entitlement(market.desk), market.desk
    office.ask_permits(olga, "pkv", {"buyer": ["34d", "34f"], "supplier": []})
    assert permits_in(permits_text({"buyer": ["34d", "34f"]})) == {"buyer": ("34d", "34f")}
    with pytest.raises(Unlicensed) as refused:
        desk.buy("pkv", buyer="brandt", listing_id="7K2KV", most_cents=99_999)
    assert "§ 34d GewO or § 34f GewO" in str(refused.value)
    with pytest.raises(Unlicensed):
        desk.place("pkv", bid_id="neu", buyer="brandt", limit_cents=5_000, quantity=1)
    until = market.clock.now() + DAY_US
    Register(desk).add_licence(olga, "brandt", kind="34d", number="D-ABCD-12345-67", until_at=until)
    assert desk.buy("pkv", buyer="brandt", listing_id="7K2KV", most_cents=99_999).refused is None
    assert desk.buy("rlv", buyer="krone", listing_id="7R6RL", most_cents=99_999).refused is None
    market.clock.at_us = until
    with pytest.raises(Unlicensed):
        desk.place("pkv", bid_id="neu", buyer="brandt", limit_cents=5_000, quantity=1)
    office.ask_permits(olga, "pkv", {"supplier": ["34c"]})
    assert market.list(next(one for one in PICTURE if one.lead_id == "7K2KV"), person=1) == []
    assert proven(market.desk)
