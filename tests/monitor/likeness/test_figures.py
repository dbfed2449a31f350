"""Which figures tell a report from all others."""

from decimal import Decimal

import pytest

from monitor.likeness.figures import are_telling, figures_of, figures_of_reading, figures_sha256
from monitor.reading.contract import reading_object
from tests.monitor.building import a_report, with_cell


def test_figures_are_the_cells_that_are_not_zero() -> None:
    figures = figures_of(a_report())
    assert figures is not None
    assert figures["proactive_disclosure", "licensing", "decisions"] == 14
    assert all(figures.values())
    assert figures == figures_of_reading(reading_object(a_report()))


def test_a_cell_that_was_not_read_leaves_the_figures_unknown() -> None:
    assert figures_of(with_cell(a_report(), "requests", "new", "natural", None)) is None
    assert figures_of(with_cell(a_report(), "requests", "new", "natural", "若干")) is None


def test_the_same_number_in_another_form_is_the_same() -> None:
    licences = ("proactive_disclosure", "licensing", "decisions")
    great = with_cell(a_report(), *licences, "148200")
    hashes = {
        figures_sha256(figures_of(with_cell(great, *licences, text)))
        for text in ("148200", "148,200", "１４８２００", "148200.0")
    }
    assert len(hashes) == 1
    assert None not in hashes
    assert figures_sha256(figures_of(with_cell(great, *licences, "148201"))) not in hashes


def test_blank_and_zero_are_the_same_nothing() -> None:
    other = with_cell(a_report(), "requests", "carried_in", "research", "")
    assert figures_of(other) == figures_of(a_report())


@pytest.mark.parametrize(
    ("values", "telling"),
    [
        ((1482, 36, 57, 23, 2), True),
        ((1482, 36, 57, 23), False),  # fewer than five
        ((1, 1, 1, 1, 1, 1, 1, 1), False),  # one request, and its sums
        ((3, 3, 3, 2, 2, 2, 1, 1), False),
        ((200, 200, 200, 200, 200), False),  # one figure five times
        ((200, 201, 202, 1, 1), True),
    ],
)
def test_small_figures_and_repeated_ones_tell_nothing(
    values: tuple[int, ...], telling: bool
) -> None:
    figures = {("t", f"r{i}", "c"): Decimal(value) for i, value in enumerate(values)}
    assert are_telling(figures) is telling


def test_sums_add_nothing_to_what_figures_tell() -> None:
    parts = {("requests", f"r{i}", "natural"): Decimal(9) for i in range(5)}
    sums = {("requests", f"r{i}", "total"): Decimal(1000 + i) for i in range(5)}
    assert not are_telling(parts | sums)
