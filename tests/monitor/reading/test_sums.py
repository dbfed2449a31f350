"""Sums that do not hold tell where to look again, and nothing more."""

from dataclasses import replace
from datetime import date

import pytest

from monitor.reading import entry
from monitor.reading.entry import read_report
from monitor.reading.model import Report
from monitor.reading.pdf import read_pdf
from monitor.reading.sums import pages_in_doubt
from monitor.specimens.clean import Counts, clean_report
from monitor.specimens.model import Specimen
from monitor.specimens.pdf import pdf_file


def specimen(**cells: str) -> Specimen:
    """A clean report, some cells of the row ``new`` of the table of requests replaced."""
    clean = clean_report("测试县司法局", 2023, date(2024, 1, 20), Counts())
    rows = dict(clean.tables["requests"])
    rows["new"] = {**rows["new"], **cells}
    return replace(clean, tables={**clean.tables, "requests": rows})


def test_a_clean_report_has_no_page_in_doubt() -> None:
    assert pages_in_doubt(read_report(pdf_file(specimen()))) == frozenset()


def test_a_wrong_total_puts_its_pages_in_doubt_and_changes_no_value() -> None:
    report = read_report(pdf_file(specimen(total="99")))
    pages = pages_in_doubt(report)
    value = report.tables["requests"].values["new"]["total"]
    assert value.text == "99"
    assert value.place.page in pages


def test_a_cell_that_is_no_number_or_blank_makes_no_doubt() -> None:
    blank = dict.fromkeys(("natural", "commercial", "total"), "")
    report = read_report(pdf_file(specimen(total="若干")))
    assert pages_in_doubt(_only_rows(report)) == frozenset()
    assert pages_in_doubt(_only_rows(read_report(pdf_file(specimen(**blank))))) == frozenset()


def _only_rows(report: Report) -> Report:
    """The report with one row of the table of requests, so that only its own sum is asked."""
    table = report.tables["requests"]
    return replace(report, tables={"requests": replace(table, values={"new": table.values["new"]})})


def test_only_a_pdf_whose_sums_do_not_hold_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    again: list[frozenset[int]] = []

    def counted(*arguments: object, thorough: frozenset[int] = frozenset()) -> object:
        again.append(thorough)
        return read_pdf(*arguments, thorough=thorough)  # type: ignore[arg-type]

    monkeypatch.setattr(entry, "read_pdf", counted)
    read_report(pdf_file(specimen()))
    assert again == []
    read_report(pdf_file(specimen(total="99")))
    assert len(again) == 1
    assert again[0]
