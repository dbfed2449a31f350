"""Which sums there are in a table, by the rows and columns it has.

They are the same for all tables of the same make-up, of which there are few.
"""

from collections.abc import Iterator, Sequence
from functools import cache

from monitor.formats import load_format
from monitor.formats.naming import column_name, row_name
from monitor.reading.model import ReadTable, Report
from monitor.rules.arithmetic.relations import Sum
from monitor.rules.originals import page_lost

_OTHER_ROWS = ("other_no_correction", "other_fee_unpaid", "other_other")
_OTHER_TOTAL = "other_total"


def balances(_: Report, table: ReadTable) -> Sequence[Sum]:
    """Return, for each column, received against handled and carried out."""
    return _balances(table.format, table.key)


@cache
def _balances(format_id: str, key: str) -> tuple[Sum, ...]:
    return tuple(
        Sum(
            name=column_name(format_id, key, column),
            left=(("new", column), ("carried_in", column)),
            right=(("handled_total", column), ("carried_out", column)),
        )
        for column in _columns(format_id, key)
    )


def result_sums(_: Report, table: ReadTable) -> Sequence[Sum]:
    """Return, for each column, the results against （七）总计."""
    return _result_sums(table.format, table.key, _result_rows(table))


@cache
def _result_sums(format_id: str, key: str, rows: tuple[str, ...]) -> tuple[Sum, ...]:
    return tuple(
        Sum(
            name=column_name(format_id, key, column),
            left=tuple((row, column) for row in rows),
            right=(("handled_total", column),),
            blank_total_states_nothing=_blanks_are_usual(format_id),
        )
        for column in _columns(format_id, key)
    )


def _result_rows(table: ReadTable) -> tuple[str, ...]:
    """Return the result rows by the table's own make-up, whatever its format is called.

    Where 其他处理 is printed with its three rows, a figure beside it is their subtotal.
    """
    common = _common_rows()
    printed = any(row in table.values for row in _OTHER_ROWS)
    single = _OTHER_TOTAL in table.values or table.format == "v2019"
    return (*common, _OTHER_TOTAL) if single and not printed else (*common, *_OTHER_ROWS)


@cache
def _common_rows() -> tuple[str, ...]:
    relation = next(
        item for item in load_format("v2021").relations if item.id == "requests-result-sum"
    )
    return tuple(row for row in relation.left if row not in _OTHER_ROWS)


def row_totals(report: Report, table: ReadTable) -> Iterator[Sum]:
    """Yield, for each row, the applicants against 总计."""
    rows = ("new", "carried_in", *_result_rows(table), "handled_total", "carried_out")
    for row in rows:
        # a row that is not there has no sum; that it is not there is for table-row-missing to say
        if row in table.values or _may_be_lost(report, table, row):
            yield _row_total(table.format, table.key, row)


@cache
def _row_total(format_id: str, key: str, row: str) -> Sum:
    return Sum(
        name=row_name(format_id, key, row),
        left=tuple((row, column) for column in _columns(format_id, key) if column != "total"),
        right=((row, "total"),),
        blank_total_states_nothing=True,
    )


def _may_be_lost(report: Report, table: ReadTable, row: str) -> bool:
    damage = report.doubtful(table=table.key, row=row) or page_lost(report, table.key)
    return damage is not None


def group_sums(_: Report, table: ReadTable) -> Sequence[Sum]:
    """Return, for each group of the remedies table, the outcomes against 总计."""
    return _group_sums(table.format, table.key)


@cache
def _group_sums(format_id: str, key: str) -> tuple[Sum, ...]:
    return tuple(
        Sum(
            name=row_name(format_id, key, group.key),
            left=tuple(
                (group.key, column.key) for column in group.columns if column.key != "total"
            ),
            right=((group.key, "total"),),
            blank_total_states_nothing=_blanks_are_usual(format_id),
        )
        for group in load_format(format_id).tables[key].rows
    )


@cache
def _columns(format_id: str, key: str) -> tuple[str, ...]:
    spec = load_format(format_id).tables[key]
    return tuple(column.key for column in spec.rows[0].columns)


def _blanks_are_usual(format_id: str) -> bool:
    """Whether blanks stand for zero: they did in official reports in the format of 2019."""
    return format_id == "v2019"
