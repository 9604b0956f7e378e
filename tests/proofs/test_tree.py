"""The tree against the definition of RFC 6962, word by word."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import TapeBroken
from exchange.proofs.tree import paths_of, root_of
from tools.verify_receipt import Wrong, need_leaf

LEAVES = st.lists(st.binary(max_size=8), max_size=70)


def naive(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    half = split(len(leaves))
    return sha256(b"\x01" + naive(leaves[:half]) + naive(leaves[half:])).digest()


def naive_path(leaves: list[bytes], index: int) -> list[bytes]:
    """PATH of RFC 6962 §2.1.1."""
    if len(leaves) == 1:
        return []
    half = split(len(leaves))
    if index < half:
        return [*naive_path(leaves[:half], index), naive(leaves[half:])]
    return [*naive_path(leaves[half:], index - half), naive(leaves[:half])]


def split(count: int) -> int:
    """The largest power of two below the count."""
    return 1 << (count - 1).bit_length() - 1


def leads(leaf, index, size, path, root) -> bool:
    """Whether the verifier that buyers run is content with a leaf's way to its root."""
    try:
        need_leaf(leaf, index, [step.hex() for step in path], {"date": "a day", "size": size, "root": root.hex()})
    except Wrong:
        return False
    return True


@given(LEAVES)
def test_the_root_is_the_one_of_the_definition(leaves) -> None:
    assert root_of(leaves) == naive(leaves)


@given(LEAVES.filter(bool), st.data())
def test_a_path_is_the_one_of_the_definition_and_leads_to_the_root(leaves, data) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.integers(0, len(leaves) - 1))
    root, paths = paths_of(iter(leaves), [index, other])
    path = paths[index]
    assert (root, path) == (naive(leaves), naive_path(leaves, index))
    assert paths[other] == naive_path(leaves, other)
    assert leads(leaves[index], index, len(leaves), path, root)


@given(LEAVES.filter(bool), st.data())
def test_a_path_of_another_place_or_size_does_not_lead_there(leaves, data) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, paths = paths_of(leaves, [index])
    path = paths[index]
    place = data.draw(st.integers(0, len(leaves)))
    size = data.draw(st.sampled_from([len(leaves), len(leaves) * 2 + 1]))
    if (place, size) == (index, len(leaves)):
        return
    same = place < len(leaves) and leaves[place] == leaves[index]
    assert not leads(leaves[index], place, size, path, root) or same or size != len(leaves)


def test_a_leaf_is_no_node() -> None:
    """Without the prefixes two leaves' hashes, given as one leaf, would have the root of the two."""
    left, right = sha256(b"\x00a").digest(), sha256(b"\x00b").digest()
    assert root_of([b"a", b"b"]) != root_of([left + right])


def test_no_such_leaf() -> None:
    with pytest.raises(TapeBroken, match="no leaf 2"):
        paths_of([b"a", b"b"], [0, 2])
