import json

from monitor.reading.contract import reading_object
from tests.monitor.building import a_report, with_cell, with_damage
from tests.monitor.reading.reading_of import html_report
from tests.monitor.reading.writing import a_truth, write_html


def test_the_reading_object_has_the_published_shape() -> None:
    read = reading_object(a_report())
    assert read["complete"] is True
    assert read["method"] == "html"
    assert read["format_found"] == "v2021"
    assert read["sections"][0] == {
        "key": "overview",
        "heading": "一、总体情况",
        "ordinal": 1,
        "text": a_report().sections[0].text,
    }
    assert read["tables"]["requests"]["new"]["total"] == "10"
    assert read["tables"]["remedies"]["review"] == {
        "upheld": "1",
        "corrected": "0",
        "other": "0",
        "pending": "0",
        "total": "1",
    }
    assert read["tables"]["proactive_disclosure"]["admin_fees"] == {"amount_wan": "0"}
    json.dumps(read)


def test_blank_is_an_empty_text_and_unread_is_null() -> None:
    report = with_cell(a_report(), "requests", "new", "natural", "")
    report = with_cell(report, "requests", "new", "total", None)
    row = reading_object(report)["tables"]["requests"]["new"]
    assert row["natural"] == ""
    assert row["total"] is None


def test_damage_is_told_and_makes_the_reading_incomplete() -> None:
    report = with_damage(a_report(), "rows-lost", tables=frozenset({"requests"}))
    read = reading_object(report)
    assert read["complete"] is False
    assert read["damage"][0]["tables"] == ["requests"]


def test_cells_carry_the_element_where_they_stand() -> None:
    read = reading_object(html_report(write_html(a_truth())))
    assert read["places"]["requests"]["new"]["total"]["path"].startswith("/html/body/")
    json.dumps(read)
