"""Mails through a server of our own: who gets one, what it says, and what every trouble is called."""

import socket
import socketserver
from dataclasses import replace
from email import message_from_string
from email.policy import default
from threading import Thread

import pytest

from exchange.access.users import add_user, disable_user
from exchange.config import CourierSettings
from exchange.courier.carrier import make_carrier
from exchange.courier.file import FileCarrier
from exchange.courier.mail import MailCarrier
from exchange.courier.spreader import Spreader
from exchange.delivery import Attempt, Message
from exchange.errors import ConfigError
from tests.desk.floor import MORNING, open_market

BOUGHT = Message("3f0c-id", "lead.bought", "anna", "buyer", "pv", 7, MORNING, {"listing": "L1", "sale": "pv-7"})


class Post(socketserver.StreamRequestHandler):
    """The little of SMTP a client of ours speaks; ``refused`` are words that get a 5xx."""

    def handle(self) -> None:
        self._say("220 post.example")
        while line := self.rfile.readline().decode().strip():
            word = line.split(":")[0].split()[0].upper()
            if word in self.server.refused:
                self._say("550 kanari@example.org is not welcome")
            elif word == "DATA":
                self._data()
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _data(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
            lines.append(line)
        self.server.mails.append(message_from_string("\n".join(lines), policy=default))
        self._say("250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def server():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post) as server:
        server.daemon_threads = True
        server.mails, server.refused = [], set()
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def settings(server):
    return CourierSettings(
        carrier="mail",
        mail_host="127.0.0.1",
        mail_port=server.server_address[1],
        mail_security="plain",
        mail_from="boerse@leadboerse.example",
        link="https://market.example",
    )


@pytest.fixture
def desk():
    desk = open_market("sqlite://")
    people = [("owner", "anna", "de"), ("advisor", "anna", "en"), ("supplier", "anna", "de"), ("advisor", "bert", "de")]
    with desk.store.write_aside() as connection:
        for role, firm, lang in people:
            user = {"email": f"{role}@{firm}.example", "name": role, "role": role, "organisation": firm}
            add_user(connection, **user, password_hash="x", at=MORNING, lang=lang)
        gone = add_user(
            connection,
            email="gone@anna.example",
            name="Gone",
            role="owner",
            organisation="anna",
            password_hash="x",
            at=MORNING,
        )
        disable_user(connection, gone, MORNING)
    return desk


def test_whoever_buys_for_the_firm_gets_a_mail_in_their_language(desk, settings, server):
    assert MailCarrier(settings, desk.store).deliver(BOUGHT) == Attempt("carried")
    mails = {mail["To"]: mail for mail in server.mails}
    assert sorted(mails) == ["advisor@anna.example", "owner@anna.example"]
    german, english = mails["owner@anna.example"], mails["advisor@anna.example"]
    assert german["Subject"] == "Lead gekauft: L1"
    assert "Sie haben den Lead L1 gekauft (Kauf pv-7)." in german.get_content()
    assert "You have bought the lead L1" in english.get_content()
    assert "https://market.example" in english.get_content()
    assert german["From"] == "boerse@leadboerse.example"
    assert german["Auto-Submitted"] == "auto-generated"


def test_the_same_message_has_the_same_message_ids(desk, settings, server):
    carrier = MailCarrier(settings, desk.store)
    carrier.deliver(BOUGHT)
    carrier.deliver(BOUGHT)
    ids = [mail["Message-ID"] for mail in server.mails]
    assert ids[:2] == ids[2:]
    assert ids[0] != ids[1]
    assert all("3f0c-id" in one for one in ids)


def test_a_supplier_is_told_as_a_supplier(desk, settings, server):
    sold = replace(BOUGHT, topic="lead.sold", side="supplier")
    MailCarrier(settings, desk.store).deliver(sold)
    assert {mail["To"] for mail in server.mails} == {"owner@anna.example", "supplier@anna.example"}


def test_a_firm_without_users_is_nobody_to_tell(desk, settings, server):
    sold = replace(BOUGHT, organisation="nord", side="supplier", topic="lead.sold")
    assert MailCarrier(settings, desk.store).deliver(sold) == Attempt("nobody", "no_address")
    assert server.mails == []


@pytest.mark.parametrize(
    ("refused", "code"),
    [("RCPT", "mail_refused"), ("MAIL", "mail_refused"), ("DATA", "mail_failed"), ("EHLO HELO", "mail_failed")],
)
def test_a_refusal_is_told_in_a_word_of_ours(desk, settings, server, refused, code):
    server.refused = set(refused.split())
    assert MailCarrier(settings, desk.store).deliver(BOUGHT) == Attempt("failed", code)


def test_a_server_without_tls_gets_no_mail_where_tls_is_wanted(desk, settings, server):
    assert MailCarrier(replace(settings, mail_security="starttls"), desk.store).deliver(BOUGHT).result == "failed"
    assert server.mails == []


def test_a_server_that_is_not_there(desk, settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = replace(settings, mail_port=taken.getsockname()[1])
        assert MailCarrier(nobody, desk.store).deliver(BOUGHT) == Attempt("failed", "mail_unreachable")


def test_a_password_is_for_a_server_that_asks_for_one(desk, settings):
    with_password = replace(settings, mail_password="secret of the house")
    assert MailCarrier(with_password, desk.store).deliver(BOUGHT).result == "failed", "this one knows no AUTH"
    assert "secret of the house" not in repr(with_password)


def test_which_carrier_the_settings_name(desk, settings, tmp_path):
    assert make_carrier(CourierSettings(), desk.store) is None
    assert isinstance(make_carrier(CourierSettings(carrier="file", spool=tmp_path), desk.store), FileCarrier)
    assert isinstance(make_carrier(settings, desk.store), MailCarrier)
    both = make_carrier(replace(settings, hooks=True), desk.store)
    assert isinstance(both, Spreader)
    assert isinstance(both.other, MailCarrier)
    assert make_carrier(CourierSettings(hooks=True), desk.store) == Spreader(desk.store)


def test_of_every_lead_that_is_listed_no_letter_goes(desk, settings):
    listed = replace(BOUGHT, topic="lead.listed", side="supplier")
    assert MailCarrier(settings, desk.store).deliver(listed) == Attempt("nobody", "no_letter")


def test_plain_mail_leaves_this_host_never(desk, settings):
    with pytest.raises(ConfigError, match=r"courier\.mail_security"):
        make_carrier(replace(settings, mail_host="mail.example"), desk.store)
