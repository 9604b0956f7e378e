"""A code counts once, whoever is quicker; secrets lie sealed, back-up codes hashed; no way round it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Table, select

from exchange.access.code_entry import CodeEntry, TooLate
from exchange.access.codes import code_of, step_of
from exchange.access.entrance import Entrance, HalfDone, Throttled, Welcome, Wrong
from exchange.access.password import Passwords
from exchange.access.second_factor import SecondFactors
from exchange.access.staff import Staff
from exchange.access.users import User, user_by_email
from exchange.clock import SetClock
from exchange.errors import Invalid
from exchange.instant import MINUTE_US, SECOND_US, from_text
from exchange.schema import backup_codes, second_factors
from exchange.schema.operating import audit
from exchange.store import Store, open_store
from exchange.store.sealed import left, rewrap
from exchange.vault import Vault

pytestmark = pytest.mark.usefixtures("engine")

OLGA, PASSWORD, SENDER = "o.betrieb@example.de", "falling prices 42", "192.0.2.1"
KEYS = {1: b"1" * 32}
VAULT = Vault(KEYS)
NOW = from_text("2026-11-19T13:31:08Z")


class Office:
    """One user with a second factor."""

    def __init__(self, url: str) -> None:
        self.url, self.clock = url, SetClock(NOW)
        self.store = open_store(url, self.clock, create=True, vault=VAULT)
        self.entrance = Entrance(self.store, Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
        self.entrance.add_user(email=OLGA, name="Olga", role="operator", organisation=None, password=PASSWORD)
        self.factors, self.entry = SecondFactors(self.store), CodeEntry(self.store, self.entrance.lifetimes)
        self.factors.begin(self.olga)
        self.secret = self.factors.secret_to_confirm(self.olga) or ""
        self.backup = self.factors.confirm(self.olga, self.code(), keep="") or []

    @property
    def olga(self) -> User:
        with self.store.read() as connection:
            found = user_by_email(connection, OLGA)
        assert found is not None
        return found

    def code(self, steps: int = 0) -> str:
        return code_of(self.secret, step_of(self.clock.now()) + steps)

    def wrong(self, n: int = 0) -> str:
        """One of the codes that are none now."""
        right = {self.code(steps) for steps in range(-1, 2)}
        return [code for code in (f"{n:06}" for n in range(10)) if code not in right][n]

    def half(self, password: str = PASSWORD, device: str = "") -> str:
        found = self.entrance.log_in(OLGA, password, SENDER, device=device)
        assert isinstance(found, HalfDone), found
        return found.token

    def later(self, us: int = 30 * SECOND_US) -> None:
        self.clock.at_us += us

    def kept(self, *tables: Table) -> str:
        with self.store.read() as connection:
            return str([connection.execute(select(table)).all() for table in tables])


@pytest.fixture
def office(url: str) -> Iterator[Office]:
    made = Office(url)
    yield made
    made.store.close()


def test_a_password_is_half_a_log_in(office: Office) -> None:
    token = office.half()
    assert office.entrance.user_of(token) is None
    assert office.entrance.followers([token]) == {}
    assert office.entry.waits(token)
    assert isinstance(office.entry.enter(token, office.wrong(), SENDER), Wrong)
    office.later()
    welcome = office.entry.enter(token, office.code(), SENDER)
    assert isinstance(welcome, Welcome)
    user = office.entrance.user_of(welcome.token)
    assert user is not None
    assert user.second_factor
    assert not office.entry.waits(token)
    assert isinstance(office.entry.enter(token, office.code(1), SENDER), TooLate)


def test_it_waits_ten_minutes_and_ends_with_the_password(office: Office) -> None:
    tokens = [office.half(), office.half()]
    office.entrance.change_password(OLGA, "other falling prices 43")
    assert [office.entry.waits(token) for token in tokens] == [False, False]
    token = office.half("other falling prices 43")
    office.later(10 * MINUTE_US - 1)
    assert office.entry.waits(token)
    office.later(1)
    assert isinstance(office.entry.enter(token, office.code(), SENDER), TooLate)


def test_a_code_counts_once_and_none_before_it(office: Office) -> None:
    assert not office.factors.proves(office.olga, office.code())  # it has switched the factor on
    office.later()
    before, now, after = (office.code(steps) for steps in (-1, 0, 1))
    assert office.factors.proves(office.olga, after)  # a phone half a minute ahead
    assert [office.factors.proves(office.olga, one) for one in (before, now, after)] == [False] * 3
    office.later()
    office.later()
    assert office.factors.proves(office.olga, office.code())


@pytest.mark.parametrize("kind", ["app", "backup"])
def test_four_workers_take_the_same_code_once(office: Office, kind: str) -> None:
    office.later()
    code, gate = office.backup[3] if kind == "backup" else office.code(), Barrier(4)
    tokens = [office.half() for _ in range(4)]
    stores = [open_store(office.url, office.clock, vault=VAULT) for _ in range(4)]

    def enter(store: Store, token: str) -> object:
        gate.wait(60)
        return CodeEntry(store, office.entrance.lifetimes).enter(token, code, SENDER)

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(enter, stores, tokens))
    for store in stores:
        store.close()
    assert sorted(type(one).__name__ for one in found) == ["Welcome", "Wrong", "Wrong", "Wrong"]
    assert office.factors.standing(office.olga).codes_left == (9 if kind == "backup" else 10)


def test_guessing_is_slowed_down_and_does_not_lock_a_known_browser_out(office: Office) -> None:
    office.later()
    welcome = office.entry.enter(office.half(), office.code(), SENDER)
    assert isinstance(welcome, Welcome)
    token = office.half()
    found = [office.entry.enter(token, office.wrong(n), SENDER) for n in range(6)]
    assert [type(one) for one in found] == [Wrong] * 5 + [Throttled]
    office.later()
    assert isinstance(office.entry.enter(token, office.code(), SENDER), Throttled)
    for sender in ("192.0.2.2", "192.0.2.3", "192.0.2.4"):
        for n in range(5):
            office.entry.enter(token, office.wrong(n), sender)
    assert isinstance(office.entry.enter(token, office.code(), "192.0.2.5"), Throttled)  # 20 an account
    known = office.half(device=welcome.device)
    assert isinstance(office.entry.enter(known, office.code(), "192.0.2.9", device=welcome.device), Welcome)


def test_back_up_codes_are_good_once_each_and_gone_when_renewed(office: Office) -> None:
    first, second = office.backup[:2]
    assert [office.factors.proves(office.olga, one) for one in (first, first, second.lower())] == [True, False, True]
    assert office.factors.standing(office.olga).codes_left == 8
    fresh = office.factors.renew_codes(office.olga)
    assert not set(fresh) & set(office.backup)
    assert not office.factors.proves(office.olga, office.backup[5])
    assert office.factors.proves(office.olga, fresh[5])


def test_nothing_is_kept_that_opens_anything(office: Office) -> None:
    kept = office.kept(second_factors, backup_codes, audit)
    assert office.secret not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in office.backup)
    newer = Vault({**KEYS, 2: b"2" * 32})
    with office.store.write_aside() as connection:
        assert (rewrap(connection, newer, "second_factors"), left(connection, newer, "second_factors")) == (1, 0)
    office.later()
    assert SecondFactors(open_store(office.url, office.clock, vault=newer)).proves(office.olga, office.code())


def test_recovery_does_not_go_round_it(office: Office) -> None:
    staff = Staff(office.store, office.entrance.passwords)
    staff.redeem(staff.link_for_address(OLGA).token, "other falling prices 43")
    office.half("other falling prices 43")


def test_setting_up_ends_other_sessions_and_waits_half_an_hour(office: Office) -> None:
    office.later()
    welcome = office.entry.enter(office.half(), office.code(), SENDER)
    assert isinstance(welcome, Welcome)
    with pytest.raises(Invalid):
        office.factors.begin(office.olga)
    office.factors.switch_off(office.olga, keep="")
    assert office.entrance.user_of(welcome.token) is None
    mine, other = (office.entrance.log_in(OLGA, PASSWORD, SENDER) for _ in range(2))
    assert isinstance(mine, Welcome)
    assert isinstance(other, Welcome)
    office.factors.begin(office.olga)
    office.secret = office.factors.secret_to_confirm(office.olga) or ""
    assert isinstance(office.entrance.log_in(OLGA, PASSWORD, SENDER), Welcome)  # not yet confirmed
    assert office.factors.confirm(office.olga, office.wrong(), keep=mine.token) is None
    assert len(office.factors.confirm(office.olga, office.code(), keep=mine.token) or []) == 10
    assert [office.entrance.user_of(one.token) is None for one in (mine, other)] == [False, True]
    office.factors.switch_off(office.olga, keep=mine.token)
    office.factors.begin(office.olga)
    office.later(30 * MINUTE_US)
    assert office.factors.secret_to_confirm(office.olga) is None


def test_a_session_is_fresh_for_five_minutes(office: Office) -> None:
    office.later()
    welcome = office.entry.enter(office.half(), office.code(), SENDER)
    assert isinstance(welcome, Welcome)
    office.later(5 * MINUTE_US - 1)
    assert office.entrance.is_fresh(welcome.token)
    office.later(1)
    assert not office.entrance.is_fresh(welcome.token)
    office.entrance.freshen(welcome.token)
    assert office.entrance.is_fresh(welcome.token)
    assert not office.entrance.is_fresh("of nobody")
