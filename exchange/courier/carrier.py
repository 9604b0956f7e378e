"""How a message leaves the house: by whichever carrier the settings name."""

from exchange.config import CourierSettings
from exchange.courier.file import FileCarrier
from exchange.courier.mail import MailCarrier
from exchange.courier.spreader import Spreader
from exchange.delivery import Carrier
from exchange.errors import ConfigError
from exchange.safety import is_local
from exchange.store import Store


def make_carrier(settings: CourierSettings, store: Store) -> Carrier | None:
    """The carrier of these settings; None where nothing leaves the house. Raises ConfigError for unsafe ones."""
    other = _other(settings, store)
    return Spreader(store, other) if settings.hooks else other


def _other(settings: CourierSettings, store: Store) -> Carrier | None:
    if settings.carrier == "file":
        return FileCarrier(settings.spool, store.clock)
    if settings.carrier == "mail":
        if settings.mail_security == "plain" and not is_local(settings.mail_host):
            raise ConfigError(f"courier.mail_security: plain mail to {settings.mail_host} can be read on the way")
        return MailCarrier(settings, store)
    return None
