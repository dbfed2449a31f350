import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.log import (
    EMPTY_ROOT,
    GrowingTree,
    MerkleTree,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

# The test vectors published with Certificate Transparency (RFC 6962; RFC 9162 hashes the same):
# eight leaves, the root of the first n of them, and proofs.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(text)
    for text in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
# (index of the leaf, size of the tree): its audit path
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
# (old size, new size): the proof
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
TREE = MerkleTree.of(leaf_hash(leaf) for leaf in LEAVES)

leaf_lists = st.lists(st.binary(max_size=4).map(leaf_hash), min_size=1, max_size=70)


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, as it is written."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = max(1 << k for k in range(len(leaves).bit_length()) if 1 << k < len(leaves))
    return node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 9162, section 2.1.3.1, as it is written."""
    if len(leaves) == 1:
        return []
    split = max(1 << k for k in range(len(leaves).bit_length()) if 1 << k < len(leaves))
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_subproof(old: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """RFC 9162, section 2.1.4.1, as it is written."""
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    split = max(1 << k for k in range(len(leaves).bit_length()) if 1 << k < len(leaves))
    if old <= split:
        return [*naive_subproof(old, leaves[:split], whole), naive_root(leaves[split:])]
    return [*naive_subproof(old - split, leaves[split:], False), naive_root(leaves[:split])]


def test_the_published_roots_come_out() -> None:
    assert [TREE.root(size) for size in range(1, 9)] == ROOTS
    assert [MerkleTree.of(map(leaf_hash, LEAVES[:n])).root() for n in range(1, 9)] == ROOTS


def test_the_root_of_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert MerkleTree.of([]).root() == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("place", "path"), INCLUSION.items())
def test_the_published_inclusion_proofs_come_out(place: tuple[int, int], path: list[str]) -> None:
    index, size = place
    proof = TREE.inclusion_proof(index, size)

    assert [step.hex() for step in proof] == path
    assert verify_inclusion(leaf_hash(LEAVES[index]), index, size, proof, ROOTS[size - 1])


@pytest.mark.parametrize(("sizes", "path"), CONSISTENCY.items())
def test_the_published_consistency_proofs_come_out(sizes: tuple[int, int], path: list[str]) -> None:
    old, new = sizes
    proof = TREE.consistency_proof(old, new)

    assert [step.hex() for step in proof] == path
    assert verify_consistency(old, new, ROOTS[old - 1], ROOTS[new - 1], proof)


@given(leaf_lists, st.data())
def test_roots_and_proofs_are_those_of_the_standards_definitions(
    leaves: list[bytes], data: st.DataObject
) -> None:
    tree = MerkleTree.of(leaves)
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))

    assert tree.root(size) == naive_root(leaves[:size])
    assert tree.inclusion_proof(index, size) == naive_path(index, leaves[:size])
    assert tree.consistency_proof(old, size) == naive_subproof(old, leaves[:size], True)


@given(leaf_lists, st.data())
def test_a_proof_verifies_and_a_changed_one_does_not(
    leaves: list[bytes], data: st.DataObject
) -> None:
    tree = MerkleTree.of(leaves)
    index = data.draw(st.integers(0, tree.size - 1))
    proof = tree.inclusion_proof(index)
    assert verify_inclusion(leaves[index], index, tree.size, proof, tree.root())

    other = leaf_hash(b"something else entirely")
    assert not verify_inclusion(other, index, tree.size, proof, tree.root())
    assert not verify_inclusion(leaves[index], index, tree.size, proof, other)
    assert not verify_inclusion(leaves[index], index, tree.size, [*proof, other], tree.root())
    assert not verify_inclusion(leaves[index], tree.size, tree.size, proof, tree.root())
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof[:at], other, *proof[at + 1 :]]
        assert not verify_inclusion(leaves[index], index, tree.size, changed, tree.root())
        assert not verify_inclusion(leaves[index], index, tree.size, proof[:-1], tree.root())


@given(leaf_lists, st.data())
def test_a_consistency_proof_verifies_and_a_changed_one_does_not(
    leaves: list[bytes], data: st.DataObject
) -> None:
    tree = MerkleTree.of(leaves)
    old = data.draw(st.integers(1, tree.size))
    proof = tree.consistency_proof(old)
    assert verify_consistency(old, tree.size, tree.root(old), tree.root(), proof)

    other = leaf_hash(b"something else entirely")
    assert not verify_consistency(old, tree.size, other, tree.root(), proof)
    assert not verify_consistency(old, tree.size, tree.root(old), other, proof)
    assert not verify_consistency(old, tree.size, tree.root(old), tree.root(), [*proof, other])
    assert not verify_consistency(0, tree.size, EMPTY_ROOT, tree.root(), proof)
    if proof:
        assert not verify_consistency(old, tree.size, tree.root(old), tree.root(), proof[:-1])


@pytest.mark.parametrize(("index", "size"), [(8, 8), (-1, 8), (0, 9), (0, 0)])
def test_a_proof_of_what_is_not_there_is_refused(index: int, size: int) -> None:
    with pytest.raises(ValueError, match=r"leaf|leaves"):
        TREE.inclusion_proof(index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 8), (5, 4), (1, 9)])
def test_a_consistency_proof_between_impossible_sizes_is_refused(old: int, new: int) -> None:
    with pytest.raises(ValueError, match=r"proof|leaves"):
        TREE.consistency_proof(old, new)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1300), st.randoms(use_true_random=False))
def test_a_growing_tree_has_the_same_root_at_every_size(size: int, random: random.Random) -> None:
    hashes = [leaf_hash(str(number).encode()) for number in range(size)]
    looked_at = {random.randrange(size + 1) for _ in range(5)} | {size}
    whole, tree = MerkleTree.of(hashes), GrowingTree()

    for number, each in enumerate([*hashes, b""]):
        if number in looked_at:
            assert (tree.root(), tree.size) == (whole.root(number), number)
        if each:
            tree.append(each)
