"""Addresses a name may stand for: the public net, looked at once, and gone to as they were looked at."""

import socket

import pytest

from exchange.hooks.address import Barred, Nameless, is_public, places_of, resolve
from exchange.hooks.target import Bounds, Target, read_target

TARGET = read_target("https://hooks.example.de/", Bounds())

NOT_V4 = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
]
NOT_V6 = [
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:127.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:a00:1::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
NONE_AT_ALL = ["2130706433", "0x7f.1", "017700000001", "127.1", "hooks.example.de"]
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.215.14", "172.15.0.1", "172.32.0.1", "2606:4700::1", "2a00:1450:4001:81b::200e"]


@pytest.mark.parametrize("address", NOT_V4 + NOT_V6 + NONE_AT_ALL)
def test_what_is_not_of_the_public_net(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is(address):
    assert is_public(address)


def asking(*answers):
    """A resolver that says these addresses, one list a question."""
    left = list(answers)

    def ask(_host, port):
        return [(socket.AF_INET, (address, port)) for address in left.pop(0)]

    return ask


def test_one_inner_address_among_public_ones_is_enough_to_refuse():
    assert places_of(TARGET, asking(["1.1.1.1", "8.8.8.8"])) == [
        (socket.AF_INET, ("1.1.1.1", 443)),
        (socket.AF_INET, ("8.8.8.8", 443)),
    ]
    with pytest.raises(Barred):
        places_of(TARGET, asking(["1.1.1.1", "10.0.0.1"]))
    with pytest.raises(Nameless):
        places_of(TARGET, asking([]))


def test_a_name_nobody_knows():
    with pytest.raises(Nameless):
        resolve("hooks.invalid", 443)


def test_development_asks_no_resolver():
    here = Target("http", "127.0.0.1", 9000, "/", here=True)
    assert places_of(here, asking()) == [(socket.AF_INET, ("127.0.0.1", 9000))]
