"""From the check to the market through the quarantine: put aside, released, rejected; caps, objections."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from exchange.access.users import User
from exchange.admission.quarantine import QuarantineRules
from exchange.audit import Hand
from exchange.errors import Forbidden, Invalid
from exchange.instant import DAY_US
from exchange.operators.entitlement import Entitlement
from exchange.operators.quarantine import Quarantine
from exchange.operators.suppression import Suppression
from exchange.reports.admission import held, held_counts
from exchange.schema.operating import audit
from exchange.staging import Intake, rows
from exchange.staging.gate import WAITS_US
from exchange.staging.listing import Plan
from exchange.staging.upkeep import Upkeep
from tests.databases import SQLITE
from tests.desk.floor import proven
from tests.staging.suppliers import counted, deliver, drawn, spoiled, user, write
from tests.web.market import Market
from tests.web.people import BY_ROLE, complete

ONE_ENGINE = pytest.mark.parametrize("engine", [SQLITE], indirect=True)
"""What differs between the engines is in the others."""


@pytest.fixture
def olga(market: Market) -> User:
    complete(market)
    return user(market, BY_ROLE["operator"])


def deeds(market: Market) -> list[str]:
    with market.desk.store.read() as connection:
        return list(connection.execute(select(audit.c.action).order_by(audit.c.at, audit.c.audit_id)).scalars())


def listed(intake: Intake, nord: User, path: Path, count: int) -> str:
    delivery_id = deliver(intake, nord, path)
    assert intake.commit(nord, delivery_id, count, Plan(intake.house.now())) == count
    intake.list_due(delivery_id)
    return delivery_id


def waiting(market: Market, state: str = "held") -> list[str]:
    with market.desk.store.read() as connection:
        return [one.listing_id for one in held(connection, state=state)]


def test_a_page_nobody_knows_puts_leads_aside_until_an_operator_decides(
    intake: Intake, nord: User, olga: User, market: Market, tmp_path: Path
) -> None:
    office = Quarantine(market.desk)
    office.know_page(olga, "quelle", "https://www.andere-seite.example/anfrage")
    delivery_id = listed(intake, nord, write(tmp_path / "a.csv", drawn(3)), 3)
    assert counted(intake, nord, delivery_id) == {"held": 3}
    first, second, third = waiting(market)
    with market.desk.store.read() as connection:
        row = held(connection)[0]
    assert [one.code for one in row.reasons] == ["page_unknown"]

    assert office.release(olga, first, "Seite geprüft") == "released"
    assert office.reject(olga, second, "Seite unbekannt") == "rejected"
    assert counted(intake, nord, delivery_id) == {"error": 1, "held": 1, "listed": 1}
    assert market.desk.row_of("listing", first)["state"] == "open"
    with intake.house.reading() as connection:
        told = rows.rows_of(connection, intake.house.vault, delivery_id, ("error",))[0].findings[0]
    assert told.reason() == "vom Betrieb abgelehnt: Seite unbekannt"

    assert office.release(olga, second, "doch") == "rejected"
    assert office.release(olga, first, "noch einmal") == "released"
    assert sorted(deeds(market)) == ["page.know", "quarantine.reject", "quarantine.release"]
    with pytest.raises(Forbidden):
        office.release(nord, third, "selbst")

    market.clock.at_us += WAITS_US
    Upkeep(market.desk).round()
    assert (waiting(market), waiting(market, "lapsed")) == ([], [third])
    assert counted(intake, nord, delivery_id)["error"] == 2
    assert proven(market.desk)


@ONE_ENGINE
def test_who_is_put_aside_is_known_to_the_next_file(
    intake: Intake, nord: User, olga: User, market: Market, tmp_path: Path
) -> None:
    Quarantine(market.desk).know_page(olga, "quelle", "andere-seite.example")
    listed(intake, nord, write(tmp_path / "a.csv", drawn(2)), 2)
    again = deliver(intake, nord, write(tmp_path / "b.csv", [*drawn(2), *drawn(1, seed=8)]))
    assert counted(intake, nord, again) == {"duplicate": 2, "ready": 1}


@ONE_ENGINE
def test_a_corrected_row_is_looked_at_again(
    intake: Intake, nord: User, olga: User, market: Market, tmp_path: Path
) -> None:
    office = Quarantine(market.desk)
    office.know_page(olga, "quelle", "andere-seite.example")
    delivery_id = listed(intake, nord, write(tmp_path / "a.csv", drawn(1)), 1)
    office.reject(olga, waiting(market)[0], "falsche Seite")
    with intake.correcting(nord, delivery_id) as now:
        now.set_cells(2, {"consent_url": "https://dritte.example/anfrage"})
    intake.commit(nord, delivery_id, 1, Plan(intake.house.now()))
    intake.list_due(delivery_id)
    assert counted(intake, nord, delivery_id) == {"held": 1}
    with market.desk.store.read() as connection:
        assert held(connection)[0].page == "dritte.example"
        assert held_counts(connection, "quelle") == {"held": 1}


def test_one_person_under_two_spellings_is_warned_of_and_put_aside(
    intake: Intake, nord: User, olga: User, market: Market, tmp_path: Path
) -> None:
    original = drawn(1)[0]
    listed(intake, nord, write(tmp_path / "a.csv", [original]), 1)
    local, _, domain = original["E-Mail"].partition("@")
    phone = original["Telefon"]
    twisted = phone[:-2] + phone[-1] + phone[-2]
    other = spoiled(drawn(2, seed=9), (0, "E-Mail", f"{local}+2@{domain}"))
    again = [original | {"E-Mail": f"x.{local}@{domain}", "Telefon": "0171 3920099"}, other[0], other[1]]
    assert twisted != phone or phone[-1] == phone[-2]
    delivery_id = deliver(intake, nord, write(tmp_path / "b.csv", again))
    assert counted(intake, nord, delivery_id) == {"hint": 2, "ready": 1}
    with intake.house.reading() as connection:
        first, second = rows.rows_of(connection, intake.house.vault, delivery_id, ("hint",))
    assert [one.code for one in first.findings] == ["alike_name"]
    assert [one.code for one in second.findings] == ["alike_email"]
    with intake.correcting(nord, delivery_id) as now:
        now.keep(2)
        now.set_cells(3, {"last_name": original["Nachname"], "first_name": original["Vorname"],
                          "postcode": original["PLZ"], "city": original["Ort"]})  # fmt: skip
        now.keep(3)
    intake.commit(nord, delivery_id, 3, Plan(intake.house.now()))
    intake.list_due(delivery_id)
    assert counted(intake, nord, delivery_id) == {"held": 1, "listed": 2}
    with market.desk.store.read() as connection:
        (row,) = held(connection)
    assert row.reasons[0].code == "likely_duplicate"
    assert row.reasons[0].detail.endswith("email+name")


@ONE_ENGINE
def test_new_sources_are_looked_at_where_a_sector_wants_it(
    intake: Intake, nord: User, olga: User, market: Market, tmp_path: Path
) -> None:
    office = Quarantine(market.desk)
    office.set_rules(olga, "pv", QuarantineRules(young_leads=2))
    with pytest.raises(Invalid):
        office.set_rules(olga, "pv", QuarantineRules(likeness=9))
    delivery_id = listed(intake, nord, write(tmp_path / "a.csv", drawn(2)), 2)
    assert counted(intake, nord, delivery_id) == {"held": 2}
    office.set_rules(olga, "pv", replace(QuarantineRules(), young_leads=0))
    assert counted(intake, nord, listed(intake, nord, write(tmp_path / "b.csv", drawn(1, seed=8)), 1)) == {"listed": 1}


def test_what_is_above_a_cap_waits_for_the_next_day(
    intake: Intake, nord: User, olga: User, market: Market, tmp_path: Path
) -> None:
    Entitlement(market.desk).cap(olga, "quelle", "pv", 3)
    delivery_id = listed(intake, nord, write(tmp_path / "a.csv", drawn(6)), 6)
    assert counted(intake, nord, delivery_id) == {"listed": 2, "planned": 4}  # one of the painted market is of today
    with intake.house.reading() as connection:
        late = rows.rows_of(connection, intake.house.vault, delivery_id, ("planned",))[0]
    assert late.findings[0].reason("en") == "waits: no more than 3 a day are listed"
    Upkeep(market.desk).round()
    assert counted(intake, nord, delivery_id)["planned"] == 4
    for left in (1, 0):
        market.clock.at_us += DAY_US
        Upkeep(market.desk).round()
        assert counted(intake, nord, delivery_id).get("planned", 0) == left


@ONE_ENGINE
def test_who_objected_is_listed_through_no_door(
    intake: Intake, nord: User, olga: User, market: Market, tmp_path: Path
) -> None:
    row = drawn(2)[0]
    office, hand = Suppression(market.desk), Hand(olga.user_id)
    waits = deliver(intake, nord, write(tmp_path / "a.csv", drawn(2)))
    intake.commit(nord, waits, 2, Plan(intake.house.now()))
    noted = office.add(hand, office.sought(phone=row["Telefon"].replace(" ", "/")), "objection", withdraw=True)
    assert (noted.added, noted.withdrawn) == (1, 0)
    intake.list_due(waits)
    assert counted(intake, nord, waits) == {"error": 1, "listed": 1}
    again = deliver(intake, nord, write(tmp_path / "b.csv", [row]))
    with intake.house.reading() as connection:
        told = rows.rows_of(connection, intake.house.vault, again, ("error",))[0]
    assert [one.code for one in told.findings] == ["suppressed"]
