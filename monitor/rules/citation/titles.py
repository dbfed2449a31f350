"""Rules about the titles of cited documents."""

import re
from collections.abc import Collection, Iterator

from rapidfuzz import fuzz

from monitor.rules.answers import fail, indeterminate
from monitor.rules.citation.documents import (
    CitedTitle,
    KnownDocument,
    cited_numbers,
    cited_titles,
    known_documents,
    title_letters,
)
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import letters_doubtful, nothing_found
from monitor.rules.quoting import Passage, passages

_REGULATION, _FEE = "order711", "fee2020"
_REGULATION_WORDS = ("政府", "信息", "公开")
_PLACE = re.compile(r"^(?!中华人民共和国|国务院).{1,12}?(?:省|市|县|区|州|盟|旗|镇|乡|局|厅|委)")
_INNER = str.maketrans("《》", "〈〉")
_BETWEEN = 3
"""Characters between a title and its own number, at most: a bracket."""
_INCOMPLETE = re.compile(
    r"(?:|.{1,10}(?:省|市|县|区|州|盟|旗)|本省|我省|省|本市|我市|市|本区|自治区)实施(?:办法|细则)"
)
_DEFINED = re.compile(r"(?:简称|下称|简称为)[“\"]?$")
_DEFINING = 4
"""Characters of its longest match."""


@rule(
    "cite-title-garbled",
    zh="文件题名错漏",
    en="document title garbled",
    severity=Severity.WARNING,
    formats=NEW,
    basis="所引文件的正式题名",
    thresholds={"title_similar": 0.7},
)
def cite_title_garbled(facts: Facts) -> Iterator[Finding]:
    """The title of a known document is quoted with words lost or changed.

    What it does: Compares titles in 《》 with those of the Regulation, the format notices and the
        fee measure, punctuation aside. Short titles and local documents are left alone.
    Why it matters: The reader cannot look the document up; a sign of careless editing.
    Legal basis: The titles as issued, such as 国办函〔2020〕109号.
    Example that fails: 《政府信息公开处理费管理办法》.
    Example that passes: 《政府信息公开信息处理费管理办法》, 《政府信息公开条例》.
    How to put it right: Copy the title from the document.
    """
    report = facts.report
    assert report is not None
    found = False
    for passage in passages(report):
        for title, document in _garbled(passage, facts.thresholds["title_similar"]):
            found = True
            doubted = letters_doubtful(report, passage.place)
            yield _garbled_title(passage, title, document, doubted=doubted)
    if not found:
        yield from nothing_found(report, "所引文件题名", "the titles cited")


@rule(
    "cite-title-incomplete",
    zh="文件题名不完整",
    en="document title incomplete",
    severity=Severity.INFO,
    formats=NEW,
    basis="所引文件的正式题名",
)
def cite_title_incomplete(facts: Facts) -> Iterator[Finding]:
    """A title says 实施办法 or 实施细则 but not of what.

    What it does: Looks for 《…实施办法》 with nothing but a place before it, unless the report
        introduced it as a short title (以下简称《实施办法》).
    Why it matters: Many laws have such a measure; the reader cannot tell which is meant.
    Legal basis: The titles as issued, e.g. 《河北省实施〈中华人民共和国政府信息公开条例〉办法》.
    Example that fails: 《河北省实施办法》.
    Example that passes: 《福建省政府信息公开办法》.
    How to put it right: Quote the whole title.
    """
    report = facts.report
    assert report is not None
    everything = list(passages(report))
    defined = {text for passage in everything for text in _defined_titles(passage.flat)}
    found = False
    for passage in everything:
        for title in cited_titles(passage.flat):
            if title.text in defined or not _INCOMPLETE.fullmatch(title.text):
                continue
            found = True
            yield fail(
                f"《{title.text}》没有写明是哪一部法规的实施办法。",
                f"《{title.text}》 does not say what it implements.",
                passage.evidence(title.start, title.end),
            )
    if not found:
        yield from nothing_found(report, "所引文件题名", "the titles cited")


def _garbled_title(
    passage: Passage, title: CitedTitle, document: KnownDocument, *, doubted: bool
) -> Finding:
    right = document.title
    if document.short_title and not title.text.startswith(("国务院", "关于")):
        right = document.short_title
    right = right.translate(_INNER)
    evidence = passage.evidence(title.start, title.end)
    if doubted:
        return indeterminate(
            f"《{title.text}》与《{right}》不一致，该处文字读取存疑。",
            f"《{title.text}》 is not 《{right}》; the text was not read for certain there.",
            evidence,
        )
    return fail(
        f"文件题名《{title.text}》应为《{right}》。",
        f"The title 《{title.text}》 should be 《{right}》.",
        evidence,
    )


def _garbled(passage: Passage, similar: float) -> Iterator[tuple[CitedTitle, KnownDocument]]:
    numbered = {(number.document.key, number.start) for number in cited_numbers(passage.flat)}
    for title in cited_titles(passage.flat):
        letters = title_letters(title.text)
        if not letters or _is_official(letters):
            continue
        for document in known_documents():
            if _may_mean(document, title, numbered) and _resembles(document, letters, similar):
                yield title, document
                break


def _is_official(letters: str) -> bool:
    """Whether it is a known title, or a part of one that serves as its short title."""
    return any(letters in document.letters for document in known_documents())


def _may_mean(
    document: KnownDocument, title: CitedTitle, numbered: Collection[tuple[str, int]]
) -> bool:
    """Whether a title can only be that document's: local documents have titles much like it.

    ``numbered`` is where the numbers of documents begin.
    """
    text = title.text
    if document.key == _REGULATION:
        named = sum(word in text for word in _REGULATION_WORDS)
        return text.endswith("条例") and named > 1 and not _PLACE.match(text)
    if document.key == _FEE:
        return "处理费" in text and not _PLACE.match(text)
    if text.startswith("国务院"):
        return True
    return any((document.key, title.end + gap) in numbered for gap in range(_BETWEEN + 1))


def _resembles(document: KnownDocument, letters: str, similar: float) -> bool:
    known = (document.letters, document.short_title or "")
    short = "政府信息公开条例" if document.key == _REGULATION else ""
    return any(text and fuzz.ratio(letters, text) / 100 >= similar for text in (*known, short))


def _defined_titles(flat: str) -> Iterator[str]:
    for title in cited_titles(flat):
        if _DEFINED.search(flat, max(0, title.start - _DEFINING), title.start):
            yield title.text
