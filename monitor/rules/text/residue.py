"""The rule about what word processors and converters leave behind in a published text."""

import re
from collections.abc import Iterator

from monitor.reading.model import NOWHERE, Place, Report
from monitor.rules.answers import fail, indeterminate
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.originals import nothing_found
from monitor.rules.quoting import passage

_RESIDUE = re.compile(
    r"\[bookmark\b|_GoBack|(?<![A-Za-z])HYPERLINK(?![A-Za-z])|MERGEFORMAT|&(?:nbsp|lt|gt|amp|quot|ldquo|rdquo);|(?<![A-Za-z])mso-[a-z]"
)
_MAY_BE_RESIDUE = re.compile(r"\[bookmark|_GoBack|HYPERLINK|MERGEFORMAT|&|mso-")
_LOST_CHARACTERS = re.compile("\ufffd|[\ue000-\uf8ff]")
_PUBLISHED = frozenset({"html", "docx"})
_FONTS_OF_ITS_OWN = ("pdf", "ofd")


@rule(
    "conversion-residue",
    zh="转换残留",
    en="conversion residue",
    severity=Severity.WARNING,
    formats=ALL,
    basis="文字校对的通行要求",
)
def conversion_residue(facts: Facts) -> Iterator[Finding]:
    """The published text shows codes of a word processor or characters that were lost.

    What it does: Looks in text, headings and labels for [bookmark…], HYPERLINK, &nbsp;, mso- and
        characters without meaning. In a text that somebody converted they prove nothing.
    Why it matters: Often a sign that nobody looked at the page before it was published.
    Legal basis: The usual demands on proof-reading; no law names what programs leave behind.
    Example that fails: [bookmark: _GoBack]本年处理决定数量 on the web page.
    Example that passes: 本年处理决定数量.
    How to put it right: Remove the code from the page.
    """
    report = facts.report
    assert report is not None
    texts = list(_texts(report))
    # nothing of it goes over a line's end, so what is nowhere in all lines is in none of them
    anywhere = _residues(report, "\n".join([text for text, _ in texts]))
    places = [
        (text, place, span)
        for text, place in (texts if anywhere else ())
        for span in _residues(report, text)
    ]
    if not places:
        yield from nothing_found(report, "是否有转换残留", "whether conversion left residue")
        return
    for text, place, (start, end) in places:
        yield _answer(report, text, place, start, end)


def _answer(report: Report, text: str, place: Place, start: int, end: int) -> Finding:
    code = text[start:end]
    shown = code if code.isprintable() and code.isascii() else f"U+{ord(code[0]):04X}"
    evidence = _evidence(text, place, start, end)
    undecodable = any(damage.code == "text-undecodable" for damage in report.damage)
    if undecodable or not _is_published_text(report):
        return indeterminate(
            f"文本中有“{shown}”，可能是转换所致，请核对发布的原件。",
            f"The text has “{shown}”, which conversion may have left; check the original.",
            evidence,
        )
    return fail(
        f"发布的文本中残留代码“{shown}”。",
        f"The published text shows the code “{shown}”.",
        evidence,
    )


def _is_published_text(report: Report) -> bool:
    return report.method in _PUBLISHED or report.method.startswith(_FONTS_OF_ITS_OWN)


def _residues(report: Report, text: str) -> list[tuple[int, int]]:
    spans = []
    if _MAY_BE_RESIDUE.search(text) is not None:
        spans = [match.span() for match in _RESIDUE.finditer(text)]
    # fonts of PDF and OFD have private characters, which say nothing about what is seen
    if not report.method.startswith(_FONTS_OF_ITS_OWN):
        spans += [match.span() for match in _LOST_CHARACTERS.finditer(text)]
    return spans[:1]


def _texts(report: Report) -> Iterator[tuple[str, Place]]:
    """Yield every piece of text once: lines of prose, then labels of tables."""
    for line in (report.title or "", *report.text.splitlines()):
        yield line, NOWHERE
    for paragraph in report.residue:
        yield paragraph.text, paragraph.place
    for table in report.tables.values():
        for label in (*table.column_labels, *table.row_labels):
            yield label.text, label.place


def _evidence(text: str, place: Place, start: int, end: int) -> Evidence:
    quoted = passage(text, place=place)
    flat_start = next((i for i, at in enumerate(quoted.offsets) if at >= start), 0)
    return quoted.evidence(flat_start, flat_start + max(1, end - start))
