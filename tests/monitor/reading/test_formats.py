"""The formats as data agree with themselves."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest

from monitor.formats import FORMAT_IDS, TABLE_KEYS, format_due, load_data, load_format
from monitor.reading.labels import proactive_rows, request_rows
from monitor.reading.normalise import normalise_label


def test_every_format_loads() -> None:
    for format_id in FORMAT_IDS:
        assert load_format(format_id).id == format_id


@pytest.mark.parametrize(("format_id", "rows"), [("v2019", 23), ("v2021", 25)])
def test_tables_have_the_shape_of_the_state_councils_model(format_id: str, rows: int) -> None:
    form = load_format(format_id)
    assert tuple(form.tables) == TABLE_KEYS
    assert len(form.tables["requests"].rows) == rows
    assert all(len(row.columns) == 7 for row in form.tables["requests"].rows)
    assert sum(len(row.columns) for row in form.tables["remedies"].rows) == 15


@pytest.mark.parametrize(
    ("year", "format_id"),
    [(2008, "v2008"), (2018, "v2008"), (2019, "v2019"), (2020, "v2019"), (2021, "v2021")],
)
def test_the_format_due_follows_the_fiscal_year(year: int, format_id: str) -> None:
    assert format_due(year).id == format_id


def test_before_the_first_regulation_no_format_is_due() -> None:
    with pytest.raises(ValueError, match="2007"):
        format_due(2007)


def test_relations_name_rows_and_columns_that_exist() -> None:
    for format_id in ("v2019", "v2021"):
        form = load_format(format_id)
        for relation in form.relations:
            table = form.tables[relation.table]
            names = {row.key for row in table.rows}
            names |= {column.key for row in table.rows for column in row.columns}
            for term in (*relation.left, *relation.right):
                assert term.lstrip("-").split("@")[0] in names, relation.id


def test_row_labels_are_told_apart_by_number_and_text() -> None:
    for rows in (request_rows(), proactive_rows()):
        assert len({(row.ordinal, row.core) for row in rows}) == len(rows)


def test_distinctive_labels_belong_to_one_format_only() -> None:
    older, newer = load_format("v2019").distinctive, load_format("v2021").distinctive
    assert not {normalise_label(x) for x in older} & {normalise_label(x) for x in newer}


def test_every_table_section_has_its_table_and_every_wording_one_section() -> None:
    for format_id in ("v2019", "v2021"):
        form = load_format(format_id)
        assert {section.table for section in form.sections} - {None} == set(form.tables)
        sections: dict[str, str] = {}
        for section in form.sections:
            for wording in (section.heading, *section.aliases):
                assert sections.setdefault(normalise_label(wording), section.key) == section.key


def test_every_document_is_found_by_its_own_number() -> None:
    documents = load_data("documents")["document"]
    keys = {item["key"] for item in documents}
    assert len(keys) == len(documents)
    for item in documents:
        own = [other["key"] for other in documents if _is_cited(other, item["number"])]
        assert own == [item["key"]]
        assert item.get("superseded_by", item["key"]) in keys


def _is_cited(document: Mapping[str, Any], text: str) -> bool:
    return any(re.search(pattern, text) for pattern in document["match"])


def test_every_topic_of_order_492_is_told_by_its_own_text() -> None:
    topics = load_format("v2008").contents
    for topic in topics:
        first = next(x["key"] for x in topics if any(word in topic["text"] for word in x["match"]))
        assert first == topic["key"]


def test_the_years_of_the_formats_follow_one_another_without_gap() -> None:
    spans = [item["fiscal_years"] for item in load_data("labels")["applies"]]
    assert all(before[1] + 1 == after[0] for before, after in pairwise(spans))


def test_traditional_characters_stand_under_their_simplified_forms() -> None:
    data = load_data("labels")["normalize"]
    assert len(data["simplified"]) == len(data["traditional"])
    pairs = set(zip(data["traditional"], data["simplified"], strict=True))
    assert len(set(data["traditional"])) == len(pairs)
