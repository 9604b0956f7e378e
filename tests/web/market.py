"""A small market for the pages' tests: eight sectors, two firms, a dozen leads as on the picture of the board.

Played through the real desk with a set clock; it ends at `NOW`, a Thursday afternoon.
"""

from dataclasses import dataclass
from decimal import Decimal

from argon2 import PasswordHasher

from exchange.access.entrance import Entrance
from exchange.access.password import Passwords
from exchange.calendars import make_calendar
from exchange.catalogue import SECTORS
from exchange.clock import Clock, SetClock
from exchange.desk import Answer, Desk, OfferedLead
from exchange.instant import DAY_US, MINUTE_US, SECOND_US, Instant, from_text
from exchange.lead import EVERYONE, Consent, ConsentScope, Contact
from exchange.money import Cents
from exchange.orderbook.caps import Cap
from exchange.orderbook.filters import Condition, Filters
from exchange.orderbook.order import Arm
from exchange.orderbook.sharing import ConversionRule
from exchange.pricing.curve import Curve, CurveVersion
from exchange.pricing.shape import Steps
from exchange.store import open_store
from exchange.vault import development_vault
from exchange.web.premises import Premises

VAULT = development_vault()
"""One for all markets of a test run: a painted database is copied and opened again."""

NOW = from_text("2026-11-19T13:31:08Z")
PASSWORD = "falling prices 42"
SENTENCE = (
    "Ich willige ein, dass ein Vermittler mich zu meiner Anfrage per Telefon und E-Mail berät. Widerruf jederzeit."
)

_SHARES = (100, 94, 86, 80, 74, 68, 62, 56, 51, 46, 41, 36, 31, 27, 23, 19, 15)


def falling(minutes: int) -> Curve:
    """Seventeen even steps over a running time."""
    step_us = minutes * MINUTE_US // (len(_SHARES) + 1)
    return Curve(
        Steps(tuple((n * step_us, Decimal(share).scaleb(-2)) for n, share in enumerate(_SHARES))), minutes * MINUTE_US
    )


MINUTES = {"pkv": 120, "bu": 90, "pv": 120, "wp": 150, "baufi": 180, "bav": 140, "rlv": 90, "gewerbe": 160}


@dataclass(frozen=True, slots=True)
class Sketch:
    """One lead of the picture: minutes since its listing, then what the board says of it."""

    lead_id: str
    sector: str
    minutes: int
    postcode: str
    region: str
    seats: int
    start_cents: Cents
    floor_cents: Cents
    answers: dict[str, str]


def _lead(lead_id: str, sector: str, minutes: int, where: str, seats: int, prices: str, **answers: str) -> Sketch:
    postcode, region = where.split()
    start, floor = (int(price) * 50 for price in prices.split())
    return Sketch(lead_id, sector, minutes, postcode, region, seats, start, floor, answers)


PICTURE = (
    _lead("7A1PV", "pv", 1, "86150 DE-BY", 3, "96 33", owner="yes", building="detached", roof="pitched",
          orientation="south", area="48", storage="yes"),
    _lead("7F3BU", "bu", 6, "70435 DE-BW", 1, "124 36", request="new", occupation="Ingenieurin", age="29",
          pension="1800", smoker="no"),
    _lead("7K2KV", "pkv", 13, "80331 DE-BY", 1, "192 56", product="full", insured_now="gkv", status="employee",
          age="36", income="82000", children="1"),
    _lead("7B9BF", "baufi", 20, "90402 DE-BY", 2, "176 52", purpose="follow_up", loan="285000", value="491000",
          fixed_until="2027-06"),
    _lead("7W4WP", "wp", 29, "72070 DE-BW", 3, "112 37", owner="yes", heating="gas", built="1987",
          living_area="142", subsidy="yes"),
    _lead("7R6RL", "rlv", 34, "89073 DE-BW", 1, "76 23", sum="250000", years="20", smoker="no", age="34",
          purpose="property"),
    _lead("7C3BU", "bu", 38, "93413 DE-BY", 2, "110 18", request="compare", occupation="Azubi Mechatronik", age="19",
          pension="1200", smoker="no"),
    _lead("7D5AV", "bav", 52, "79098 DE-BW", 1, "148 44", request="set_up", trade="Handwerk", employees="14"),
    _lead("7E8KV", "pkv", 63, "97070 DE-BY", 1, "192 56", product="civil_servant", status="trainee_civil_servant",
          age="25"),
    _lead("7G2GW", "gewerbe", 81, "74072 DE-BW", 3, "106 17", product="liability", trade="Elektrobetrieb",
          turnover="900000"),
    _lead("7Z1KV", "pkv", 88, "84453 DE-BY", 3, "30 10", product="dental", status="employee", age="43"),
)  # fmt: skip

PERSONS = (
    ("Katharina", "Lindner", "k.lindner@example.de"),
    ("Jonas", "Oberhuber", "j.oberhuber@example.de"),
    ("Miriam", "Sailer", "m.sailer@example.com"),
    ("Tobias", "Grünwald", "t.gruenwald@example.de"),
)


