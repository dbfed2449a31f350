"""The Merkle tree of the log, after RFC 9162, section 2.1 (the same hashes as RFC 6962).

Pure: leaves are 32-byte hashes, proofs are lists of 32-byte hashes. A tree keeps every level as
one run of bytes, so that a million leaves cost 64 MB and less than a second.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"
EMPTY_ROOT = hashlib.sha256(b"").digest()
_PART = 256
"""Leaves that a growing tree takes in before it hashes them: a power of two."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf."""
    return hashlib.sha256(LEAF_PREFIX + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


@dataclass(frozen=True, slots=True)
class MerkleTree:
    """A tree over leaf hashes: the complete subtrees of every height, lowest first."""

    levels: tuple[bytes, ...]

    @classmethod
    def of(cls, leaf_hashes: Iterable[bytes | bytearray]) -> "MerkleTree":
        """Build the tree over leaf hashes in the order of the log; an item may be several."""
        levels = [b"".join(leaf_hashes)]
        while len(levels[-1]) >= 2 * HASH_BYTES:
            levels.append(_parents(levels[-1]))
        return cls(tuple(levels))

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self.levels[0]) // HASH_BYTES

    def leaf(self, index: int) -> bytes:
        """Return the hash of one leaf."""
        return self._node(0, index)

    def root(self, size: int | None = None) -> bytes:
        """Return the root hash of the first ``size`` leaves; of all by default.

        Raises:
            ValueError: if the tree has fewer.
        """
        size = self._within(self.size if size is None else size)
        return self._subtree(0, size) if size else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the audit path of a leaf in the tree of the first ``size`` leaves (2.1.3.1).

        Raises:
            ValueError: if there is no such leaf or tree.
        """
        size = self._within(self.size if size is None else size)
        if not 0 <= index < size:
            msg = f"leaf {index} is not in a tree of {size}"
            raise ValueError(msg)
        proof: list[bytes] = []
        start, end = 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                proof.append(self._subtree(middle, end))
                end = middle
            else:
                proof.append(self._subtree(start, middle))
                start = middle
        return proof[::-1]

    def consistency_proof(self, old_size: int, new_size: int | None = None) -> list[bytes]:
        """Return the proof that the tree of ``new_size`` begins with that of ``old_size``.

        RFC 9162, section 2.1.4.1.

        Raises:
            ValueError: unless 0 < old size <= new size <= the leaves there are.
        """
        new_size = self._within(self.size if new_size is None else new_size)
        if not 0 < old_size <= new_size:
            msg = f"no consistency proof from {old_size} to {new_size}"
            raise ValueError(msg)
        proof: list[bytes] = []
        start, end, whole = 0, new_size, True
        while old_size != end:
            middle = start + _split(end - start)
            if old_size <= middle:
                proof.append(self._subtree(middle, end))
                end = middle
            else:
                proof.append(self._subtree(start, middle))
                start, whole = middle, False
        if not whole:
            proof.append(self._subtree(start, end))
        return proof[::-1]

    def _within(self, size: int) -> int:
        if not 0 <= size <= self.size:
            msg = f"the tree has {self.size} leaves, not {size}"
            raise ValueError(msg)
        return size

    def _node(self, height: int, index: int) -> bytes:
        return self.levels[height][index * HASH_BYTES : (index + 1) * HASH_BYTES]

    def _subtree(self, start: int, end: int) -> bytes:
        """Hash the leaves from ``start`` to ``end``, where ``start`` begins a complete subtree."""
        width = end - start
        if width & (width - 1) == 0:
            height = width.bit_length() - 1
            return self._node(height, start >> height)
        middle = start + _split(width)
        return node_hash(self._subtree(start, middle), self._subtree(middle, end))


class GrowingTree:
    """The root over leaves that are read one by one, of any number, in a few kilobytes.

    It keeps the leaves of the last part and the roots of the complete subtrees before it.
    """

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []
        self._part = bytearray()

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        self._part += leaf
        self.size += 1
        if self.size % _PART == 0:
            self._fold()

    def root(self) -> bytes:
        """Return the root over the leaves so far."""
        right = [MerkleTree.of([self._part]).root()] if self._part else []
        roots = [*self._subtrees, *right]
        root = roots.pop() if roots else EMPTY_ROOT
        for left in reversed(roots):
            root = node_hash(left, root)
        return root

    def _fold(self) -> None:
        root = MerkleTree.of([self._part]).root()
        self._part.clear()
        parts = self.size // _PART
        while parts & 1 == 0:
            root = node_hash(self._subtrees.pop(), root)
            parts >>= 1
        self._subtrees.append(root)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Say whether ``proof`` shows the leaf at ``index`` of the tree with that root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, current = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            current = node_hash(step, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, step)
        node, last = node >> 1, last >> 1
    return last == 0 and current == root


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether ``proof`` shows that the new tree begins with the old one (2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    steps = list(proof)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _split(width: int) -> int:
    """Return the largest power of two smaller than ``width``, which is at least 2."""
    return 1 << ((width - 1).bit_length() - 1)


def _parents(level: bytes) -> bytes:
    pair = 2 * HASH_BYTES
    sha256 = hashlib.sha256
    return b"".join(
        sha256(NODE_PREFIX + level[at : at + pair]).digest()
        for at in range(0, len(level) - pair + 1, pair)
    )
