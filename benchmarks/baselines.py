"""Reports read with a library alone, taken naively: what a first attempt looks like.

Every table of every page as the library gives it; a row is found by its label, its last cells are
taken as its values.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO

import docx
import lxml.html
import pdfplumber

from monitor.specimens.model import Specimen
from monitor.specimens.scoring import Score, score_cell

Rows = Iterable[Sequence[str | None]]


def by_pdfplumber(body: bytes) -> Rows:
    rows: list[Sequence[str | None]] = []
    with pdfplumber.open(BytesIO(body)) as document:
        for page in document.pages:
            for table in page.extract_tables():
                rows += table
            page.close()
    return rows


def by_python_docx(body: bytes) -> Rows:
    tables = docx.Document(BytesIO(body)).tables
    return [[cell.text for cell in row.cells] for table in tables for row in table.rows]


def by_lxml(body: bytes) -> Rows:
    root = lxml.html.fromstring(body)
    return [
        [str(cell.xpath("string()")) for cell in row.iter("td", "th")] for row in root.iter("tr")
    ]


BASELINES: Mapping[str, tuple[str, Callable[[bytes], Rows]]] = {
    "html": ("lxml", by_lxml),
    "docx": ("python-docx", by_python_docx),
    "pdf": ("pdfplumber", by_pdfplumber),
    "pdf-chromium": ("pdfplumber", by_pdfplumber),
    "pdf-office": ("pdfplumber", by_pdfplumber),
}
"""By form: the name of the library, and how it gives the rows of all tables."""


def score_rows(rows: Rows, true: Specimen) -> Score:
    """Score rows of texts by their labels, blanks apart; values are counted from the end."""
    plain = [[re.sub(r"\s", "", cell or "") for cell in row] for row in rows]
    score = Score(reports=1)
    for key, cells in true.tables.items():
        if key == "remedies":
            continue
        for spec in true.table(key).rows:
            if spec.key not in cells:
                continue
            label = re.sub(r"\s", "", true.wordings.get(spec.label, spec.label))
            row = next((row for row in plain if label in row), [])
            read = _last(row, len(cells[spec.key]))
            for (column, text), found in zip(cells[spec.key].items(), read, strict=True):
                score_cell(score, key, spec.key, column, text, found)
    _score_remedies(score, plain, true)
    return score


def _score_remedies(score: Score, plain: Sequence[Sequence[str]], true: Specimen) -> None:
    groups = true.tables.get("remedies", {})
    written = [(g, c, text) for g, values in groups.items() for c, text in values.items()]
    row = next((r for r in plain if len(r) == len(written) and r[:1] and r[0].isdigit()), [])
    for (group, column, text), found in zip(written, _last(row, len(written)), strict=True):
        score_cell(score, "remedies", group, column, text, found)


def _last(row: Sequence[str], count: int) -> Sequence[str | None]:
    return row[-count:] if len(row) >= count else [None] * count
