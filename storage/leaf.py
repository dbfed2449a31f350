"""A capture, or a deletion, as the bytes that the log hashes.

The formats are fixed for ever: see ``docs/decisions/0002-log-leaf-format.md``.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from storage.clock import iso_utc
from storage.models import Capture, Deletion

LEAF_VERSION = 1
DELETION_VERSION = 1

INSTANTS = ("requested_at", "fetched_at")
STRUCTURES = ("redirects", "request_headers", "headers", "tls")
SCALARS = (
    "url",
    "final_url",
    "method",
    "purpose",
    "request_body",
    "status",
    "media_type",
    "sha256",
    "size",
    "wire_sha256",
    "rendered",
    "address",
    "error",
)
LEAF_COLUMNS = SCALARS + STRUCTURES + INSTANTS
"""Every column of a capture but ``id`` and ``crawl_id``."""

_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode


def canonical_json(value: Any) -> str:
    """Return the one JSON text of a value, after RFC 8785.

    Strings, integers, booleans, null, arrays and objects only; object keys are ASCII, so that
    sorting by code point and by UTF-16 unit is the same.
    """
    return _encode(value)


def leaf_bytes(capture: Capture, run_id: str | None, portal_id: str | None) -> bytes:
    """Return the leaf of a capture; run and portal are those of its crawl, None without one."""
    return leaf_of({name: getattr(capture, name) for name in LEAF_COLUMNS}, run_id, portal_id)


def leaf_of(values: Mapping[str, Any], run_id: str | None, portal_id: str | None) -> bytes:
    """Return the leaf of the values of ``LEAF_COLUMNS``, as the database returns them."""
    leaf = {
        **{name: values[name] for name in LEAF_COLUMNS},
        **{name: iso_utc(values[name]) for name in INSTANTS},
        "v": LEAF_VERSION,
        "type": "capture",
        "run": run_id,
        "portal": portal_id,
    }
    return canonical_json(leaf).encode()


DELETION_COLUMNS = ("author", "decided_at", "originals", "policy", "reason")
"""Every column of a deletion but ``id`` and ``carried_out_at``."""


def deletion_leaf(deletion: Deletion) -> bytes:
    """Return the leaf of a deletion."""
    leaf = {
        **{name: getattr(deletion, name) for name in DELETION_COLUMNS},
        "decided_at": iso_utc(deletion.decided_at),
        "v": DELETION_VERSION,
        "type": "deletion",
    }
    return canonical_json(leaf).encode()


def cleaned(value: Any) -> Any:
    """Return a value that every database keeps and canonical JSON can say.

    NUL and lone surrogates in texts become U+FFFD, keys become sorted texts, tuples lists.

    Raises:
        TypeError: if there is anything else than text, integers, booleans, None and their
            arrays and objects.
    """
    if isinstance(value, str):
        return _cleaned_text(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, list | tuple):  # the usual ones, asked before the abstract kinds
        return [
            # The same as _is_clean, without a call for each of some dozen.
            item if item.__class__ is str and item.isascii() and "\0" not in item else cleaned(item)
            for item in value
        ]
    if isinstance(value, Mapping):
        return {cleaned(str(key)): cleaned(value[key]) for key in sorted(value)}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [cleaned(item) for item in value]
    msg = f"a capture cannot hold {value!r}"
    raise TypeError(msg)


def _is_clean(value: Any) -> bool:
    """Tell what can be told at once, and of nearly every header: a plain text."""
    return isinstance(value, str) and value.isascii() and "\0" not in value


def _cleaned_text(value: str) -> str:
    if _is_clean(value):
        return value
    whole = value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
