import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.leaf import (
    DELETION_COLUMNS,
    LEAF_COLUMNS,
    canonical_json,
    cleaned,
    deletion_leaf,
    leaf_bytes,
)
from storage.models import Capture, Deletion

DECISION = Path(__file__).parents[2] / "docs/decisions/0002-log-leaf-format.md"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(alphabet="abcxyz_-", max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


def examples() -> list[str]:
    return re.findall(r"```json\n(.+)\n```", DECISION.read_text())


def capture_of_the_example(leaf: dict[str, Any]) -> Capture:
    values = {name: leaf[name] for name in LEAF_COLUMNS}
    for name in ("requested_at", "fetched_at"):
        values[name] = datetime.fromisoformat(values[name])
    return Capture(**values)


def test_the_example_of_the_decision_comes_out_byte_for_byte() -> None:
    text = DECISION.read_text()
    example = examples()[0]
    parsed = json.loads(example)

    leaf = leaf_bytes(capture_of_the_example(parsed), parsed["run"], parsed["portal"])

    assert leaf.decode() == example
    assert f"{len(leaf)} bytes" in text
    assert hashlib.sha256(b"\0" + leaf).hexdigest() in text
    assert parsed["sha256"] == hashlib.sha256(b"hello").hexdigest()


def test_the_example_of_a_deletion_comes_out_byte_for_byte() -> None:
    example = examples()[1]
    parsed = json.loads(example)
    values = {name: parsed[name] for name in DELETION_COLUMNS}
    values["decided_at"] = datetime.fromisoformat(values["decided_at"])

    leaf = deletion_leaf(Deletion(**values, carried_out_at=datetime.now(UTC)))

    assert leaf.decode() == example
    assert f"{len(leaf)} bytes" in DECISION.read_text()
    assert hashlib.sha256(b"\0" + leaf).hexdigest() in DECISION.read_text()


def test_every_column_of_a_deletion_is_in_its_leaf_and_in_the_decision() -> None:
    columns = {column.key for column in Deletion.__mapper__.column_attrs}

    assert set(DELETION_COLUMNS) == columns - {"id", "carried_out_at"}
    text = DECISION.read_text()
    assert [name for name in DELETION_COLUMNS if f"`{name}`" not in text] == []


def test_every_column_of_a_capture_is_in_its_leaf_and_in_the_decision() -> None:
    columns = {column.key for column in Capture.__mapper__.column_attrs}

    assert set(LEAF_COLUMNS) == columns - {"id", "crawl_id"}, (
        "a leaf of version 1 never changes: a new column needs version 2"
    )
    text = DECISION.read_text()
    assert [name for name in LEAF_COLUMNS if f"`{name}`" not in text] == []


def test_an_instant_is_told_in_utc_whatever_its_zone() -> None:
    example = json.loads(examples()[0])
    capture = capture_of_the_example(example)
    capture.fetched_at = datetime.fromisoformat("2024-01-20T10:03:05.25+08:00")

    leaf = json.loads(leaf_bytes(capture, None, None))

    assert leaf["fetched_at"] == "2024-01-20T02:03:05.250000Z"
    assert (leaf["run"], leaf["portal"]) == (None, None)


def test_texts_are_escaped_as_rfc_8785_says() -> None:
    # The example of section 3.2.2 of the standard, without its floats.
    value = {
        "string": '€$\x0f\nA\'B"\\\\"/',
        "literals": [None, True, False],
        "control": "\x7f\x80",
    }

    assert canonical_json(value) == (
        '{"control":"\x7f\x80","literals":[null,true,false],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@given(json_values)
def test_cleaned_values_are_canonical_and_keep_their_meaning(value: Any) -> None:
    text = canonical_json(cleaned(value))

    text.encode()
    assert canonical_json(json.loads(text)) == text
    if "\0" not in json.dumps(value, ensure_ascii=False).replace("\\u0000", "\0"):
        assert json.loads(text) == value


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("报告\0", "报告\ufffd"),
        ("\ud800x", "\ufffdx"),
        ("\ud83d\ude00", "😀"),
        ("plain", "plain"),
    ],
)
def test_what_no_database_keeps_is_replaced_visibly(text: str, clean: str) -> None:
    assert cleaned([{"key": text}]) == [{"key": clean}]


@pytest.mark.parametrize("value", [1.5, b"bytes", datetime.now(UTC), [float("nan")]])
def test_what_canonical_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="a capture cannot hold"):
        cleaned(value)
