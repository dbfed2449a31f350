"""The rule about what a model text left open and nobody filled in."""

from collections.abc import Iterator

from monitor.reading.model import Report
from monitor.rules.answers import fail, indeterminate
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import letters_doubtful, nothing_found
from monitor.rules.quoting import Passage, passage, passages
from monitor.rules.text.words import (
    Placeholder,
    has_open_sign,
    placeholders,
    sentence_around,
    without_titles,
)


@rule(
    "placeholder-left",
    zh="占位符未替换",
    en="placeholder left in",
    severity=Severity.ERROR,
    formats=ALL,
    basis="《政府信息公开条例》第五十条；国办公开办函〔2021〕30号（内容完整、准确）",
    basis_2019="《政府信息公开条例》第五十条",
    basis_2008="国务院令第492号第三十二条",
)
def placeholder_left(facts: Facts) -> Iterator[Finding]:
    """A place of a model text that had to be filled in was left as it was.

    What it does: Looks in title and prose for XX局, XXXX年, ×月×日, XX条, （文字描述）, 待补充 and
        ____. Lines that are only a rule, names left out of a case or a request, quoted forms and
        titles within 《》 are left alone. One finding a paragraph.
    Why it matters: The report was published before it was finished.
    Legal basis: 《政府信息公开条例》第五十条: what the report must contain.
    Example that fails: 全年主动公开政府信息XX条。
    Example that passes: 申请公开××村征地批复；申请人张××
    How to put it right: Fill in the agency, year or number.
    """
    report = facts.report
    assert report is not None
    found = False
    for item in _texts(report):
        first = next(_open_places(item), None)
        if first is None:
            continue
        found = True
        start, end, place = first
        said, evidence = item.flat[start:end].strip(",。;:"), item.evidence(start, end)
        if letters_doubtful(report, item.place):
            yield indeterminate(
                f"“{said}”可能是未填写的占位符，但该处文字读取存疑。",
                f"“{said}” may be a placeholder, but was not read for certain there.",
                evidence,
            )
        else:
            yield fail(
                f"“{said}”是未替换的占位符（{place.what}）。",
                f"“{said}” is a placeholder that was not filled in.",
                evidence,
            )
    if not found:
        yield from nothing_found(report, "是否有未填写的占位符", "whether placeholders were left")


def _texts(report: Report) -> Iterator[Passage]:
    if report.title:
        yield passage(report.title, place=report.title_place)
    yield from passages(report)


def _open_places(item: Passage) -> Iterator[tuple[int, int, Placeholder]]:
    if not item.flat.strip("_-*=—─"):
        return  # a rule across the page
    text = without_titles(item.flat)
    signed = has_open_sign(text)
    for place in placeholders():
        if place.by_sign and not signed:
            continue
        for match in place.pattern.finditer(text):
            sentence = sentence_around(text, *match.span())
            if place.unless is None or place.unless.search(sentence) is None:
                yield match.start(), match.end(), place
