"""What this room needs of the house: the desk, its vault, and the rules a delivery is checked against."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from exchange.admission import BatchRules
from exchange.admission.reading import folded
from exchange.catalogue import RANGES, SECTORS
from exchange.desk import Desk
from exchange.errors import ConfigError, Invalid, Unknown
from exchange.instant import Instant
from exchange.money import format_amount
from exchange.schema import organisations, sectors
from exchange.sector import Sector
from exchange.staging.checking import Checker
from exchange.staging.delivery import Delivery, Offer
from exchange.vault import Vault


@dataclass(frozen=True, slots=True)
class House:
    """The desk as this room sees it."""

    desk: Desk = field(repr=False)

    @property
    def vault(self) -> Vault:
        """Where contact data is sealed; raises ConfigError without one."""
        if self.desk.vault is None:
            raise ConfigError("there is no vault to keep files of suppliers in")
        return self.desk.vault

    def now(self) -> Instant:
        """What the exchange's clock says."""
        return self.desk.store.clock.now()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction on this room's tables."""
        with self.desk.store.write_aside() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self.desk.store.read() as connection:
            yield connection

    def checker(self, connection: Connection, delivery: Delivery) -> Checker:
        """Checks this delivery's rows as of now."""
        if delivery.sector is None:
            raise Unknown("sector", delivery.delivery_id)
        known = connection.execute(select(organisations.c.organisation, organisations.c.name))
        offer = delivery.offer
        rules = BatchRules(
            SECTORS[delivery.sector],
            delivery.supplier,
            self.now(),
            offer.start_cents,
            offer.floor_cents,
            offer.seats,
            RANGES,
            {folded(name): organisation for organisation, name in known},
        )
        return Checker(delivery.delivery_id, rules, self.vault.fingerprint)

    def sector(self, connection: Connection, code: str) -> Sector:
        """A sector that trades and whose questions we know; raises Invalid."""
        trades = connection.execute(select(sectors.c.sector).where(sectors.c.sector == code)).first()
        if code not in SECTORS or trades is None:
            raise Invalid("sector", "no such sector")
        return SECTORS[code]


def check_offer(offer: Offer, sector: Sector) -> None:
    """Raise Invalid for terms no lead of the sector can have; ``reason`` says what is expected."""
    if not 1 <= offer.seats <= sector.most_seats:
        raise Invalid("seats", f"1–{sector.most_seats}")
    for name, cents in (("start", offer.start_cents), ("floor", offer.floor_cents)):
        if cents < sector.tick_cents or cents % sector.tick_cents:
            raise Invalid(name, format_amount(sector.tick_cents))
    if offer.floor_cents > offer.start_cents:
        raise Invalid("floor", f"≤ {format_amount(offer.start_cents)}")


def check_conversion(connection: Connection, offer: Offer, sector: Sector) -> None:
    """Raise Invalid where the sector converts no exclusive leads, or not to so many seats."""
    if offer.conversion is None:
        return
    seat_bp = connection.execute(select(sectors.c.seat_bp).where(sectors.c.sector == sector.code)).scalar_one()
    if not seat_bp or not 2 <= offer.conversion.seats <= sector.most_seats:
        raise Invalid("convert", f"2–{sector.most_seats}")
