"""Hypothesis strategies for specimens and for the looks they are written in.

Each field of a look shrinks by itself, so that a failing example shows the one habit that fails.
"""

from hypothesis import strategies as st

from monitor.specimens.agencies import KINDS
from monitor.specimens.chance import FIGURES, FORMATS, Wish, random_specimen
from monitor.specimens.html_look import BLANKS, CELLS, EDITORS, ENCODINGS, HtmlLook
from monitor.specimens.layouts import HEADERS, SPANS, Shape
from monitor.specimens.model import Specimen
from monitor.specimens.pdf_look import PdfLook
from monitor.specimens.text import TABLES, TextLook
from monitor.specimens.word_look import TITLES, WordLook

SEEDS = st.integers(min_value=0, max_value=99_999)


@st.composite
def shapes(draw: st.DrawFn, *, headers: tuple[str, ...] = HEADERS) -> Shape:
    """Layouts of the tables."""
    header = draw(st.sampled_from(headers))
    return Shape(
        spans=draw(st.sampled_from(SPANS)),
        header=header,
        corner=draw(st.sampled_from((True, False))),
        split_after=draw(
            st.lists(st.integers(1, 22), max_size=2, unique=True).map(sorted).map(tuple)
        ),
        repeat_header=draw(st.booleans()),
        blocks_apart=draw(st.booleans()),
        suits_apart=header == "full" and draw(st.booleans()),
    )


@st.composite
def wishes(draw: st.DrawFn, *, figures: tuple[str, ...] = FIGURES) -> Wish:
    """What an invented report shall be like."""
    return Wish(
        form=draw(st.sampled_from((*FORMATS, None))),
        kind=draw(st.sampled_from(KINDS)),
        figures=draw(st.sampled_from(figures)),
        plain=draw(st.sampled_from((True, False))),
        digits=draw(st.integers(3, 7)),
        zeros=draw(st.sampled_from((0.0, 0.3, 0.9))),
    )


@st.composite
def specimens(draw: st.DrawFn, wish: st.SearchStrategy[Wish] | None = None) -> Specimen:
    """Invented reports."""
    return random_specimen(draw(SEEDS), draw(wishes() if wish is None else wish))


@st.composite
def html_looks(draw: st.DrawFn, shape: st.SearchStrategy[Shape] | None = None) -> HtmlLook:
    """Ways of writing a report as HTML."""
    encoding, declared = draw(st.sampled_from(ENCODINGS))
    made = draw(shapes() if shape is None else shape)
    return HtmlLook(
        seed=draw(SEEDS),
        shape=made,
        editor=draw(st.sampled_from(EDITORS)),
        cell=draw(st.sampled_from(CELLS)),
        blank=draw(st.sampled_from(BLANKS)),
        header_tag=draw(st.sampled_from(("td", "th"))),
        grouping=draw(st.sampled_from(("none", "tbody", "thead"))),
        shattered=draw(st.booleans()),
        references=draw(st.booleans()),
        broken_labels=draw(st.booleans()),
        wide_values=made.spans != "padded" and draw(st.booleans()),
        nested=draw(st.booleans()),
        boxed=draw(st.integers(0, 3)),
        title=draw(st.sampled_from(("h1", "p", "div", "body"))),
        heading=draw(st.sampled_from(("strong", "h2", "h3", "span", "p", "split"))),
        indent=draw(st.sampled_from(("none", "css", "nbsp", "ideographic"))),
        furniture=draw(st.booleans()),
        labels=draw(st.booleans()),
        encoding=encoding,
        declared=declared,
    )


@st.composite
def word_looks(draw: st.DrawFn, shape: st.SearchStrategy[Shape] | None = None) -> WordLook:
    """Ways of writing a report as a Word document."""
    return WordLook(
        seed=draw(SEEDS),
        shape=draw(shapes() if shape is None else shape),
        title=draw(st.sampled_from(TITLES)),
        headings=draw(st.booleans()),
        auto_numbers=draw(st.booleans()),
        shattered=draw(st.booleans()),
        tracked=draw(st.booleans()),
        nested=draw(st.booleans()),
        repeat_head=draw(st.booleans()),
        split_rows=draw(st.booleans()),
        padded_cells=draw(st.booleans()),
        page_text=draw(st.booleans()),
        landscape=draw(st.booleans()),
        font=draw(st.sampled_from((10.5, 12.0, 16.0))),
        table_font=draw(st.sampled_from((9.0, 7.5, 12.0))),
        margin=draw(st.sampled_from((72.0, 40.0, 90.0))),
        push=draw(st.integers(0, 600)),
    )


@st.composite
def pdf_looks(draw: st.DrawFn, shape: st.SearchStrategy[Shape] | None = None) -> PdfLook:
    """Ways of printing a report as a PDF."""
    return PdfLook(
        shape=draw(shapes() if shape is None else shape),
        embedded=draw(st.booleans()),
        font=draw(st.sampled_from((10.5, 9.0, 12.0, 16.0))),
        table_font=draw(st.sampled_from((7.5, 6.5, 9.0, 10.5))),
        margin=draw(st.sampled_from((56.0, 36.0, 85.0))),
        leading=draw(st.sampled_from((1.6, 1.3, 2.0))),
        padding=draw(st.sampled_from((3.0, 1.5, 6.0))),
        line=draw(st.sampled_from((0.5, 0.25, 1.5))),
        push=draw(st.integers(0, 600)),
        label_width=draw(st.sampled_from((0.46, 0.36, 0.55))),
        repeat_head=draw(st.booleans()),
        split_rows=draw(st.booleans()),
        centred=draw(st.booleans()),
        shaded=draw(st.booleans()),
        open_sides=draw(st.booleans()),
        page_text=draw(st.sampled_from(("none", "number", "full"))),
    )


@st.composite
def text_looks(
    draw: st.DrawFn,
    shape: st.SearchStrategy[Shape] | None = None,
    tables: tuple[str, ...] = TABLES,
) -> TextLook:
    """Ways of converting a report to plain text."""
    return TextLook(
        seed=draw(SEEDS),
        shape=draw(shapes() if shape is None else shape),
        tables=draw(st.sampled_from(tables)),
        wrap=draw(st.sampled_from((0, 38, 45))),
        page_numbers=draw(st.booleans()),
        spaced=draw(st.booleans()),
        rules=draw(st.booleans()),
        blank_lines=draw(st.booleans()),
        encoding=draw(st.sampled_from(("utf-8", "utf-8-sig", "gb18030", "utf-16"))),
        newline=draw(st.sampled_from(("\n", "\r\n"))),
    )
