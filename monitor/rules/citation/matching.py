"""Rules about numbers and titles that do not belong together, and documents not yet issued."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from monitor.reading.statements import Citation
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.citation.documents import (
    CitedNumber,
    CitedTitle,
    KnownDocument,
    cited_numbers,
    cited_titles,
    known_documents,
    title_letters,
)
from monitor.rules.engine import ALL, NEW, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.narrative.evidence import quoted
from monitor.rules.originals import letters_doubtful, nothing_found
from monitor.rules.quoting import passages
from monitor.rules.timeliness.known import credible_dates, date_evidence

_REGULATION = "政府信息公开条例"
_IN_BRACKET = re.compile(r"\([^()。;、]*")
_INNER_TITLE = re.compile(r"《[^《》]{1,60}》")
_BEHIND_NUMBER = re.compile(r"(?:文件|文|印发的?|发布的?)?$")
_YEAR = re.compile(r"〔(?P<year>\d{4})〕")


@rule(
    "cite-number-title-mismatch",
    zh="文号与题名不符",
    en="number does not belong to the title",
    severity=Severity.WARNING,
    formats=NEW,
    basis="所引文件的正式题名和文号",
    thresholds={"number_title_within": 60},
)
def cite_number_title_mismatch(facts: Facts) -> Iterator[Finding]:
    """The number of one known document stands beside the title of another one.

    What it does: Looks at the numbers of the Regulation, the format notices and the fee measure
        that stand in the bracket behind a title, or directly before one, and compares both.
    Why it matters: The reader cannot tell which document the report follows.
    Legal basis: The titles and numbers as issued, such as 国办公开办函〔2021〕30号.
    Example that fails: 《…关于政府信息公开工作年度报告有关事项的通知》（国办公开办函〔2021〕30号）.
    Example that passes: The same title with 国办公开办函〔2019〕60号.
    How to put it right: Copy title and number from the document that is meant.
    """
    report = facts.report
    assert report is not None
    within = int(facts.thresholds["number_title_within"])
    found = False
    for passage in passages(report):
        for title, number in _pairs(passage.flat, within):
            letters = title_letters(title.text)
            documents = _by_letters().get(letters, ())
            if not documents or any(item.key == number.document.key for item in documents):
                continue
            found = True
            start, end = min(title.start, number.start), max(title.end, number.end)
            if letters_doubtful(report, passage.place):
                yield indeterminate(
                    f"文号与题名《{title.text}》不符，该处文字读取存疑。",
                    f"The number does not belong to 《{title.text}》; the text was not read for "
                    "certain there.",
                    passage.evidence(start, end),
                )
                continue
            right = documents[-1].number
            yield fail(
                f"题名《{title.text}》的文号是{right}，文中写作{number.document.number}。",
                f"The number of 《{title.text}》 is {right}, not {number.document.number}.",
                passage.evidence(start, end),
            )
    if not found:
        yield from nothing_found(report, "文号与题名", "numbers and titles")


@rule(
    "cite-format-premature",
    zh="引用发布时尚未印发的文件",
    en="document cited before it was issued",
    severity=Severity.WARNING,
    formats=ALL,
    basis="事理：发布之日尚未印发的文件不可能作为依据",
)
def cite_format_premature(facts: Facts) -> Iterator[Finding]:
    """The report cites a document that was issued after the report was published.

    What it does: Compares the day, or the year in the number, of every cited document with all
        days of publication that are shown; only one issued after the last of them counts. A page
        whose text was changed since it was archived is not judged.
    Why it matters: Either the number or the day is wrong, or the page was changed afterwards.
    Legal basis: Logic: what was not issued yet could not be followed; numbers bear the year.
    Example that fails: 国办公开办函〔2021〕30号 in a report published on 2021-01-20.
    Example that passes: The same number in a report published on 2022-01-20.
    How to put it right: Correct the number, or show the day on which the text was changed.
    """
    statements = facts.statements
    assert statements is not None
    dates = credible_dates(facts)
    if not dates:
        yield not_applicable("没有发布日期。", "The day of publication is not known.")
        return
    last = max(dates, key=lambda item: item.day)
    changed = facts.publication is not None and facts.publication.previous_version is not None
    for citation in statements.citations:
        issued = _issued(citation)
        if issued is None or issued <= last.day:
            continue
        named = citation.number or f"《{citation.title}》"
        evidence = (quoted(citation.quotation), *date_evidence(facts, last))
        if changed:
            yield indeterminate(
                f"引用了发布日（{last.day.isoformat()}）以后印发的{named}，该页面曾有改动。",
                f"Cites {named}, issued after {last.day.isoformat()}; the page was changed since.",
                *evidence,
            )
            continue
        yield fail(
            f"年报发布于{last.day.isoformat()}，引用的{named}当时尚未印发。",
            f"Published on {last.day.isoformat()}, the report cites {named}, not yet issued then.",
            *evidence,
        )


@cache
def _by_letters() -> Mapping[str, tuple[KnownDocument, ...]]:
    """Return the known documents by the letters of their titles, short ones too."""
    found: dict[str, list[KnownDocument]] = defaultdict(list)
    for document in known_documents():
        names = {document.letters, title_letters(document.short_title or "")}
        if document.letters.endswith(_REGULATION):
            names.add(_REGULATION)
        for name in names - {""}:
            found[name].append(document)
    return {name: tuple(documents) for name, documents in found.items()}


def _pairs(flat: str, within: int) -> Iterator[tuple[CitedTitle, CitedNumber]]:
    """Yield each number of a known document with the title that it is said to be of."""
    titles = [title for title in cited_titles(flat) if title.closed and not title.nested]
    for number in cited_numbers(flat):
        before = [title for title in titles if title.end <= number.start]
        behind = [title for title in titles if title.start >= number.end]
        title = _titled(flat, before, number, within)
        if title is not None:
            yield title, number
        elif behind and _BEHIND_NUMBER.fullmatch(flat[number.end : behind[0].start]):
            yield behind[0], number


def _titled(
    flat: str, titles: list[CitedTitle], number: CitedNumber, within: int
) -> CitedTitle | None:
    """Return the title in whose bracket a number stands; titles within the bracket define names."""
    for title in reversed(titles):
        if number.start - title.end > within:
            return None
        between = _INNER_TITLE.sub("", flat[title.end : number.start])
        if not between or _IN_BRACKET.fullmatch(between):
            return title
    return None


def _issued(citation: Citation) -> date | None:
    """Return the first day on which a document can have been issued; None if nothing tells."""
    for document in known_documents():
        same_title = citation.number is None and _is_title_of(citation, document)
        if document.issued is not None and (citation.number == document.number or same_title):
            return document.issued
    year = _YEAR.search(citation.number or "")
    return date(int(year["year"]), 1, 1) if year is not None else None


def _is_title_of(citation: Citation, document: KnownDocument) -> bool:
    """Whether a title alone says which document it is; the Regulation has two numbers."""
    if not citation.title or document.letters.endswith(_REGULATION):
        return False
    return title_letters(citation.title) == document.letters
