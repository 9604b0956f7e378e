"""Who works beside the orders in a process: alarm clock, office, roots, snapshots, what erases by age, couriers."""

from exchange.config import Config, CourierSettings
from exchange.courier.carrier import make_carrier
from exchange.courier.courier import Courier
from exchange.courier.hook import HookCourier
from exchange.desk import Desk
from exchange.errors import ConfigError
from exchange.hooks.target import Bounds, read_ports
from exchange.jobs.alarm import AlarmClock
from exchange.jobs.courier import CourierRounds
from exchange.jobs.deliveries import DeliveryRounds
from exchange.jobs.hooks import HookRounds
from exchange.jobs.office import OfficeRounds
from exchange.jobs.presence import Presence
from exchange.jobs.retention import RetentionRounds
from exchange.jobs.roots import RootRounds
from exchange.jobs.snapshots import SnapshotRounds


class Crew:
    """Starts and stops together; says that it lives after each round of the alarm clock."""

    def __init__(
        self,
        alarm: AlarmClock,
        courier: CourierRounds | None,
        presence: Presence,
        office: OfficeRounds,
        roots: RootRounds,
        deliveries: DeliveryRounds,
        hooks: HookRounds | None = None,
        snapshots: SnapshotRounds | None = None,
        retention: RetentionRounds | None = None,
    ) -> None:
        self._alarm = alarm
        self._hooks = hooks
        self._snapshots = snapshots
        self._retention = retention
        self._deliveries = deliveries
        self._roots = roots
        self._office = office
        self._courier = courier
        self._presence = presence
        alarm.told = self._told

    def start(self) -> None:
        """Begin, in threads of their own."""
        self._alarm.start()
        self._office.start()
        self._roots.start()
        self._deliveries.start()
        if self._courier is not None:
            self._courier.start()
        if self._hooks is not None:
            self._hooks.start()
        if self._snapshots is not None:
            self._snapshots.start()
        if self._retention is not None:
            self._retention.start()

    def _told(self) -> None:
        self._presence.beat()
        if self._courier is not None:
            self._courier.keep_awake()

    def stop(self) -> None:
        """End after the rounds under way."""
        if self._courier is not None:
            self._courier.stop()
        if self._hooks is not None:
            self._hooks.stop()
        if self._snapshots is not None:
            self._snapshots.stop()
        if self._retention is not None:
            self._retention.stop()
        self._office.stop()
        self._roots.stop()
        self._deliveries.stop()
        self._alarm.stop()
        self._presence.leave()


def make_crew(desk: Desk, config: Config, kind: str) -> Crew:
    """The crew of a process of this kind (`serve`, `jobs`) as the settings want it. Raises ConfigError."""
    jobs = config.jobs
    look_again_us = jobs.look_again_ms * 1_000
    alarm = AlarmClock(desk, pause_us=jobs.pause_ms * 1_000, look_again_us=look_again_us)
    carrier = make_carrier(config.courier, desk.store)
    courier = None
    if carrier is not None:
        courier = CourierRounds(Courier(desk.store, carrier), look_again_us=look_again_us)
    presence = Presence(desk.store, kind, config.courier.carrier)
    hooks = _hooks(desk, config.courier, look_again_us)
    rounds = OfficeRounds(desk), RootRounds(desk), DeliveryRounds(desk)
    snapshots, retention = SnapshotRounds(desk.store), RetentionRounds(desk.store, config.retention)
    return Crew(alarm, courier, presence, *rounds, hooks=hooks, snapshots=snapshots, retention=retention)


def bounds_of(settings: CourierSettings) -> Bounds | None:
    """Where webhooks may point; None where the house has none. Raises ConfigError."""
    return Bounds(read_ports(settings.hook_ports), settings.hooks_local) if settings.hooks else None


def _hooks(desk: Desk, settings: CourierSettings, look_again_us: int) -> HookRounds | None:
    bounds = bounds_of(settings)
    if bounds is None:
        return None
    if desk.store.vault is None:
        raise ConfigError("courier.hooks: the vault's key is needed, the secrets of webhooks are sealed")
    return HookRounds(HookCourier(desk.store, desk.store.vault, bounds), look_again_us=look_again_us)
