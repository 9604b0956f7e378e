"""One call to a real receiver on this machine, and what receivers do."""

import socket
import ssl
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from select import select
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from exchange.hooks import address
from exchange.hooks.call import READ_BYTES, Caller, Said
from exchange.hooks.target import HTTPS, Target
from tests.hooks.receiver import receiving

BODY = b'{"type":"lead.sold"}'
TOLD = {"webhook-id": "id-1", "Content-Type": "application/json"}


def post(port, **more):
    return Caller(**more).post(Target("http", "127.0.0.1", port, "/hooks?a=1", here=True), TOLD, BODY)


def test_a_message_arrives_as_it_was_written():
    with receiving(says="Danke\x00 für \x1b[31mnichts".encode()) as receiver:
        said = post(receiver.port)
    assert (said.status, said.carried, said.excerpt) == (200, True, "Danke  für  [31mnichts")
    (got,) = receiver.got
    assert (got.path, got.body, got.headers["webhook-id"]) == ("/hooks?a=1", BODY, "id-1")
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.headers["user-agent"].startswith("Leadboerse")


@pytest.mark.parametrize(
    ("status", "code"),
    [(204, ""), (299, ""), (300, "hook_redirect"), (400, "hook_status"), (410, "hook_gone"), (500, "hook_status")],
)
def test_only_2xx_is_there(status, code):
    with receiving(status, says=b"") as receiver:
        assert post(receiver.port) == Said(status, code)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_followed_anywhere(status):
    with receiving() as inner, receiving((status, {"Location": inner.url})) as receiver:
        said = post(receiver.port)
    assert (said.status, said.code) == (status, "hook_redirect")
    assert inner.got == []


def test_of_a_long_answer_only_the_beginning_is_read():
    with receiving(says=b"x" * 100 * READ_BYTES) as receiver:
        said = post(receiver.port)
    assert (said.carried, len(said.excerpt)) == (True, 200)


@contextmanager
def answering(*pieces, pause_s=0.0):
    """A receiver that says just these bytes, whatever it hears, and waits after each until it is hung up on."""
    listening = socket.create_server(("127.0.0.1", 0))

    def go():
        line, _ = listening.accept()
        with line, suppress(OSError):
            heard = b""
            while not heard.endswith(BODY):
                heard += line.recv(65_536)
            for piece in pieces:
                line.sendall(piece)
                if pause_s and select([line], [], [], pause_s)[0]:
                    return

    thread = Thread(target=go)
    thread.start()
    yield listening.getsockname()[1]
    thread.join()
    listening.close()


def test_who_drips_is_hung_up_on():
    drops = [b"HTTP/1.1 200 OK\r\n", *([b"X: y\r\n"] * 50)]
    with answering(*drops, pause_s=0.05) as port:
        assert post(port, whole_s=0.3) == Said(code="hook_timeout")


def test_who_says_nothing_is_hung_up_on():
    with answering(b"", pause_s=2) as port:
        assert post(port, whole_s=0.2) == Said(code="hook_timeout")


@pytest.mark.parametrize(
    "said", [b"", b"hello\r\n\r\n", b"HTTP/1.1 999999 x\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a" * 70_000]
)
def test_who_speaks_no_http(said):
    with answering(said) as port:
        assert post(port).code == "hook_answer"


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert post(port) == Said(code="hook_unreachable")


def test_a_name_that_turned_inwards_since_it_was_saved_is_not_called():
    def ask(_host, _port):
        return [(socket.AF_INET, ("127.0.0.1", receiver.port))]

    with receiving() as receiver:
        said = Caller(ask).post(Target(HTTPS, "hooks.example.de", receiver.port, "/"), TOLD, BODY)
    assert (said, receiver.got) == (Said(code="hook_barred"), [])


def test_the_call_goes_to_the_address_that_was_looked_at(monkeypatch):
    """A resolver that says something else every time is asked once."""
    asked, connected = [], []

    def ask(_host, port):
        asked.append(port)
        return [(socket.AF_INET, ("1.1.1.1" if len(asked) == 1 else "127.0.0.1", port))]

    class Notes(socket.socket):
        def connect(self, place):
            connected.append(place)
            raise OSError("far away")

    monkeypatch.setattr("exchange.hooks.call.socket", Notes)
    assert Caller(ask).post(Target(HTTPS, "hooks.example.de", 443, "/"), TOLD, BODY).code == "hook_unreachable"
    assert (asked, connected) == ([443], [("1.1.1.1", 443)])


def test_a_name_nobody_knows():
    assert Caller(lambda *_: []).post(Target(HTTPS, "hooks.example.de", 443, "/"), TOLD, BODY).code == "hook_name"


def test_a_certificate_nobody_vouches_for(monkeypatch, tmp_path):
    monkeypatch.setattr(address, "is_public", lambda _: True)
    pem = tmp_path / "hooks.pem"
    pem.write_bytes(certificate("hooks.example.de"))
    mine = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    mine.load_cert_chain(pem)
    believing = ssl.create_default_context(cafile=str(pem))
    with speaking_tls(mine) as port:
        ask = lambda *_: [(socket.AF_INET, ("127.0.0.1", port))]  # noqa: E731
        there = Target(HTTPS, "hooks.example.de", port, "/")
        assert Caller(ask).post(there, TOLD, BODY).code == "hook_tls"
        assert Caller(ask, believing).post(Target(HTTPS, "other.example.de", port, "/"), TOLD, BODY).code == "hook_tls"
        assert Caller(ask, believing).post(there, TOLD, BODY).carried


def certificate(name):
    """A certificate that vouches for itself, with its key."""
    key, who = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    return secret + made.public_bytes(serialization.Encoding.PEM)


@contextmanager
def speaking_tls(context):
    """A receiver that answers three calls with 200, as far as they come."""
    listening = socket.create_server(("127.0.0.1", 0))

    def go():
        for _ in range(3):
            plain, _ = listening.accept()
            try:
                with context.wrap_socket(plain, server_side=True) as line:
                    said = some = line.recv(65_536)
                    while some and BODY not in said:  # what is left unread would reset the line
                        some = line.recv(65_536)
                        said += some
                    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            except OSError:
                plain.close()

    thread = Thread(target=go)
    thread.start()
    yield listening.getsockname()[1]
    thread.join()
    listening.close()
