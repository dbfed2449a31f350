"""Rules about where a report is published, and whether people can find, open and keep it."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.rules.model import ListedRow
from monitor.rules.publication.order import FEWEST, PINNED, misplaced
from tests.monitor.building import AGENCY
from tests.monitor.rules.cases import columns, files, labels, publication
from tests.monitor.rules.cases.case import Case, check, parameters


@pytest.mark.parametrize("case", parameters(publication.HOSTS))
def test_only_official_hosts_count_as_publication(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(columns.ALL))
def test_columns_and_lists_are_judged_by_what_is_known_of_them(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(files.ALL))
def test_files_are_called_broken_different_or_alone_only_with_proof(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", parameters(labels.ALL))
def test_labels_and_index_numbers_are_those_of_the_page_and_its_agency(case: Case) -> None:
    check(case)


def _rows(days: Sequence[date], agency: str = AGENCY) -> tuple[ListedRow, ...]:
    return tuple(
        ListedRow(url=f"https://x.gov.cn/{agency}/{n}", title=f"{agency}年报", day=day)
        for n, day in enumerate(days)
    )


DAYS = st.lists(st.dates(date(2015, 1, 1), date(2025, 1, 1)), min_size=4, max_size=30)


@given(DAYS, st.booleans())
def test_nothing_is_misplaced_in_a_sorted_list(days: list[date], downwards: bool) -> None:
    assert misplaced(_rows(sorted(days, reverse=downwards))) == frozenset()


@given(DAYS)
def test_without_the_misplaced_rows_a_list_is_in_order(days: list[date]) -> None:
    rows = _rows(days)
    kept = tuple(row for row in rows if row.url not in misplaced(rows))
    assume(len(kept) >= FEWEST + PINNED)  # shorter lists may have fewer rows pinned

    assert misplaced(kept) == frozenset()


@pytest.mark.parametrize("place", range(4, 8))
def test_one_row_far_out_of_its_place_is_the_one_that_is_told(place: int) -> None:
    days = [date(2024, 6, 1) - timedelta(days=30 * n) for n in range(10)]
    days.insert(place, date(2016, 1, 1))

    assert misplaced(_rows(days)) == {f"https://x.gov.cn/{AGENCY}/{place}"}
