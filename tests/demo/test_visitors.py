"""Everybody who is printed gets in, and the operator finds claims that wait."""

from exchange.access.entrance import Entrance
from exchange.demo import history
from exchange.demo.opening import database_url, make_demo
from exchange.demo.ours import PASSWORD
from exchange.demo.visitors import VISITORS
from exchange.reports.claims import claims_queue
from exchange.store import open_store
from exchange.vault import development_vault


def test_every_role_gets_in_and_claims_wait_with_words(tmp_path, monkeypatch) -> None:
    for name, number in (("LEADS", 300), ("VISITS", 150), ("DISPUTES", 4), ("QUIET_DAYS", 1)):
        monkeypatch.setattr(history, name, number)
    make_demo(tmp_path, development_vault(), 1, lambda done, total: None)
    store = open_store(database_url(tmp_path))
    assert {one.role for one in VISITORS} == {"owner", "advisor", "supplier", "operator", "analyst"}
    for one in VISITORS:
        assert type(Entrance(store).log_in(one.email, PASSWORD, "127.0.0.1")).__name__ == "Welcome"
    with store.read() as connection:
        assert any(row.effort is not None for row in claims_queue(connection, "open"))
    store.close()
