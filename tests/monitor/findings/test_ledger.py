from io import BytesIO

import openpyxl

from monitor.findings.ledger import ledger
from monitor.findings.standing import finding_rows
from tests.monitor.findings.judging import NOON, judged


def test_one_row_for_each_finding_with_a_column_for_the_answer() -> None:
    rows = finding_rows(judged(), NOON)
    book = openpyxl.load_workbook(BytesIO(ledger(rows, "zh", title="台账", now=NOON)))
    sheet = book["问题台账"]
    shown = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert shown[0][-1] == "整改反馈"
    assert len(shown) == 1 + len(rows)
    assert any("requests-row-total" in row for row in shown)


def test_no_cell_is_a_formula() -> None:
    rows = finding_rows(judged(agency='=HYPERLINK("http://x")'), NOON)
    book = openpyxl.load_workbook(BytesIO(ledger(rows, "en", title="=1", now=NOON)))
    types = {cell.data_type for row in book.active.iter_rows() for cell in row}
    assert "f" not in types
