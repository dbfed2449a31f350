"""Tables that are pictures: told apart from tables beside pictures, by what reading gives."""

from dataclasses import replace

import pytest

from monitor.formats import format_due
from monitor.reading.html import read_html
from monitor.reading.limits import DEFAULT_LIMITS, Limits
from monitor.reading.model import Block, Damage, Grid, Place
from monitor.reading.pictured import SMALLEST_TABLE, Recogniser, read_pictured
from monitor.rules.catalogue import rulebook
from monitor.rules.engine import judge_with
from monitor.rules.model import Facts, Outcome
from tests.monitor.reading.filing_parts import page_without, table_blocks
from tests.monitor.rules.cases import files
from tests.monitor.rules.cases.case import NOON, Case, check, parameters
from tests.monitor.scene import a_report

SPECIMEN = a_report("清河县财政局")
PICTURE = b"requests" * SMALLEST_TABLE


@pytest.mark.parametrize("case", parameters(files.TABLES))
def test_a_table_is_called_a_picture_only_if_nothing_else_of_it_is_there(case: Case) -> None:
    check(case)


def test_the_cases_show_every_answer() -> None:
    assert {case.outcome for case in files.TABLES} == {str(outcome) for outcome in Outcome}


def _recognise(
    body: bytes, place: Place, limits: Limits
) -> tuple[tuple[Block, ...], tuple[Damage, ...]]:
    """Show the table of requests, all of it placed where the picture is, as recognition does."""
    assert body == PICTURE
    return tuple(_placed(block, place) for block in table_blocks(SPECIMEN, "requests")), ()


def _placed(block: Block, place: Place) -> Block:
    assert isinstance(block, Grid)
    cells = tuple(replace(cell, place=place) for cell in block.cells)
    return replace(block, place=place, cells=cells)


def _recognise_in_boxes(
    body: bytes, place: Place, limits: Limits
) -> tuple[tuple[Block, ...], tuple[Damage, ...]]:
    """The same, but everything has its box within the picture, as a real reading of it gives."""
    return _recognise(body, replace(place, bbox=(12.5, 8.0, 300.0, 40.0)), limits)


def _outcomes(page: bytes, recognise: Recogniser = _recognise) -> list[Outcome]:
    report = read_pictured(read_html(page), {"1.png": PICTURE}.get, recognise, DEFAULT_LIMITS)
    assert "requests" in report.tables
    facts = Facts(as_of=NOON, report=report, fiscal_year=2023, format=format_due(2023))
    return [verdict.outcome for verdict in judge_with(rulebook()["table-as-image"], facts, {})]


def test_a_table_that_was_recognised_in_a_page_is_found_by_its_place() -> None:
    image = "<p><img src='1.png'></p>"

    assert _outcomes(page_without(SPECIMEN, ["requests"], image)) == [Outcome.FAIL]


def test_a_table_with_its_box_within_the_picture_stands_in_it() -> None:
    page = page_without(SPECIMEN, ["requests"], "<p><img src='1.png'></p>")

    assert _outcomes(page, _recognise_in_boxes) == [Outcome.FAIL]


def test_a_picture_in_a_page_with_its_tables_is_none() -> None:
    page = page_without(SPECIMEN, []).replace(b"</body>", b"<img src='1.png'></body>")

    assert _outcomes(page) == [Outcome.PASS]
