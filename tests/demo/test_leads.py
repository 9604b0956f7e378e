import random
from dataclasses import asdict
from itertools import pairwise

import pytest

from exchange.admission.answers import read_answers
from exchange.admission.draft import BatchRules, LeadDraft
from exchange.catalogue import RANGES, SECTORS, facts, title
from exchange.demo.leads import draw_lead
from exchange.instant import from_text
from exchange.postcodes import region_of
from exchange.sector import Sector

NOW = from_text("2026-11-20T12:00:00Z")
ALL = list(SECTORS.values())


def test_the_same_seed_draws_the_same_leads() -> None:
    first, second = ([draw_lead(random.Random(7), s, NOW) for s in ALL] for _ in range(2))
    assert [asdict(one.contact) for one in first] == [asdict(one.contact) for one in second]
    assert first == second
    assert all(one != other for one, other in pairwise(first))


@pytest.mark.parametrize("sector", ALL, ids=list(SECTORS))
def test_a_drawn_lead_is_one_that_admission_would_take(sector: Sector) -> None:
    rng = random.Random(3)
    rules = BatchRules(sector, "nord", NOW, 9000, 3000, ranges=RANGES)
    for _ in range(200):
        lead, contact, consent = draw_lead(rng, sector, NOW, supplier="nord")
        answers, defects = read_answers(LeadDraft(2, lead.lead_id, {}, dict(lead.answers)), rules)
        assert not defects
        assert answers == lead.answers
        assert lead.region in region_of(lead.postcode)
        assert lead.start_cents % sector.tick_cents == lead.floor_cents % sector.tick_cents == 0
        assert sector.tick_cents <= lead.floor_cents < lead.start_cents
        assert 1 <= lead.seats <= sector.most_seats
        assert consent.confirmed_at is not None
        assert consent.given_at < consent.confirmed_at < lead.asked_at
        assert title(sector.code, lead.answers)
        assert facts(sector.code, lead.answers)
        assert contact.postcode == lead.postcode
