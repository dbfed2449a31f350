"""Reports with known cells, written as OFD in the ways of several producers."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.reading.entry import read_report
from monitor.reading.model import Grid
from monitor.reading.ofd import read_ofd
from monitor.specimens.chance import Wish, random_specimen
from monitor.specimens.ofd import Facts, ofd_file, ofd_from_pdf
from monitor.specimens.ofd_look import (
    DELTAS,
    LINES,
    LOCATIONS,
    NAMESPACES,
    PLACES,
    PRODUCERS,
    TEMPLATES,
    TEXTS,
    OfdLook,
    random_ofd_look,
)
from monitor.specimens.pdf_look import PdfLook
from monitor.specimens.scoring import Score, score_report
from tests.monitor.reading.measuring import grids, score_document, texts
from tests.monitor.reading.printing import Look, parts, print_with_reportlab, true_report

LOOKS = st.builds(
    OfdLook,
    prefix=st.sampled_from(["ofd", "", "x"]),
    namespace=st.sampled_from(NAMESPACES[:2]),
    text=st.sampled_from(TEXTS),
    deltas=st.sampled_from(DELTAS),
    place=st.sampled_from(PLACES),
    lines=st.sampled_from(LINES),
    locations=st.sampled_from(LOCATIONS),
    depth=st.integers(0, 8),
    composite=st.booleans(),
    template=st.sampled_from(TEMPLATES),
    glyphs=st.booleans(),
    layers=st.booleans(),
    indented=st.booleans(),
    sealed=st.booleans(),
)
PDF = print_with_reportlab(true_report(3), Look(push=200))
FACTS = Facts(title="题名", author="某局")


@settings(max_examples=12, deadline=None)
@given(look=LOOKS)
def test_every_cell_is_read_in_whatever_way_it_is_written(look: OfdLook) -> None:
    if look.deltas == "none" and look.text == "row":
        # Without steps nobody knows where type on the other side of a line begins.
        look = replace(look, text="run")
    true = true_report(3)
    document = read_ofd(ofd_from_pdf(PDF, FACTS, look))
    score = score_document(document, true)
    assert (score.right, score.wrong) == (200, [])
    assert len(grids(document)) == 3
    assert document.title == true.title


@pytest.mark.parametrize("look", PRODUCERS.values(), ids=PRODUCERS.keys())
def test_the_text_of_every_producer_is_the_text_that_was_printed(look: OfdLook) -> None:
    true = true_report(3)
    document = read_ofd(ofd_from_pdf(PDF, FACTS, look))
    assert texts(document) == [true.title, *(part for part in parts(true) if isinstance(part, str))]
    assert document.damage == ()


@pytest.mark.parametrize("push", range(0, 500, 70))
def test_a_table_over_a_page_break_is_one_table(push: int) -> None:
    true = true_report(push, digits=4)
    pdf = print_with_reportlab(true, Look(push=push, repeat_head=True))
    document = read_ofd(ofd_from_pdf(pdf, FACTS, list(PRODUCERS.values())[push // 70 % 3]))
    score = score_document(document, true)
    # A number that the page break cuts in two is left unread, and nothing else.
    assert score.wrong == []
    assert score.right >= 193
    assert len(grids(document)) == 3


def test_specimens_in_random_looks_are_read_without_a_wrong_cell() -> None:
    total = Score()
    for seed in range(1000, 1006):
        form = ("v2021", "v2019", "hybrid")[seed % 3]
        true = random_specimen(seed, Wish(form=form))
        total.add(score_report(read_report(ofd_file(true, random_ofd_look(seed))), true))
    assert total.wrong == []
    assert total.right >= 0.99 * total.cells
    assert total.unplaced == 0
    assert total.facts["title"] == total.facts["agency"] == total.facts["year"] == 6
    assert total.sections_right == total.sections


def test_each_cell_and_paragraph_tells_where_it_stands() -> None:
    document = read_ofd(ofd_from_pdf(PDF, FACTS))
    pages = set()
    for block in document.blocks:
        for item in block.cells if isinstance(block, Grid) else (block,):
            assert item.place.page is not None
            assert item.place.bbox is not None
            left, top, right, bottom = item.place.bbox
            assert 0 <= left < right <= 596
            assert 0 <= top < bottom <= 842
            pages.add(item.place.page)
    assert pages == set(range(1, (document.pages or 0) + 1))


def test_a_report_becomes_the_report_that_was_written() -> None:
    true = random_specimen(7, Wish(form="v2021", plain=True))
    report = read_report(ofd_file(true, OfdLook(pdf=PdfLook(push=120))))
    assert score_report(report, true).perfect
    assert (report.media_type, report.method) == ("application/ofd", "ofd")
    assert report.complete
