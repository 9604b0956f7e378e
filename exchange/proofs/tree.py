"""A Merkle tree over leaves in order, hashed as in RFC 6962 §2.1: 0x00 before a leaf, 0x01 before two nodes. Pure.

Both questions read the leaves once and keep a node a level, so a day of millions of entries needs no memory.
"""

from collections.abc import Iterable
from hashlib import sha256

from exchange.errors import TapeBroken

EMPTY = sha256(b"").digest()
"""The root of no leaves."""


def leaf(data: bytes) -> bytes:
    """The hash of a leaf's data."""
    return sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two nodes that stand side by side."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaves' data."""
    return paths_of(leaves, ())[0]


def paths_of(leaves: Iterable[bytes], indexes: Iterable[int]) -> tuple[bytes, dict[int, list[bytes]]]:
    """The root, and the nodes that lead to it from these leaves (counted from 0), the nearest first.

    Raises TapeBroken where there is no such leaf.
    """
    paths: dict[int, list[bytes]] = {index: [] for index in indexes}
    stack = _Stack(paths)
    count = -1
    for count, data in enumerate(leaves):
        stack.push(leaf(data), (count,) if count in paths else ())
    if missing := [index for index in paths if not 0 <= index <= count]:
        raise TapeBroken(f"the tree has no leaf {missing[0]}")
    return stack.root(), paths


class _Stack:
    """Complete subtrees from the largest, left, to the smallest: as many as the count of leaves has binary ones."""

    def __init__(self, paths: dict[int, list[bytes]]) -> None:
        self._paths = paths
        self._heights: list[int] = []
        self._nodes: list[bytes] = []
        self._sought: list[tuple[int, ...]] = []

    def push(self, hashed: bytes, sought: tuple[int, ...]) -> None:
        """One more leaf; subtrees of one height become one."""
        heights = self._heights
        heights.append(0)
        self._nodes.append(hashed)
        self._sought.append(sought)
        while len(heights) > 1 and heights[-1] == heights[-2]:
            self._join()
            heights.pop()
            heights[-1] += 1

    def root(self) -> bytes:
        """The subtrees that are left become one, from the smallest on."""
        while len(self._nodes) > 1:
            self._join()
        return self._nodes[0] if self._nodes else EMPTY

    def _join(self) -> None:
        """The last two become one; for the leaves sought in one of them the other is a step of their way."""
        right, of_right = self._nodes.pop(), self._sought.pop()
        left, of_left = self._nodes[-1], self._sought[-1]
        for index in of_left:
            self._paths[index].append(right)
        for index in of_right:
            self._paths[index].append(left)
        self._nodes[-1], self._sought[-1] = node(left, right), of_left + of_right
