"""The carrier by mail: a letter to each user of the firm who minds that side of its trade, over SMTP."""

import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from smtplib import (
    SMTP,
    SMTP_SSL,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)

from exchange.access.addressees import Addressee, addressees
from exchange.config import CourierSettings
from exchange.courier.letters import letter
from exchange.delivery import LISTED, Attempt, Message
from exchange.instant import to_datetime
from exchange.store import Store

NO_ADDRESS, NO_LETTER = "no_address", "no_letter"
UNREACHABLE, LOGIN, REFUSED, FAILED = "mail_unreachable", "mail_login", "mail_refused", "mail_failed"
"""Why a mail did not go: never what the server said, which repeats addresses."""

PATIENCE_S = 10
"""How long any one answer of the mail server may take."""


class MailCarrier:
    """One mail a user; where one of them does not go, all are tried again, each with the message id it had."""

    def __init__(self, settings: CourierSettings, store: Store) -> None:
        self._settings = settings
        self._store = store

    def deliver(self, message: Message) -> Attempt:
        """Send; ``nobody`` where no user of the firm minds it, and of listings: no letter for each of thousands."""
        if message.topic == LISTED:
            return Attempt("nobody", NO_LETTER)
        with self._store.read() as connection:
            found = addressees(connection, message.organisation, message.side)
        if not found:
            return Attempt("nobody", NO_ADDRESS)
        try:
            with self._connected() as server:
                self._introduce(server)
                for number, addressee in enumerate(found):
                    server.send_message(self._mail(message, addressee, number))
        except (SMTPRecipientsRefused, SMTPSenderRefused):
            return Attempt("failed", REFUSED)
        except SMTPAuthenticationError:
            return Attempt("failed", LOGIN)
        except SMTPException:
            return Attempt("failed", FAILED)
        except OSError:  # no such host, no answer, no valid certificate
            return Attempt("failed", UNREACHABLE)
        return Attempt("carried")

    def _connected(self) -> SMTP:
        mine = self._settings
        if mine.mail_security == "tls":
            context = ssl.create_default_context()
            return SMTP_SSL(mine.mail_host, mine.mail_port, timeout=PATIENCE_S, context=context)
        return SMTP(mine.mail_host, mine.mail_port, timeout=PATIENCE_S)

    def _introduce(self, server: SMTP) -> None:
        mine = self._settings
        if mine.mail_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if mine.mail_password is not None:
            server.login(mine.mail_user, mine.mail_password)

    def _mail(self, message: Message, addressee: Addressee, number: int) -> EmailMessage:
        written = letter(message, addressee.lang, self._settings.link)
        sender = self._settings.mail_from
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = addressee.email
        mail["Subject"] = written.subject
        mail["Date"] = format_datetime(to_datetime(message.at))
        mail["Message-ID"] = f"<{message.delivery_id}.{number}@{sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(written.text)
        return mail
