"""The rule about slips of the pen that are known by their letters."""

from collections.abc import Iterator

from monitor.rules.answers import fail, indeterminate
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import letters_doubtful, nothing_found
from monitor.rules.quoting import Passage, passages
from monitor.rules.text.words import Slip, any_slip, slips


@rule(
    "typo-suspect",
    zh="疑似错别字",
    en="suspected typo",
    severity=Severity.INFO,
    formats=ALL,
    basis="文字校对的通行要求（严重表述错误另见国办秘函〔2019〕19号）",
    basis_2008="文字校对的通行要求",
)
def typo_suspect(facts: Facts) -> Iterator[Finding]:
    """A word is most probably misspelt.

    What it does: Looks for a list of slips that are wrong wherever they stand, such as 进下一步 for
        进一步 or 末收到 for 未收到; the same letters in right words (改进下一步, 年末收到) are left
        alone. In recognised pictures the slip may be the reading's: not judged there.
    Why it matters: A sign that the text was not proof-read.
    Legal basis: The usual demands on proof-reading; 国办秘函〔2019〕19号 is on serious errors.
    Example that fails: 进下一步规范政务公开工作。
    Example that passes: 改进下一步工作。
    How to put it right: Write the right word.
    """
    report = facts.report
    assert report is not None
    found = False
    for item in passages(report):
        for start, end, slip in _slips(item):
            found = True
            evidence = item.evidence(start, end)
            if letters_doubtful(report, item.place):
                yield indeterminate(
                    f"“{slip.wrong}”疑为“{slip.right}”，但该处文字读取存疑。",
                    f"“{slip.wrong}” may be “{slip.right}”, but was not read for certain there.",
                    evidence,
                )
            else:
                yield fail(
                    f"“{slip.wrong}”疑为“{slip.right}”之误。",
                    f"“{slip.wrong}” is probably meant to be “{slip.right}”.",
                    evidence,
                )
    if not found:
        yield from nothing_found(report, "是否有错别字", "whether there are typos")


def _slips(item: Passage) -> Iterator[tuple[int, int, Slip]]:
    if any_slip().search(item.flat) is None:
        return
    for slip in slips():
        for match in slip.pattern.finditer(item.flat):
            yield match.start(), match.end(), slip
