from pathlib import Path

import pytest
from sqlalchemy import select

from exchange.access.users import User
from exchange.intake.unusable import Unusable
from exchange.schema import deliveries, delivery_maps, delivery_parts, delivery_rows
from exchange.staging import Intake, reader, record, rows
from tests.staging.suppliers import counted, deliver, drawn, tell_columns, write
from tests.web.market import Market


def test_every_row_is_kept_with_what_was_found_in_it(intake: Intake, nord: User, mixed: Path) -> None:
    delivery_id = deliver(intake, nord, mixed)
    assert counted(intake, nord, delivery_id) == {"ready": 7, "error": 3, "hint": 1, "duplicate": 1}
    with intake.house.reading() as connection:
        found = rows.groups(connection, delivery_id)
    assert found == [
        ("error", "phone:phone_letters", 1, 3),
        ("error", "consent_at:missing", 1, 5),
        ("error", "phone:phone_invalid", 1, 7),
        ("hint", "city:city_mismatch", 1, 9),
        ("duplicate", "person:duplicate_in_file", 1, 13),
    ]


def test_nothing_a_person_could_be_known_by_lies_open(intake: Intake, nord: User, mixed: Path) -> None:
    delivery_id = intake.receive(nord, mixed, "kw47.csv")
    told = drawn(1)[0]
    words = [told["Nachname"].encode(), told["E-Mail"].encode(), told["Telefon"].encode()]

    def everything() -> bytes:
        with intake.house.reading() as connection:
            tables = (deliveries, delivery_parts, delivery_rows, delivery_maps)
            cells = [cell for table in tables for row in connection.execute(select(table)) for cell in row]
        return b"|".join(bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode() for one in cells)

    sealed_file = everything()
    tell_columns(intake, nord, delivery_id)
    intake.read(delivery_id)
    assert [word for word in words if word in sealed_file + everything()] == []


def test_the_file_is_forgotten_once_its_rows_are_read(intake: Intake, nord: User, mixed: Path) -> None:
    delivery_id = intake.receive(nord, mixed, "kw47.csv")
    with intake.house.reading() as connection:
        assert connection.execute(select(delivery_parts)).first() is not None
    tell_columns(intake, nord, delivery_id)
    intake.read(delivery_id)
    with intake.house.reading() as connection:
        assert connection.execute(select(delivery_parts)).first() is None


def test_who_was_delivered_before_is_a_duplicate(intake: Intake, nord: User, tmp_path: Path, market: Market) -> None:
    first = deliver(intake, nord, write(tmp_path / "a.csv", drawn(3)))
    with intake.house.writing() as connection:
        rows.plan(connection, first, {2: 0, 3: 0})
    assert intake.list_due(first) == 2
    again = deliver(intake, nord, write(tmp_path / "b.csv", drawn(4)))
    assert counted(intake, nord, again) == {"ready": 2, "duplicate": 2}


def test_a_reader_that_died_is_followed_by_one_that_begins_again(
    intake: Intake, nord: User, tmp_path: Path, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "CHUNK_ROWS", 4)
    delivery_id = intake.receive(nord, write(tmp_path / "a.csv", drawn(10)), "a.csv")
    tell_columns(intake, nord, delivery_id)
    real, chunks = rows.write_rows, []

    def dies(*given, **more):
        if len(chunks) == 2:
            raise KeyboardInterrupt
        chunks.append(1)
        real(*given, **more)

    monkeypatch.setattr(rows, "write_rows", dies)
    with pytest.raises(KeyboardInterrupt):
        intake.read(delivery_id)
    assert counted(intake, nord, delivery_id) == {"ready": 8}
    assert intake.read(delivery_id) is False  # who died may still live
    market.clock.at_us += record.DEAD_US + 1
    with intake.house.reading() as connection:
        assert record.abandoned(connection, market.clock.at_us) == [delivery_id]
    monkeypatch.setattr(rows, "write_rows", real)
    assert intake.read(delivery_id)
    assert counted(intake, nord, delivery_id) == {"ready": 10}


def test_who_was_taken_over_drops_what_it_holds(intake: Intake, nord: User, tmp_path: Path) -> None:
    delivery_id = intake.receive(nord, write(tmp_path / "a.csv", drawn(3)), "a.csv")
    tell_columns(intake, nord, delivery_id)
    with intake.house.writing() as connection:
        assert record.take(connection, delivery_id, intake.house.now())
        assert record.take(connection, delivery_id, intake.house.now()) is None
        assert not record.beat(connection, delivery_id, "somebody else", intake.house.now())


def test_a_file_that_breaks_off_leaves_no_row(intake: Intake, nord: User, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", drawn(3))
    path.write_bytes(path.read_bytes() + b'"never closed')
    with pytest.raises(Unusable, match="not closed"):
        intake.receive(nord, path, "a.csv")


def test_a_row_that_does_not_fit_the_header_is_kept_whole(intake: Intake, nord: User, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", drawn(2))
    path.write_text(path.read_text() + "Erika;Beispiel\n")
    delivery_id = deliver(intake, nord, path)
    with intake.house.reading() as connection:
        found = rows.row_of(connection, intake.house.vault, delivery_id, 4)
    assert found.state == "error"
    assert found.texts["_row"].endswith("Erika;Beispiel")


def test_rows_in_the_database_name_their_delivery(intake: Intake, nord: User, mixed: Path) -> None:
    delivery_id = deliver(intake, nord, mixed)
    with intake.house.reading() as connection:
        assert set(connection.execute(select(delivery_rows.c.delivery_id)).scalars()) == {delivery_id}
