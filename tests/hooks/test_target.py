"""Where a webhook may not point, however it is spelled: refused before anything is resolved."""

import pytest

from exchange.errors import ConfigError, Invalid
from exchange.hooks.target import Bounds, Target, read_ports, read_target

SLASHES = "//"

BEHIND_HTTPS = {
    "form": [
        "/hooks.example.de",
        "user@hooks.example.de/",
        "user:secret@hooks.example.de/",
        "hooks.example.de@10.0.0.1/",
        "hooks.example.de\\@10.0.0.1/",
        "hooks.example.de#@10.0.0.1/",
        "hooks.example.de/#part",
        "hooks.example.de /",
        "hooks.example.de/\n",
        "hooks.example.de/\r\nHost: 10.0.0.1",
        "hooks.example.de/a b",
        "hooks.example.de/ü",
        "hööks.example.de/",
        "１２７.0.0.1/",
        "127。0。0。1/",
        "hooks%2eexample.de/",
        "[::1]/",
        "[::ffff:10.0.0.1]/",
        "[fe80::1%25eth0]/",
        "[64:ff9b::a00:1]/",
        "[2a00:1450:4001:81b::200e]/",
        "hooks.example.de:/",
        "hooks.example.de:443:80/",
        "hooks.example.de:+443/",
        "hooks_inner.example.de/",
        "hooks.example.de?a=\x00",
    ],
    "host": [
        "127.0.0.1/",
        "127.1/",
        "127.0.0.1./",
        "2130706433/",
        "0x7f000001/",
        "0x7f.1/",
        "0x7f.0.0.0x1/",
        "017700000001/",
        "0177.0.0.1/",
        "0/",
        "10.0.0.1/",
        "169.254.169.254/latest/meta-data/",
        "93.184.215.14/",
        "1.2.3/",
        "localhost/",
        "LOCALHOST/",
        "db.localhost/",
        "metadata.google.internal/",
        "printer.local/",
        "router.lan/",
        "intranet/",
        "1.0.0.127.in-addr.arpa/",
        "hooks.example.de./",
        ".example.de/",
        "hooks..example.de/",
        "-hooks.example.de/",
        "hooks-.example.de/",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.de/",
    ],
    "port": [
        "hooks.example.de:80/",
        "hooks.example.de:22/",
        "hooks.example.de:8443/",
        "hooks.example.de:0/",
        "hooks.example.de:65536/",
        "hooks.example.de:99999/",
    ],
    "long": ["hooks.example.de/" + "a" * 500],
}
"""Reasons, and what is refused for each after the scheme."""
OTHERWISE = {
    "scheme": ["http://hooks.example.de/", "http://127.0.0.1:8000/", "http://localhost/"],
    "form": [
        "",
        "hooks.example.de",
        "//hooks.example.de/",
        "ftp://hooks.example.de/",
        "file:///etc/passwd",
        "gopher://hooks.example.de/",
        "javascript:alert(1)",
        "HTTPS://hooks.example.de/",
        "https:hooks.example.de",
        " https://hooks.example.de/",
    ],
}
BARRED = [(reason, f"https:{SLASHES}{rest}") for reason, found in BEHIND_HTTPS.items() for rest in found]
BARRED += [(reason, url) for reason, found in OTHERWISE.items() for url in found]


def test_the_table_is_long_enough():
    assert len(BARRED) >= 60


@pytest.mark.parametrize(("reason", "url"), BARRED)
def test_what_is_not_plainly_a_public_https_address_is_refused(reason, url):
    with pytest.raises(Invalid) as refused:
        read_target(url, Bounds())
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://hooks.example.de", "/"),
        (f"https:{SLASHES}hooks.example.de?a=1", "/?a=1"),
        ("https://hooks.example.de:443/a/%20b?c=d&e", "/a/%20b?c=d&e"),
    ],
)
def test_a_sound_address(url, path):
    assert read_target(url, Bounds()) == Target("https", "hooks.example.de", 443, path)


def test_other_ports_where_the_house_says_so():
    assert read_target(f"https:{SLASHES}Hooks.Example.de:8443/x", Bounds((443, 8443))).port == 8443
    assert read_ports("443 8443") == (443, 8443)
    for wrong in ("", "0", "443,8443", "65536", "https", "-1", "٤٤٣"):
        with pytest.raises(ConfigError, match="hook_ports"):
            read_ports(wrong)


def test_this_machine_only_in_development_and_only_by_its_own_name():
    local = Bounds(local=True)
    assert read_target("http://127.0.0.1:9000/x", local) == Target("http", "127.0.0.1", 9000, "/x", here=True)
    assert read_target("http://localhost:9000/x", local).host == "127.0.0.1"
    for host in ("10.0.0.1", "127.0.0.2", "0.0.0.0", "hooks.example.de", "[::1]"):  # noqa: S104
        with pytest.raises(Invalid):
            read_target(f"http:{SLASHES}{host}/", local)
