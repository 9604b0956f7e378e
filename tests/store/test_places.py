"""A database that took another's place: entries of the same numbers, but other ones."""

from pathlib import Path
from shutil import copyfile

from exchange.clock import SetClock
from exchange.desk import Desk
from exchange.store import open_store
from tests.desk.floor import MORNING, lead, offer, open_market, proven


def test_books_and_members_that_were_kept_are_not_those_of_the_database_that_took_its_place(tmp_path: Path) -> None:
    one, two = tmp_path / "one.db", tmp_path / "two.db"
    desk = open_market(f"sqlite:///{one}")
    offer(desk, "L1", seats=2)
    desk.store.close()
    copyfile(one, two)
    ours, other = (Desk(open_store(f"sqlite:///{file}", SetClock(MORNING))) for file in (one, two))
    ours.buy("pv", buyer="anna", listing_id="L1", most_cents=9_000)
    ours.change_member("bert", group="bert", suspended=True)
    ours.buy("pv", buyer="cora", listing_id="L1", most_cents=9_000)
    other.buy("pv", buyer="bert", listing_id="L1", most_cents=9_000)
    other.change_member("anna", group="anna", suspended=True)
    other.buy("pv", buyer="cora", listing_id="L1", most_cents=9_000)
    ours.store.engine, other.store.engine = other.store.engine, ours.store.engine
    ours.list_leads("pv", supplier="nord", leads=[lead("L2")])
    (sold,) = ours.buy("pv", buyer="bert", listing_id="L2", most_cents=9_000).fills
    assert sold.buyer == "bert"
    other.list_leads("pv", supplier="nord", leads=[lead("L2")])
    (sold,) = other.buy("pv", buyer="anna", listing_id="L2", most_cents=9_000).fills
    assert sold.buyer == "anna"
    proven(ours)
    proven(other)
    ours.store.close()
    other.store.close()
