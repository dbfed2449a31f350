"""Invented reports of every kind, in every look: nothing is read wrong, and little is not read."""

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.reading.assemble import assemble
from monitor.reading.html import read_html
from monitor.reading.plain import read_text
from monitor.specimens.chance import random_specimen
from monitor.specimens.html_look import random_html_look
from monitor.specimens.html_page import html_page
from monitor.specimens.scoring import score_report
from monitor.specimens.text import random_text_look, text_file

_SEEDS = st.integers(0, 100_000)


@given(_SEEDS, _SEEDS)
@settings(max_examples=60, deadline=None)
def test_pages_are_read_as_written(report: int, look: int) -> None:
    true = random_specimen(report)
    score = score_report(assemble(read_html(html_page(true, random_html_look(look)))), true)
    assert score.wrong == []
    assert score.strays == 0
    assert score.unplaced == 0
    assert score.unread == [] or "none" in str(random_html_look(look).shape)
    assert [score.facts[name] for name in ("title", "agency", "year")] == [1, 1, 1]
    assert score.sections_invented == 0


@given(_SEEDS, _SEEDS)
@settings(max_examples=60, deadline=None)
def test_converted_texts_are_read_right_or_not_at_all(report: int, look: int) -> None:
    true = random_specimen(report)
    printed = random_text_look(look)
    score = score_report(assemble(read_text(text_file(true, printed))), true)
    assert score.strays == 0
    assert [score.facts[name] for name in ("title", "agency", "year")] == [1, 1, 1]
    if printed.tables in ("grid", "cells", "dense"):
        assert score.wrong == []
        assert len(score.unread) <= 0.2 * score.cells  # a table that is in doubt, not more
