"""Programs outside the project print and convert what we write."""

import pytest

from monitor.specimens.chance import Wish, random_specimen
from monitor.specimens.pdf_look import random_pdf_look
from monitor.specimens.printing import (
    CHROMIUM,
    SOFFICE,
    chromium_pdf,
    libreoffice,
    printable_page,
)
from monitor.specimens.word import docx_file
from monitor.specimens.word_look import random_word_look
from tests.monitor.specimens.test_files import folded, pdf_text, prose, squeezed

REPORT = random_specimen(6, Wish(form="v2021", figures="differing", plain=True))


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_chromium_prints_a_report() -> None:
    look = random_pdf_look(3)
    text = pdf_text(chromium_pdf(printable_page(REPORT, look)))

    for line in prose(REPORT, look.shape):
        assert folded(squeezed(line)) in text
    for values in REPORT.tables["requests"].values():
        assert all(value in text for value in values.values())


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")
def test_libreoffice_converts_reports_in_one_run() -> None:
    """To RTF; what it prints, and the DOC that it writes, tests of reading look into."""
    reports = [REPORT, random_specimen(7, Wish(form="v2021", figures="differing", plain=True))]
    files = [docx_file(each, random_word_look(seed)) for seed, each in enumerate(reports, 1)]

    for report, body in zip(reports, libreoffice(files, to="rtf"), strict=True):
        assert body.startswith(b"{\\rtf")
        assert report.tables["requests"]["new"]["total"].encode() in body
