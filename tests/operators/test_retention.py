"""What is older than its limit goes, once, and nothing else: contacts, texts of claims, proofs, log-ins, names."""

import pytest
from sqlalchemy import Table, func, insert, select

from exchange.audit.proof import prove_audit
from exchange.audit.sealer import seal_all
from exchange.config import RetentionSettings
from exchange.errors import Unknown
from exchange.instant import DAY_US, HOUR_US
from exchange.operators.persons import Persons
from exchange.operators.retention import Retention
from exchange.operators.suppression import Suppression
from exchange.reports.health import OK, WARNING
from exchange.reports.retention import check_retention, retention_lines, retention_runs
from exchange.schema import consents, contacts, fingerprints, half_logins, idempotency, sales
from exchange.schema.access import devices, links, sessions, throttle, users
from exchange.schema.admission import held_leads, likenesses
from exchange.schema.contacting import claim_evidence
from exchange.schema.operating import claim_words
from tests.aftersale.conftest import Afterwards, user
from tests.aftersale.conftest import after as after
from tests.desk.floor import proven
from tests.web.conftest import BRANDT
from tests.web.conftest import market as market
from tests.web.conftest import painted as painted
from tests.web.market import NOW, Market

YEAR_US = 365 * DAY_US
SETTINGS = RetentionSettings(unsold_days=30, sold_days=40)


def round_at(market: Market, at: int, *, settled: bool = True) -> dict[str, int]:
    if settled:
        market.go(at)
    market.clock.at_us = at
    return Retention(market.desk.store, SETTINGS).round()


def count(market: Market, *tables: Table) -> list[int]:
    with market.desk.store.read() as connection:
        return [int(connection.execute(select(func.count()).select_from(table)).scalar_one()) for table in tables]


def held(market: Market) -> set[str]:
    with market.desk.store.read() as connection:
        return set(connection.execute(select(contacts.c.lead_id)).scalars())


def sold(market: Market) -> set[str]:
    with market.desk.store.read() as connection:
        return set(connection.execute(select(sales.c.listing_id)).scalars())


def state(market: Market) -> tuple[str, dict[str, int]]:
    with market.desk.store.read() as connection:
        clock = market.desk.store.clock
        late = {one.rule.name: one.overdue for one in retention_lines(connection, SETTINGS, clock.now()) if one.overdue}
        return check_retention(connection, SETTINGS, clock).state, late


def test_contact_data_goes_by_its_limits_and_the_market_stays_proven(after: Afterwards) -> None:
    market = after.market
    every, prints, proofs = held(market), *count(market, fingerprints, consents)
    assert round_at(market, NOW + 29 * DAY_US) == {}
    assert held(market) == every
    market.go(NOW + 32 * DAY_US)
    bought = sold(market)
    lead_id = min(every - bought)
    sought = Suppression(market.desk).of_lead(lead_id)
    assert state(market) == (WARNING, {"unsold": len(every - bought)})
    assert round_at(market, NOW + 32 * DAY_US) == {"unsold": len(every - bought)}
    assert held(market) == bought >= {"7H4RL", "7H5BU", "7B9BF"}
    assert (count(market, fingerprints, consents), state(market)) == ([prints, proofs], (OK, {}))
    (known,) = [one for one in Persons(market.desk).enquiries(sought) if one.lead_id == lead_id]
    assert not known.held
    assert round_at(market, NOW + 32 * DAY_US) == {}
    assert round_at(market, NOW + 41 * DAY_US) == {"sold": len(bought)}
    with pytest.raises(Unknown):
        market.desk.contact(sale_id=after.sale.sale_id, buyer="brandt")
    done = round_at(market, NOW + 91 * DAY_US)
    assert set(done) == {"prints"}
    assert count(market, contacts, fingerprints, likenesses, consents) == [0, 0, 0, proofs]
    assert proven(market.desk)
    with market.desk.store.read() as connection:
        runs = retention_runs(connection)
    assert runs.at == NOW + 91 * DAY_US
    assert runs.erased["sold"] == (NOW + 41 * DAY_US, len(bought))
    seal_all(market.desk.store)
    with market.desk.store.read() as connection:
        assert prove_audit(connection).broken == ""


def test_a_claim_holds_the_lead_until_it_is_decided_and_read(after: Afterwards) -> None:
    market = after.market
    after.counter.claim(after.brandt, after.sale.sale_id, "not-asked", "Sie habe nie angefragt.", "claim-key-1")
    round_at(market, NOW + 42 * DAY_US, settled=False)
    assert "7H5BU" in held(market)
    round_at(market, NOW + 42 * DAY_US)
    assert market.desk.row_of("sale", after.sale.sale_id)["claim"] == "upheld"
    assert held(market) == {"7H5BU"}
    assert state(market) == (OK, {})
    assert count(market, claim_evidence) == [1]
    assert round_at(market, NOW + 51 * DAY_US) == {"sold": 1, "claims": 1}
    assert count(market, contacts, claim_evidence, claim_words) == [0, 0, 0]


