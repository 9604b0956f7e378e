import time
from pathlib import Path

import pytest

from exchange.access.users import User
from exchange.jobs.deliveries import DeliveryRounds
from exchange.staging import Intake
from exchange.staging.listing import Plan
from tests.staging.conftest import intake as intake
from tests.staging.conftest import market as market
from tests.staging.conftest import nord as nord
from tests.staging.conftest import painted as painted
from tests.staging.suppliers import counted, deliver, drawn, write


@pytest.fixture
def rounds(intake: Intake):
    rounds = DeliveryRounds(intake.house.desk, pause_us=10_000)
    rounds.start()
    yield rounds
    rounds.stop()


def test_planned_leads_are_listed_without_anybody_looking(
    rounds: DeliveryRounds, intake: Intake, nord: User, tmp_path: Path
) -> None:
    delivery_id = deliver(intake, nord, write(tmp_path / "a.csv", drawn(3)))
    intake.commit(nord, delivery_id, 3, Plan(intake.house.now()))
    last = time.monotonic() + 60
    while counted(intake, nord, delivery_id) != {"listed": 3} and time.monotonic() < last:
        time.sleep(0.02)
    assert counted(intake, nord, delivery_id) == {"listed": 3}
