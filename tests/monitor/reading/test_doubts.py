"""A wrong sum is the agency's where the cells vouch for one another, and doubtful where not."""

from collections.abc import Callable, Mapping

import pytest

from monitor.formats import load_format
from monitor.reading.doubts import find_doubts
from monitor.reading.model import ReadTable, Value
from tests.monitor.reading.writing import a_truth

Rows = dict[str, dict[str, str]]


def _consistent() -> Rows:
    """Requests of which every sum holds."""
    form = load_format("v2021").tables["requests"]
    rows = {row.key: dict.fromkeys((c.key for c in row.columns), "0") for row in form.rows}
    for key, count in {"new": 30, "granted": 20, "partial": 7, "handled_total": 27}.items():
        rows[key] |= {"natural": str(count), "total": str(count)}
    rows["carried_out"] |= {"natural": "3", "total": "3"}
    return rows


def _doubtful(rows: Mapping[str, Mapping[str, str | None]], method: str = "pdf-scan") -> set[str]:
    values = {
        row: {column: Value(text=text) for column, text in cells.items()}
        for row, cells in rows.items()
    }
    table = ReadTable(key="requests", format="v2021", values=values)
    damages = find_doubts({"requests": table}, method, "v2021")
    assert {damage.code for damage in damages} <= {"sums-disagree"}
    return set().union(*(damage.rows for damage in damages))


def _misread(rows: Rows) -> None:
    rows["granted"]["natural"] = "26"


def _wrong_as_printed(rows: Rows) -> None:
    rows["handled_total"] |= {"natural": "21", "total": "21"}


def _row_total_wrong_as_printed(rows: Rows) -> None:
    rows["granted"] |= {"research": "5"}
    rows["handled_total"] |= {"research": "5"}
    rows["new"] |= {"research": "5"}


@pytest.mark.parametrize("method", ["scan", "pdf-scan", "pdf-text+scan", "zip:scan"])
def test_a_digit_that_may_be_misread_makes_its_row_doubtful(method: str) -> None:
    rows = _consistent()
    _misread(rows)
    assert _doubtful(rows, method) == {"granted"}


@pytest.mark.parametrize("method", ["html", "docx", "pdf-text", "ofd", "text"])
def test_what_was_not_recognised_is_never_doubted(method: str) -> None:
    rows = _consistent()
    _misread(rows)
    assert _doubtful(rows, method) == set()


@pytest.mark.parametrize("change", [_wrong_as_printed, _row_total_wrong_as_printed])
def test_a_wrong_sum_whose_cells_other_sums_vouch_for_stays_a_fault(
    change: Callable[[Rows], None],
) -> None:
    rows = _consistent()
    change(rows)
    assert _doubtful(rows) == set()


def test_nothing_is_doubted_where_every_sum_holds() -> None:
    assert _doubtful(_consistent()) == set()
    assert _doubtful(a_truth(requests=[(0,) * 6] * 25).cells["requests"]) == set()


def test_cells_that_were_not_read_leave_sums_open() -> None:
    rows: dict[str, dict[str, str | None]] = {k: dict(v) for k, v in _consistent().items()}
    rows["granted"]["natural"] = None
    assert _doubtful(rows) == set()


def test_a_group_of_remedies_stands_by_itself() -> None:
    cells = a_truth(remedies=((1, 2, 3, 4), (0, 0, 1, 0), (1, 0, 0, 5))).cells["remedies"]
    cells["review"]["upheld"] = "7"
    values = {k: {c: Value(text=t) for c, t in group.items()} for k, group in cells.items()}
    table = ReadTable(key="remedies", format="v2021", values=values)
    (damage,) = find_doubts({"remedies": table}, "scan", "v2021")
    assert damage.rows == {"review"}
