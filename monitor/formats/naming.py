"""Names of tables, rows and columns: the official label in Chinese, the key in English."""

import re
from functools import cache

from monitor.formats import RowSpec, TableSpec, load_format
from monitor.language import Bilingual

TABLE_NAMES = {
    "proactive_disclosure": Bilingual("主动公开政府信息情况表", "proactive disclosure table"),
    "requests": Bilingual("政府信息公开申请情况表", "requests table"),
    "remedies": Bilingual("行政复议、行政诉讼情况表", "remedies table"),
}

_NOTE = re.compile(r"（[^（）]{4,}）")
_ORDINAL = re.compile(r"^(?:[一二三四]、|（[一二三四五六七]）|\d\.)")


def table_name(key: str) -> Bilingual:
    """Return what a table is called."""
    return TABLE_NAMES.get(key, Bilingual(key, key))


@cache
def row_name(format_id: str, table: str, key: str) -> Bilingual:
    """Return what a row is called in a format, without its ordinal and its note in brackets."""
    spec = _row(load_format(format_id).tables.get(table), key)
    label = key if spec is None else _ORDINAL.sub("", _NOTE.sub("", spec.label))
    return Bilingual(label, key)


@cache
def column_name(format_id: str, table: str, key: str) -> Bilingual:
    """Return what a column is called in a format."""
    found = load_format(format_id).tables.get(table)
    for row in found.rows if found is not None else ():
        for column in row.columns:
            if column.key == key:
                return Bilingual(_NOTE.sub("", column.label), key)
    return Bilingual(key, key)


@cache
def cell_name(format_id: str, table: str, row: str, column: str) -> Bilingual:
    """Return what a cell is called: its row and its column."""
    row_, column_ = row_name(format_id, table, row), column_name(format_id, table, column)
    return Bilingual(f"“{row_.zh}”行“{column_.zh}”列", f"row {row_.en}, column {column_.en}")


def _row(table: TableSpec | None, key: str) -> RowSpec | None:
    if table is None:
        return None
    found = next((row for row in table.rows if row.key == key), None)
    if found is not None:
        return found
    # a report on 2020 may print the rows of the other format under （六）其他处理
    other = load_format("v2021").tables[table.key]
    return next((row for row in other.rows if row.key == key), None)
