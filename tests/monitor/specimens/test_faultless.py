"""Invented filings without a fault: the same for the same seed, and coherent in themselves."""

import pytest

from monitor.formats import format_due
from monitor.reading.normalise import parse_count
from monitor.specimens.agencies import KINDS
from monitor.specimens.faultless import FORMATS, Asked, faultless_filing
from monitor.specimens.filings import facts_of
from monitor.specimens.ledger import APPLICANTS, GROUPS, OUTCOMES
from monitor.specimens.model import Specimen
from tests.monitor.specimens.judging import found, read_as_html

SEEDS = range(40)


def total(report: Specimen, row: str) -> int:
    number = parse_count(report.tables["requests"][row]["total"])
    assert number is not None
    return number


def test_the_same_seed_gives_the_same_filing() -> None:
    assert faultless_filing(7) == faultless_filing(7)
    assert faultless_filing(7) != faultless_filing(8)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_sums_of_the_tables_hold(seed: int) -> None:
    report = faultless_filing(seed).report
    for cells in report.tables.get("requests", {}).values():
        assert sum(int(cells[key]) for key in APPLICANTS) == int(cells["total"])
    for key in GROUPS if "remedies" in report.tables else ():
        cells = report.tables["remedies"][key]
        assert sum(int(cells[outcome]) for outcome in OUTCOMES) == int(cells["total"])
    if report.tables:
        came = total(report, "new") + total(report, "carried_in")
        assert came == total(report, "handled_total") + total(report, "carried_out")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_year_follows_on_the_year_before(seed: int) -> None:
    filing = faultless_filing(seed)
    before = filing.previous
    if before is not None and before.tables and filing.report.tables:
        assert total(before, "carried_out") == total(filing.report, "carried_in")
        assert before.fiscal_year == filing.fiscal_year - 1


@pytest.mark.parametrize("format_id", FORMATS)
def test_a_format_can_be_asked_for(format_id: str) -> None:
    filing = faultless_filing(3, Asked(format_id=format_id))

    assert format_due(filing.fiscal_year).id == format_id


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format_id", FORMATS)
def test_nothing_is_found_in_a_faultless_filing(kind: str, format_id: str) -> None:
    filing = faultless_filing(11, Asked(kind=kind, format_id=format_id))

    assert found(facts_of(filing, read_as_html(filing))) == {}
