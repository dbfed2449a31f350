"""Known answers on the other real documents."""

from pathlib import Path

import pytest

from monitor.reading.model import Report
from tests.monitor.reading.reading_of import cells, html_report, text_report

pytestmark = pytest.mark.corpus

CITY = {
    "new": "13612 252 0 45 128 32 14069",
    "carried_in": "535 6 0 1 18 0 560",
    "granted": "5345 129 0 41 19 14 5548",
    "partial": "2120 39 0 1 6 2 2168",
    "deny_state_secret": "13 0 0 0 0 0 13",
    "deny_other_law": "30 0 0 0 0 0 30",
    "deny_safety_stability": "11 0 0 0 0 0 11",
    "deny_third_party": "49 2 0 0 0 0 51",
    "deny_internal_affairs": "103 1 0 0 0 0 104",
    "deny_process": "84 1 0 0 0 0 85",
    "deny_enforcement_file": "282 4 0 0 0 0 286",
    "deny_admin_query": "147 0 0 0 1 2 150",
    "unable_not_held": "3075 50 0 0 89 8 3222",
    "unable_must_create": "177 3 0 0 0 0 180",
    "unable_unclear": "19 0 0 0 0 0 19",
    "refuse_petition": "199 1 0 0 3 0 203",
    "refuse_repeat": "147 1 0 0 0 0 148",
    "refuse_publication": "0 0 0 0 0 0 0",
    "refuse_excessive": "100 1 0 0 0 0 101",
    "refuse_confirm": "5 0 0 0 0 0 5",
    "other_no_correction": "315 3 0 0 0 0 318",
    "other_fee_unpaid": "202 0 0 1 0 0 203",
    "other_other": "941 17 0 1 3 3 965",
    "handled_total": "13364 252 0 44 121 29 13810",
    "carried_out": "783 6 0 2 25 3 819",
}


def _rows(report: Report, table: str) -> dict[str, str]:
    return {
        row: " ".join("?" if text is None else text for text in values.values())
        for row, values in cells(report)[table].items()
    }


def test_every_cell_of_the_city_report(corpus: Path) -> None:
    report = html_report((corpus / "reports" / "city-2025.html").read_bytes())
    assert _rows(report, "requests") == CITY
    assert _rows(report, "remedies") == {
        "review": "376 97 196 121 790",
        "suit_direct": "16 1 12 27 56",
        "suit_after": "74 1 30 51 156",
    }
    assert _rows(report, "proactive_disclosure") == {
        "regulations": "3 5 74",
        "normative_docs": "564 984 4185",
        "licensing": "11398889",
        "penalties": "6937489",
        "coercion": "166105",
        "admin_fees": "316441",
    }
    assert report.damage == ()
    assert report.agency == "测试市"
    assert report.fiscal_year == 2025
    assert [section.ordinal for section in report.sections] == [1, 2, 3, 4, 5, 6]
    assert report.preamble.startswith("根据《中华人民共和国政府信息公开条例》规定编制本报告。")


def test_a_flattened_report_of_the_older_format(corpus: Path) -> None:
    report = text_report((corpus / "reports" / "pingtan-2020-abridged.txt").read_bytes())
    assert report.format_found == "v2019"
    rows = _rows(report, "requests")
    assert len(rows) == 23
    shown = {row: text for row, text in rows.items() if text != "0 0 0 0 0 0 0"}
    assert shown == {
        "new": "20 0 0 0 0 1 21",
        "granted": "6 0 0 0 0 1 7",
        "partial": "6 0 0 0 0 0 6",
        "unable_not_held": "4 0 0 0 0 0 4",
        "unable_unclear": "3 0 0 0 0 0 3",
        "refuse_repeat": "3 0 0 0 0 0 3",
        "other_total": "4 0 0 0 0 0 4",
        "handled_total": "20 0 0 0 0 1 21",
    }
    assert _rows(report, "proactive_disclosure") == {
        "regulations": "0 0 7",
        "normative_docs": "? ? ?",
        "licensing": "? ? ?",
        "other_services": "? ? ?",
        "penalties": "? ? ?",
        "coercion": "? ? ?",
        "admin_fees": "35 -15",
        "procurement": "? ?",
    }


def test_only_rows_that_cannot_be_divided_are_doubtful(corpus: Path) -> None:
    report = text_report((corpus / "reports" / "pingtan-2022.txt").read_bytes())
    (damage,) = report.damage
    assert damage.code == "cells-flattened"
    assert damage.rows == {"normative_docs"}
    rows = _rows(report, "requests")
    assert len(rows) == 25
    shown = {row: text for row, text in rows.items() if text != "0 0 0 0 0 0 0"}
    assert shown == {
        "new": "71 3 0 0 0 0 74",
        "carried_in": "1 0 0 0 0 0 1",
        "granted": "21 0 0 0 0 0 21",
        "partial": "8 1 0 0 0 0 9",
        "deny_internal_affairs": "1 0 0 0 0 0 1",
        "deny_process": "2 0 0 0 0 0 2",
        "deny_enforcement_file": "1 0 0 0 0 0 1",
        "unable_not_held": "37 0 0 0 0 0 37",
        "other_no_correction": "2 0 0 0 0 0 2",
        "other_other": "0 2 0 0 0 0 2",
        "handled_total": "72 3 0 0 0 0 75",
    }
    assert _rows(report, "remedies") == {
        "review": "0 1 1 0 2",
        "suit_direct": "1 0 0 0 1",
        "suit_after": "0 0 0 0 0",
    }
    assert _rows(report, "proactive_disclosure")["admin_fees"] == "9116.36"


def test_labels_of_a_collected_text_are_labels_of_the_page(corpus: Path) -> None:
    report = text_report((corpus / "reports" / "pingtan-2022.txt").read_bytes())
    assert report.title == "平潭综合实验区2022年度政府信息公开工作年度报告"
    assert report.published_on is not None
    assert report.published_on.isoformat() == "2023-02-20"
    assert report.labels["url"].startswith("https://www.pingtan.gov.cn/")
    headings = [section.heading for section in report.sections]
    assert headings[3] == "四、政府信息公开行政法复议、行政诉讼情况"
    assert [section.key for section in report.sections][3] == "remedies"