class Market:
    """The desk with a set clock, ready for pages."""

    def __init__(self, url: str, clock: Clock | None = None) -> None:
        self.clock = SetClock(NOW - 3 * DAY_US)
        self.desk = Desk(open_store(url, clock or self.clock, create=clock is None), VAULT)
        cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.entrance = Entrance(self.desk.store, cheap)

    def premises(self) -> Premises:
        """For `create_app`."""
        return Premises(self.desk, self.entrance, secret="of tests only")

    def open(self) -> None:
        """Sectors, a supplier, two buyers with money, three users."""
        calendar = make_calendar(1, [])
        for code, sector in SECTORS.items():
            self.desk.open_sector(
                code,
                tick_cents=50,
                most_seats=3,
                fee_bp=1000,
                vat_bp=1900,
                calendar=calendar,
                claims=sector.claims,
                arms=(Arm(CurveVersion(14, f"{sector.short} v14", falling(MINUTES[code])), 10_000),),
            )
        self.desk.join("quelle", name="Anfragen Nord", supplier=True)
        self.desk.join("brandt", name="Brandt & Vogel", buyer=True)
        self.desk.join("krone", name="Kronenberg Finanz", buyer=True)
        for firm in ("brandt", "krone"):
            self.desk.deposit(firm, amount_cents=300_000, reference="Überweisung")
        for email, name, role, firm in (
            ("s.brandt@brandt-vogel.example", "Sabine Brandt", "owner", "brandt"),
            ("m.krone@kronenberg.example", "Martin Krone", "advisor", "krone"),
            ("p.nord@quelle.example", "Paul Nord", "supplier", "quelle"),
        ):
            self.entrance.add_user(email=email, name=name, role=role, organisation=firm, password=PASSWORD)

    def list(
        self,
        sketch: Sketch,
        *,
        person: int = 0,
        recipients: tuple[str, ...] = EVERYONE.recipients,
        conversion: ConversionRule | None = None,
    ) -> list[Answer]:
        """Offer one lead now, with contact and consent."""
        first, last, email = PERSONS[person % len(PERSONS)]
        number = sum(map(ord, sketch.lead_id))
        at = self.clock.now()
        lead = OfferedLead(
            listing_id=sketch.lead_id,
            region=sketch.region,
            postcode=sketch.postcode,
            seats=sketch.seats,
            start_cents=sketch.start_cents,
            floor_cents=sketch.floor_cents,
            asked_at=at - 40 * SECOND_US,
            answers=tuple(sorted(sketch.answers.items())),
            draw=0,
            person_id=sketch.lead_id,
            conversion=conversion,
            contact=Contact(
                first_name=first,
                last_name=last,
                phone=f"+4917139200{number % 100:02d}",
                email=email,
                street="Seestraße 12",
                postcode=sketch.postcode,
                city="Überlingen",
                birth_date="14.03.1994",
                note="Ich wechsle im Januar die Praxis und möchte vorher alles klären.",
            ),
            proof=Consent(
                text=SENTENCE,
                version="v3",
                given_at=at - 60 * SECOND_US,
                source_url="https://vergleich.example/anfrage",
                ip="192.0.2.0",
                scope=ConsentScope(recipients=recipients, product=sketch.sector, channels=("phone", "email")),
                confirmed_at=at - 45 * SECOND_US,
            ),
        )
        found = self.desk.list_leads(sketch.sector, supplier="quelle", leads=[lead])
        return [answer for answer in found if isinstance(answer, Answer)]

    def go(self, at: Instant) -> None:
        """Set the clock and let what was due happen."""
        self.clock.at_us = at
        for code in self.desk.sectors():
            self.desk.settle(code)

    def paint(self) -> None:
        """The picture: standing bids, listings at their ages, two purchases today."""
        self.go(NOW - 4 * 60 * MINUTE_US)
        self.bid("bu-sued", "bu", 4400, "BU Süd, exklusiv", Filters(("DE-BY", "DE-BW"), seats_at_most=1), daily=5)
        self.bid(
            "pkv-m", "pkv", 7200, "PKV München + 80 km", Filters(postcodes=("80", "81", "82", "85", "86")), daily=2
        )
        rlv = Filters(("DE-BY", "DE-BW"), conditions=(Condition("smoker", "=", ("no",)),))
        self.bid("rlv", "rlv", 1600, "Risikoleben", rlv, daily=4)
        self.bid("pv-schwaben", "pv", 1800, "Photovoltaik Schwaben", Filters(postcodes=("86", "87", "88", "89")))
        self.desk.pause("pv", bid_id="pv-schwaben", buyer="brandt")
        self.go(NOW - 100 * MINUTE_US)
        early = _lead("7H4RL", "rlv", 0, "87435 DE-BY", 1, "58 23", sum="180000", years="15", smoker="yes", age="41")
        self.list(early, person=1)
        self.list(_lead("7H5BU", "bu", 0, "88662 DE-BW", 1, "110 36", request="new", occupation="Physiotherapeutin",
                        age="32", pension="1500", smoker="no"), person=0)  # fmt: skip
        self.desk.buy("rlv", buyer="brandt", listing_id="7H4RL", most_cents=3000, key="first-purchase")
        for sketch in sorted(PICTURE, key=lambda one: -one.minutes):
            self.go(max(NOW - sketch.minutes * MINUTE_US, self.clock.now()))
            self.list(sketch, person=sketch.minutes)
        self.desk.buy("baufi", buyer="krone", listing_id="7B9BF", most_cents=9000)
        self.go(NOW)

    def bid(
        self, bid_id: str, sector: str, limit_cents: Cents, name: str, filters: Filters, *, daily: int | None = None
    ) -> None:
        """A standing bid of Brandt & Vogel."""
        caps = (Cap("day", leads=daily),) if daily else ()
        self.desk.place(
            sector, bid_id=bid_id, buyer="brandt", limit_cents=limit_cents, quantity=6, filters=filters, caps=caps
        )
        self.entrance.name_bid(bid_id, name)