def test_proofs_of_consent_go_five_years_after_their_last_use(after: Afterwards) -> None:
    market = after.market
    (proofs,) = count(market, consents)
    after.wait(DAY_US)
    after.counter.log(after.brandt, after.sale.sale_id, "unreached", "call-number-1")
    round_at(market, NOW + 5 * YEAR_US)
    assert count(market, consents) == [proofs]
    assert round_at(market, NOW + 5 * YEAR_US + 2 * DAY_US)["consents"] == proofs - 1
    assert count(market, consents) == [1]
    assert round_at(market, NOW + 5 * YEAR_US + 3 * DAY_US)["consents"] == 1


def test_what_is_left_of_logins_keys_and_quarantine(after: Afterwards) -> None:
    market, old = after.market, NOW - 400 * DAY_US
    mine = {"user_id": after.brandt.user_id}
    rows: tuple[tuple[Table, dict[str, object]], ...] = (
        (sessions, {"token_hash": "t1", **mine, "begun_at": old, "seen_at": old, "browser": "Firefox"}),
        (half_logins, {"token_hash": "t2", **mine, "begun_at": old}),
        (devices, {"device_hash": "d1", **mine, "seen_at": old}),
        (links, {"token_hash": "t3", **mine, "purpose": "reset", "made_at": old, "expires_at": old + HOUR_US}),
        (throttle, {"bucket": "b", "tokens_micro": 0, "updated_at": old}),
        (held_leads, _held("H1", decided_at=old)),
        (held_leads, _held("H2", decided_at=None)),
    )
    with market.desk.store.write_aside() as connection:
        for table, row in rows:
            connection.execute(insert(table).values(**row))
    market.desk.deposit("brandt", amount_cents=100, reference="Überweisung", key="deposit-1")
    keys = count(market, idempotency)
    done = Retention(market.desk.store, SETTINGS).round()
    assert done == {"sessions": 2, "devices": 1, "links": 1, "throttle": 1, "quarantine": 1}
    assert (count(market, held_leads), count(market, idempotency)) == ([1], keys)
    assert round_at(market, NOW + 31 * DAY_US)["keys"] >= 1
    assert count(market, idempotency)[0] < keys[0]
    answer = market.desk.buy("rlv", buyer="brandt", listing_id="7H4RL", most_cents=3000, key="first-purchase")
    assert answer.refused is None


def _held(name: str, *, decided_at: int | None) -> dict[str, object]:
    texts = ("delivery_id", "region", "postcode", "source", "campaign", "page", "phone_print", "email_print", "reason")
    where = {"listing_id": name, "sector": "pv", "supplier": "quelle", "row": 1, "reasons": "[]"}
    state = "held" if decided_at is None else "rejected"
    return {**dict.fromkeys(texts, ""), **where, "state": state, "asked_at": 0, "held_at": 0, "decided_at": decided_at}


def test_of_people_who_left_long_ago_an_id_is_left(after: Afterwards) -> None:
    market = after.market
    after.counter.log(after.krone, _sale_of_krone(market), "reached", "call-number-1")
    market.entrance.disable(after.krone.email)
    assert round_at(market, NOW + 3 * YEAR_US + DAY_US)["staff"] == 1
    with market.desk.store.read() as connection:
        row = connection.execute(select(users).where(users.c.user_id == after.krone.user_id)).one()
    assert (row.name, row.email) == ("–", f"{row.user_id}@erased.invalid")
    assert user(market, BRANDT).name == "Sabine Brandt"
    assert "staff" not in round_at(market, NOW + 3 * YEAR_US + 2 * DAY_US)


def _sale_of_krone(market: Market) -> str:
    with market.desk.store.read() as connection:
        return str(connection.execute(select(sales.c.sale_id).where(sales.c.buyer == "krone")).scalar_one())


@pytest.mark.usefixtures("on_postgres")
def test_a_row_somebody_has_in_hand_is_left_to_them(market: Market) -> None:
    market.go(NOW + 32 * DAY_US)
    unsold = sorted(held(market) - sold(market))
    with market.desk.store.write_aside() as connection:
        connection.execute(select(contacts).where(contacts.c.lead_id == unsold[0]).with_for_update())
        assert round_at(market, NOW + 32 * DAY_US, settled=False) == {"unsold": len(unsold) - 1}
    assert round_at(market, NOW + 32 * DAY_US, settled=False) == {"unsold": 1}
