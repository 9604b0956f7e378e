"""The outbox on both engines: written with the sale or not at all, taken once, marked by whoever still holds it."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, text

from exchange.delivery import Mark
from exchange.failpoint import arm
from exchange.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from exchange.lead import Contact
from exchange.schema import metadata, outbox
from exchange.store import Conflict, open_store
from exchange.store.outbox import Held, purge, put_back, put_mark, revive, take
from exchange.vault import Vault
from tests.desk.floor import clock_of, lead, offer, open_market, proven, wait

pytestmark = pytest.mark.usefixtures("engine")

LOCK_US = 2 * MINUTE_US


@pytest.fixture
def desk(url):
    desk = open_market(url)
    desk.store.posts = True
    yield desk
    desk.store.close()


def bought(desk, *names, buyer="anna"):
    for name in names:
        offer(desk, name)
        desk.buy("pv", buyer=buyer, listing_id=name, most_cents=9_000)


def rows(desk, *columns):
    asked = select(*(outbox.c[name] for name in columns)).order_by(outbox.c.sector, outbox.c.seq, outbox.c.side)
    with desk.store.read() as connection:
        return [tuple(row) for row in connection.execute(asked)]


def taken(desk, most=100) -> list[Held]:
    now = clock_of(desk).at_us
    with desk.store.write_aside() as connection:
        return take(connection, now, until=now + LOCK_US, most=most)


def marked(desk, held, **more) -> bool:
    now = clock_of(desk).at_us
    with desk.store.write_aside() as connection:
        return put_mark(connection, held, Mark(now, **(more or {"sent_at": now})))


def test_a_sale_is_written_with_what_it_tells(desk):
    bought(desk, "L1")
    sale = '{"listing":"L1","sale":"pv-%d"}'
    (buyer, supplier) = rows(desk, "topic", "organisation", "sector", "seq", "payload", "attempts")
    seq = buyer[3]
    assert buyer == ("lead.bought", "anna", "pv", seq, sale % seq, 0)
    assert supplier == ("lead.sold", "nord", "pv", seq, sale % seq, 0)


def test_where_nothing_leaves_the_house_nothing_is_written(desk):
    desk.store.posts = False
    bought(desk, "L1")
    assert rows(desk, "topic") == []


@pytest.mark.parametrize("place", ["write.outbox", "commit.before"])
def test_a_sale_that_is_rolled_back_tells_nobody(desk, place):
    offer(desk, "L1")

    def fail(name):
        if name == place:
            raise Conflict("no")

    arm(fail)
    try:
        with pytest.raises(Conflict):
            desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    finally:
        arm(None)
    assert rows(desk, "topic") == []
    assert desk.row_of("listing", "L1")["sold"] == 0


def test_the_whole_life_of_a_market_tells_whom_it_concerns(desk):
    offer(desk, "L1", seats=2)
    offer(desk, "L2")
    desk.place("pv", bid_id="B1", buyer="bert", limit_cents=100, quantity=1, until_at=clock_of(desk).at_us + MINUTE_US)
    sale = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000).fills[0].sale_id
    desk.withdraw("pv", listing_id="L1", by="enquirer")
    desk.claim("pv", sale_id=sale, buyer="anna", ground="not-asked")
    desk.rule("pv", sale_id=sale, ruling="uphold")
    wait(desk, 3 * HOUR_US)
    desk.settle("pv")
    assert rows(desk, "topic", "organisation") == [
        ("lead.bought", "anna"),
        ("lead.sold", "nord"),
        ("consent.withdrawn", "anna"),
        ("consent.withdrawn", "nord"),
        ("claim.filed", "nord"),
        ("claim.upheld", "anna"),
        ("claim.upheld", "nord"),
        ("bid.expired", "bert"),
        ("listing.expired", "nord"),
    ]
    proven(desk)


def test_seats_are_known_from_rows_where_the_book_forgot_the_sale(desk):
    offer(desk, "L1", seats=2, duration_us=30 * DAY_US)
    sale = desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000).fills[0].sale_id
    wait(desk, 20 * DAY_US)
    desk.settle("pv")
    assert desk.row_of("sale", sale)["released"]
    desk.withdraw("pv", listing_id="L1", by="operator")
    assert rows(desk, "topic", "organisation")[2:] == [("listing.withdrawn", "anna"), ("listing.withdrawn", "nord")]


def test_a_seat_sold_in_the_same_transaction_as_the_withdrawal_is_known_too(desk):
    """A bid took the seat while nobody settled; the withdrawal settles first."""
    offer(desk, "L1", seats=3)
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    desk.place("pv", bid_id="B1", buyer="bert", limit_cents=6_000, quantity=1)
    wait(desk, 6 * MINUTE_US)
    desk.withdraw("pv", listing_id="L1", by="operator")
    assert [who for topic, who in rows(desk, "topic", "organisation") if topic == "listing.withdrawn"] == [
        "anna",
        "bert",
        "nord",
    ]


def test_a_ruling_tells_both_sides_also_long_after_the_books_were_closed(desk):
    bought(desk, "L1")
    with desk.store.read() as connection:
        sale = connection.execute(select(metadata.tables["sales"].c.sale_id)).scalar_one()
    desk.claim("pv", sale_id=sale, buyer="anna", ground="not-asked")
    desk.store.forget_books()
    wait(desk, 16 * DAY_US)
    desk.rule("pv", sale_id=sale, ruling="reject")
    assert rows(desk, "topic", "organisation")[-2:] == [("claim.rejected", "anna"), ("claim.rejected", "nord")]


def test_a_message_is_taken_by_one_courier_only(desk):
    bought(desk, "L1", "L2")
    first, second = taken(desk, most=3), taken(desk)
    assert [len(first), len(second)] == [3, 1]
    assert len({one.message.delivery_id for one in first + second}) == 4
    assert taken(desk) == []


def test_two_couriers_at_once_take_each_message_once(desk):
    """Transactions that lie over each other: on PostgreSQL by skipping, on SQLite by waiting."""
    bought(desk, *(f"L{n}" for n in range(8)))
    stores = [
        open_store(str(desk.store.engine.url.render_as_string(hide_password=False)), clock_of(desk)) for _ in "ab"
    ]
    found, ready = [], Barrier(2)

    def courier(store):
        ready.wait()
        while True:
            with store.write_aside() as connection:
                now = clock_of(desk).at_us
                held = take(connection, now, until=now + LOCK_US, most=2)
            found.extend(one.message.delivery_id for one in held)
            if not held:
                return

    threads = [Thread(target=courier, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert len(found) == len(set(found)) == 16


def test_on_postgres_a_courier_does_not_wait_for_another(on_postgres):
    desk = open_market()
    desk.store.posts = True
    bought(desk, "L1")
    now = clock_of(desk).at_us
    with desk.store.write_aside() as connection:
        assert len(take(connection, now, until=now + LOCK_US, most=1)) == 1
        assert len(taken(desk)) == 1, "the other one, while the first transaction is open"


def test_what_a_dead_courier_held_is_taken_again_with_the_same_id(desk):
    bought(desk, "L1")
    first = {one.message.delivery_id: one for one in taken(desk)}
    wait(desk, LOCK_US - SECOND_US)
    assert taken(desk) == []
    wait(desk, SECOND_US)
    again = {one.message.delivery_id: one for one in taken(desk)}
    assert first.keys() == again.keys()
    assert {(one.attempts, one.fence) for one in again.values()} == {(2, 2)}


def test_a_zombie_marks_nothing(desk):
    bought(desk, "L1")
    zombie = taken(desk)[0]
    wait(desk, LOCK_US)
    (heir,) = [one for one in taken(desk) if one.message == zombie.message]
    assert not marked(desk, zombie, dead_at=clock_of(desk).at_us)
    assert marked(desk, heir)
    assert not marked(desk, zombie)
    assert not marked(desk, heir), "nor twice"


def test_a_failure_is_due_again_and_says_why(desk):
    bought(desk, "L1")
    held = taken(desk)
    later = clock_of(desk).at_us + HOUR_US
    for one in held:
        with desk.store.write_aside() as connection:
            assert put_mark(connection, one, Mark(later, last_error="mail_unreachable"))
    assert set(rows(desk, "next_at", "last_error", "locked_until_at")) == {(later, "mail_unreachable", None)}
    wait(desk, HOUR_US - 1)
    assert taken(desk) == []
    wait(desk, 1)
    assert [one.attempts for one in taken(desk)] == [2, 2]


def test_what_was_taken_and_not_tried_is_put_back_untried(desk):
    bought(desk, "L1")
    held = taken(desk)
    with desk.store.write_aside() as connection:
        put_back(connection, held, clock_of(desk).at_us)
    assert [(one.attempts, one.fence) for one in taken(desk)] == [(1, 2), (1, 2)]


def test_a_dead_letter_is_tried_again_only_when_somebody_says_so(desk):
    bought(desk, "L1", "L2")
    held = taken(desk)
    for one in held[:3]:
        assert marked(desk, one, dead_at=clock_of(desk).at_us, last_error="mail_refused")
    wait(desk, DAY_US)
    assert len(taken(desk)) == 1
    with desk.store.write_aside() as connection:
        assert revive(connection, clock_of(desk).at_us, [held[0].message.delivery_id]) == 1
        assert revive(connection, clock_of(desk).at_us) == 2
        assert revive(connection, clock_of(desk).at_us) == 0
    assert [one.attempts for one in taken(desk)] == [1, 1, 1]


def test_what_was_delivered_a_month_ago_is_forgotten_and_what_waits_is_not(desk):
    bought(desk, "L1", "L2")
    sent, dead, *_ = taken(desk)
    now = clock_of(desk).at_us
    assert marked(desk, sent)
    assert marked(desk, dead, dead_at=now)
    with desk.store.write_aside() as connection:
        assert purge(connection, now) == 0
        assert purge(connection, now + 1) == 2
    assert len(rows(desk, "topic")) == 2


def test_no_message_can_be_both_done_with_and_given_up(desk):
    bought(desk, "L1")
    with pytest.raises(Conflict), desk.store.write_aside() as connection:
        connection.execute(text("UPDATE outbox SET sent_at = 1, dead_at = 1"))


def test_nothing_personal_is_in_the_outbox(desk):
    """Canaries: an enquirer who is in every other table that may hold them."""
    desk.store.vault = Vault({1: bytes(range(32))})
    canaries = ("Kanari", "kanari@example.org", "+493023125000", "Vogelweg")
    contact = Contact(first_name="Kim", last_name=canaries[0], email=canaries[1], phone=canaries[2], street=canaries[3])
    desk.list_leads("pv", supplier="nord", leads=[lead("L1", contact=contact)])
    desk.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    with desk.store.read() as connection:
        found = repr([tuple(row) for row in connection.execute(select(outbox))])
        count = connection.execute(select(func.count()).select_from(metadata.tables["contacts"])).scalar_one()
    assert count == 1
    assert "lead.bought" in found
    assert [word for word in (*canaries, "Anna", "86150", "DE-BY") if word in found] == []
