"""Reports with known cells, printed by several programs, with page breaks everywhere."""

import random

import pytest

from monitor.reading.entry import read_report
from monitor.reading.model import Document, Grid
from monitor.reading.pdf import read_pdf
from tests.conftest import CORPUS
from tests.monitor.reading.measuring import Score, grids, score_document, score_report, texts
from tests.monitor.reading.printing import (
    CHROMIUM,
    SOFFICE,
    Look,
    TrueReport,
    parts,
    print_with_chromium,
    print_with_libreoffice,
    print_with_reportlab,
    report_docx,
    report_html,
    true_report,
)

SECTION_KEYS = [
    "overview",
    "proactive_disclosure",
    "requests",
    "remedies",
    "problems",
    "other_matters",
]


def looks(count: int, seed: int) -> list[tuple[Look, TrueReport]]:
    """Reports of different sizes, set so that the page breaks fall in different places."""
    chance = random.Random(seed)
    found = []
    for index in range(count):
        look = Look(
            font=chance.choice([9, 10.5, 12, 14, 16]),
            table_font=chance.choice([7, 8, 9, 10.5]),
            margin=chance.choice([40, 56, 72]),
            padding=chance.choice([2, 3, 5]),
            line=chance.choice([0.25, 0.5, 1, 1.5]),
            push=500 * index / count,
            repeat_head=index % 3 == 2,
            split_rows=index % 2 == 0,
        )
        digits, zeros = chance.choice([(3, 0.3), (4, 0.0), (5, 0.8)])
        found.append(
            (look, true_report(index, digits=digits, zeros=zeros, filler=chance.randrange(4)))
        )
    return found


def assert_all_is_read(document: Document, true: TrueReport) -> Score:
    score = score_document(document, true)
    assert score.wrong == []
    # A number that a page break cuts in two is left unread, and nothing else.
    cut = [cell.doubtful for grid in grids(document) for cell in grid.cells if cell.doubtful]
    assert score.unread <= len(cut)
    assert len(grids(document)) == 3
    assert texts(document) == [true.title, *(part for part in parts(true) if isinstance(part, str))]
    assert document.title == true.title
    return score


@pytest.mark.parametrize("embedded", [True, False], ids=["embedded font", "font by name"])
@pytest.mark.parametrize("seed", range(5))
def test_every_number_of_a_printed_report_is_read(seed: int, embedded: bool) -> None:
    total = Score()
    for look, true in looks(3, 17 * seed + embedded):
        document = read_pdf(print_with_reportlab(true, look, embedded=embedded))
        total.right += assert_all_is_read(document, true).right
    assert total.right >= 0.97 * 600


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_page_printed_by_a_browser_is_read_over_its_page_breaks() -> None:
    cases = looks(4, 5)
    repeated = true_report(8, digits=3), Look(push=300, repeat_head=True)
    pages = [report_html(true, look) for look, true in cases] + [report_html(*repeated)]
    *bodies, heads = print_with_chromium(pages)
    right = 0
    for (_, true), body in zip(cases, bodies, strict=True):
        right += assert_all_is_read(read_pdf(body), true).right
    assert right >= 0.98 * 800
    # A head that is printed again on every page is dropped, and the table stays one.
    sizes = [(grid.rows, grid.columns) for grid in grids(read_pdf(heads))]
    assert sizes == [(14, 4), (28, 10), (4, 15)]


WORD_CASES = looks(6, 9)
BLANK_MODEL = CORPUS / "reports" / "model-2021-blank.docx"


@pytest.fixture(scope="module")
def printed() -> list[bytes]:
    """The Word files of ``WORD_CASES``, and the blank model behind them if it is at hand."""
    if SOFFICE is None:
        pytest.skip("no LibreOffice on this machine")
    blank = [BLANK_MODEL.read_bytes()] if BLANK_MODEL.exists() else []
    return print_with_libreoffice([report_docx(true, look) for look, true in WORD_CASES] + blank)


def test_a_word_file_printed_by_libreoffice_is_read_over_its_page_breaks(
    printed: list[bytes],
) -> None:
    right = 0
    for (_, true), body in zip(WORD_CASES, printed, strict=False):
        right += assert_all_is_read(read_pdf(body), true).right
    assert right >= 0.98 * 1200


def test_a_printed_report_becomes_the_report_that_was_printed() -> None:
    true = true_report(4)
    report = read_report(print_with_reportlab(true, Look(push=200)))
    score = score_report(report, true)
    assert (score.right, score.wrong, score.unread) == (200, [], 0)
    assert [section.key for section in report.sections] == SECTION_KEYS
    assert (report.title, report.agency, report.fiscal_year) == (true.title, true.agency, 2023)
    assert report.method == "pdf-text"
    assert report.complete


def test_each_cell_and_paragraph_tells_where_it_stands() -> None:
    document = read_pdf(print_with_reportlab(true_report(1), Look(push=200)))
    pages = set()
    for block in document.blocks:
        cells = block.cells if isinstance(block, Grid) else (block,)
        for item in cells:
            assert item.place.page is not None
            assert item.place.bbox is not None
            left, top, right, bottom = item.place.bbox
            assert 0 <= left < right <= 596
            assert 0 <= top < bottom <= 842
            pages.add(item.place.page)
    assert pages == set(range(1, (document.pages or 0) + 1))


@pytest.mark.skipif(not BLANK_MODEL.exists(), reason="the blank model is not at hand")
def test_the_blank_model_printed_by_libreoffice_has_blank_cells_and_no_number(
    printed: list[bytes],
) -> None:
    report = read_report(printed[-1])
    values = [
        value.text
        for table in report.tables.values()
        for row in table.values.values()
        for value in row.values()
    ]
    assert len(values) == 10 + 175 + 15
    assert set(values) == {""}
