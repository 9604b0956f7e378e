"""Which addresses a name stands for, and whether they are anybody's on the public net.

A name is resolved once for every call, all its addresses must be public, and the call goes to one of those that were
looked at: a name that points elsewhere a moment later (rebinding) changes nothing.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from exchange.hooks.target import Target

Place = tuple[socket.AddressFamily, tuple[Any, ...]]
"""A family and an address to connect to, in numbers."""
Resolve = Callable[[str, int], list[Place]]

_NOT_V4 = tuple(
    ip_network(one)
    for one in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # answers inside one provider's net with what its machines may know
    )
)
_V6 = ip_network("2000::/3")
"""All that is given out to the public; loopback, link-local, unique local, multicast and mapped ones lie outside."""
_NOT_V6 = tuple(
    ip_network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
"""Of those: protocol assignments and Teredo, documentation, 6to4, which carries any IPv4 address inside."""


class Barred(Exception):
    """A name stands for an address that is not public."""


class Nameless(Exception):
    """A name stands for no address."""


def is_public(text: str) -> bool:
    """Whether an address in numbers belongs to the public net; what is no address does not."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return _is_public_v4(address) if isinstance(address, IPv4Address) else _is_public_v6(address)


def _is_public_v4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in net for net in _NOT_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    """No scope, no address of the other kind inside."""
    if address.scope_id is not None or address.ipv4_mapped is not None:
        return False
    return address.is_global and address in _V6 and not any(address in net for net in _NOT_V6)


def resolve(host: str, port: int) -> list[Place]:
    """What the system's resolver says; raises Nameless."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        raise Nameless from None
    return [(family, address) for family, _, _, _, address in found]


def places_of(target: Target, ask: Resolve = resolve) -> list[Place]:
    """Where a call to a target goes, looked at; raises Barred where any of it is not public, Nameless."""
    if target.here:
        return [(socket.AF_INET, (target.host, target.port))]
    found = ask(target.host, target.port)
    if not found:
        raise Nameless
    if not all(is_public(str(address[0])) for _, address in found):
        raise Barred
    return found
