import pytest
from sqlalchemy import delete, select, update

from exchange.audit import Deed, Hand, log
from exchange.audit.sealer import seal_all
from exchange.errors import Invalid
from exchange.schema.operating import audit, audit_seals
from exchange.store import Conflict
from tests.audit.conftest import write
from tests.desk.floor import open_market

pytestmark = pytest.mark.usefixtures("engine")


def test_a_row_says_who_did_what_to_what() -> None:
    store = open_market().store
    with store.write_aside() as connection:
        deed = Deed("credit", {"organisation": "anna"}, {"cents": 0}, {"cents": 9_000}, "_house", 7)
        log(connection, Hand("u-1", "r-1"), deed, 5)
    with store.read() as connection:
        row = connection.execute(select(audit)).one()
    assert (row.user_id, row.action, row.objects) == ("u-1", "credit", '{"organisation":"anna"}')
    assert row.before == '{"cents":0}'
    assert (row.after, row.sector, row.seq, row.request_id, row.at) == ('{"cents":9000}', "_house", 7, "r-1", 5)


def test_long_texts_do_not_come_into_the_log() -> None:
    with pytest.raises(Invalid), open_market().store.write_aside() as connection:
        log(connection, Hand("u-1"), Deed("halt", {"reason": "x" * 201}), 5)


@pytest.mark.parametrize("statement", [update(audit).values(at=9), delete(audit), delete(audit_seals)], ids=str)
def test_the_log_is_append_only(statement) -> None:
    store = open_market().store
    write(store, 1)
    seal_all(store)
    with pytest.raises(Conflict, match="append-only"), store.write_aside() as connection:
        connection.execute(statement)
