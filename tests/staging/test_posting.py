"""Posts of programs: a key is done once, also by eight at once; what one process left, another finishes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from exchange.access.users import User
from exchange.catalogue import SECTORS
from exchange.errors import Invalid, Unknown
from exchange.instant import DAY_US
from exchange.schema import deliveries, leads, post_references, posts
from exchange.staging import Intake, Offer, record
from exchange.staging.listing import Lister, Plan
from exchange.staging.outcomes import Outcome
from exchange.staging.posting import Posting, Terms
from exchange.staging.sheet import from_leads
from exchange.staging.upkeep import Upkeep
from exchange.web.door.shapes.lead_forms import LEADS
from exchange.web.door.shapes.lead_members import example_of
from tests.web.market import Market

TERMS = Terms("pv", Offer(1, 9800, 3300))
APART = ("sector", "reference", "seats")


def said(**more: str) -> dict[str, str]:
    """The example's lead as a row of a file says it."""
    told = LEADS["pv"]().load(example_of("pv"))
    return {name: text for name, text in told.items() if name not in APART} | {"postcode": "86150", "city": ""} | more


@pytest.fixture
def room(market: Market) -> Posting:
    return Posting(market.desk)


def count(market: Market, table: object = leads) -> int:
    with market.desk.store.read() as connection:
        wanted = select(func.count()).select_from(table)  # type: ignore[arg-type]
        wanted = wanted.where(leads.c.batch != "") if table is leads else wanted
        return int(connection.execute(wanted).scalar_one())


def only(room: Posting, nord: User, delivery_id: str) -> Outcome:
    (found,) = room.outcomes(nord, delivery_id)
    return found


def test_eight_requests_with_one_key_are_one_lead(engine: str, room: Posting, nord: User, market: Market) -> None:
    with ThreadPoolExecutor(8) as many:
        found = list(many.map(lambda _: room.lead(nord, "one-key-for-all", TERMS, said(), "A-1"), range(8)))
    assert len({one.delivery_id for one in found}) == 1
    assert [one.replayed for one in found].count(False) == 1
    assert only(room, nord, found[0].delivery_id).state == "listed"
    assert (count(market), count(market, deliveries)) == (1, 1)
    with ThreadPoolExecutor(8) as many:
        keys = many.map(lambda n: room.lead(nord, f"another-key-{n}", TERMS, said()).delivery_id, range(8))
        assert {only(room, nord, one).state for one in keys} == {"duplicate"}


def test_a_process_that_died_after_it_took_a_lead(
    room: Posting, nord: User, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Lister.list_due

    def dies(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(Lister, "list_due", dies)
    with pytest.raises(KeyboardInterrupt):
        room.lead(nord, "key-of-the-dead", TERMS, said())
    monkeypatch.setattr(Lister, "list_due", real)
    assert count(market) == 0
    again = room.lead(nord, "key-of-the-dead", TERMS, said())
    assert (again.replayed, only(room, nord, again.delivery_id).state, count(market)) == (True, "listed", 1)
    monkeypatch.setattr(Lister, "list_due", dies)
    with pytest.raises(KeyboardInterrupt):
        room.lead(nord, "key-of-nobody", TERMS, said(phone="0171 3920099", email="z@example.de", last_name="Uz"))
    monkeypatch.setattr(Lister, "list_due", real)
    Upkeep(market.desk).round()
    assert count(market) == 2


def test_leads_that_came_alone_are_no_deliveries_of_the_page(room: Posting, nord: User, market: Market) -> None:
    room.lead(nord, "one-alone-1", TERMS, said())
    with market.desk.store.read() as connection:
        assert record.deliveries_of(connection, nord.organisation) == []


def test_what_was_posted_is_forgotten_like_a_file_and_its_key_later(
    room: Posting, nord: User, market: Market, tmp_path: Path
) -> None:
    found = room.lead(nord, "soon-forgotten", TERMS, said(), "A-1")
    leads = from_leads([said()], [], SECTORS["pv"], tmp_path / "file")
    batch = room.batch(nord, "a-batch-too", TERMS, leads)
    room.work(batch.delivery_id)
    before = [(room.status(nord, one.delivery_id), room.outcomes(nord, one.delivery_id)) for one in (found, batch)]
    market.clock.at_us += 14 * DAY_US
    Upkeep(market.desk).round()
    assert room.batch(nord, "a-batch-too", TERMS, leads).replayed
    for one, (status, _) in zip((found, batch), before, strict=True):
        assert room.status(nord, one.delivery_id) == replace(status, forget_at=status.posted_at + 30 * DAY_US)
    ((lead,), (expired,)) = before[0][1], room.outcomes(nord, found.delivery_id)
    assert replace(expired, market=None) == replace(lead, market=None)
    with pytest.raises(Unknown):
        room.outcomes(nord, batch.delivery_id)
    assert (count(market, deliveries), count(market, post_references), count(market, posts)) == (0, 0, 2)
    again = room.lead(nord, "soon-forgotten", TERMS, said(), "A-1")
    assert (again.replayed, count(market)) == (True, 1)
    market.clock.at_us += 16 * DAY_US
    Upkeep(market.desk).round()
    assert count(market, posts) == 0
    with pytest.raises(Unknown):
        room.status(nord, found.delivery_id)


def test_hints_wait_unless_they_are_kept(room: Posting, nord: User) -> None:
    waits = room.lead(nord, "with-a-hint-1", TERMS, said(city="Husum"))
    assert only(room, nord, waits.delivery_id).state == "waiting"
    kept = Terms("pv", TERMS.offer, keep=True)
    assert only(room, nord, room.lead(nord, "with-a-hint-2", kept, said(city="Husum")).delivery_id).state == "listed"


def test_terms_no_lead_can_have_leave_nothing(room: Posting, nord: User, market: Market) -> None:
    for terms in (Terms("pv", Offer(9, 9800, 3300)), Terms("xx", TERMS.offer),
                  Terms("pv", TERMS.offer, Plan(market.clock.now() + 20 * DAY_US))):  # fmt: skip
        with pytest.raises(Invalid):
            room.lead(nord, "no-such-terms", terms, said())
    assert count(market, posts) == count(market, deliveries) == 0


def test_a_batch_is_corrected_on_the_page_like_a_file(
    room: Posting, nord: User, market: Market, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    received = from_leads([said(phone="0171 x"), {}], ["A-1", ""], SECTORS["pv"], path)
    posted = room.batch(nord, "to-be-corrected", TERMS, received)
    room.work(posted.delivery_id)
    first, second = room.outcomes(nord, posted.delivery_id)
    assert (first.state, first.reference, second.state) == ("rejected", "A-1", "rejected")
    intake = Intake(market.desk)
    with intake.correcting(nord, posted.delivery_id) as now:
        now.set_cells(2, {"phone": "0171 3920012"})
    intake.commit(nord, posted.delivery_id, 1, Plan(intake.house.now()))
    intake.list_due(posted.delivery_id)
    assert room.outcomes(nord, posted.delivery_id)[0].state == "listed"
