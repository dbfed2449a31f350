"""The rule about marks that stand beside each other wrongly, and stops that are missing."""

import re
from collections.abc import Iterator

from monitor.reading.model import Report
from monitor.rules.answers import fail, indeterminate
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import keeps_cells, letters_doubtful, nothing_found, prose_damage
from monitor.rules.quoting import Passage, passages

_ODD = re.compile(r"。{2,}(?!。)|,{2,}|、{2,}|;{2,}|[,、;:]。|。[,、;]|,[、;]|、[,;]|;[,、]")
_OMISSION = re.compile(r"^。{3,}$")
_SHORTEST_PROSE = 30
"""Characters of a paragraph that must end with a stop; shorter ones may be headings."""
_ENDS_OPEN = re.compile(r"[\u4e00-\u9fff》”]$")
_NO_PROSE = re.compile(
    r"电话|传真|邮编|邮箱|网址|地址|联系人|附件|年\d{1,2}月\d{1,2}日$|查阅|下载|来源|责任编辑|扫一扫|注:"
)
_NEW_ITEM = re.compile(r"^(?:[(]?[一二三四五六七八九十\d]{1,3}[)、.]|[一二三四五六七八九十]是)")


@rule(
    "punctuation-odd",
    zh="标点异常",
    en="odd punctuation",
    severity=Severity.INFO,
    formats=ALL,
    basis="《标点符号用法》（GB/T 15834—2011）",
    basis_2008="《标点符号用法》（GB/T 15834）",
)
def punctuation_odd(facts: Facts) -> Iterator[Finding]:
    """Marks stand beside each other that cannot, or a paragraph ends without a stop.

    What it does: Looks for 。。 ，， 、。 ；， and the like, and for paragraphs of prose that end a
        section, or stand before a numbered one, without a stop. Headings, lines of an address or
        date, and paragraphs that go on after a page break are left alone.
    Why it matters: A sign that the text was not proof-read, or that its end is missing.
    Legal basis: GB/T 15834—2011.
    Example that fails: 及时更新信息。。
    Example that passes: 及时更新信息。
    How to put it right: Put the right mark.
    """
    report = facts.report
    assert report is not None
    found = False
    for item, start, end in _odd_places(report):
        found = True
        evidence = item.evidence(start, end)
        if letters_doubtful(report, item.place):
            yield indeterminate(
                "标点异常，但该处文字读取存疑。",
                "The punctuation is odd, but the text was not read for certain there.",
                evidence,
            )
        elif end == len(item.flat) and _ODD.fullmatch(item.flat[start:end]) is None:
            yield fail(
                f"段落结尾缺少句号：“{item.flat[-12:]}”。",
                f"The paragraph ends without a stop: “{item.flat[-12:]}”.",
                evidence,
            )
        else:
            mark = item.flat[start:end]
            yield fail(f"标点“{mark}”连用异常。", f"The marks “{mark}” cannot stand so.", evidence)
    if not found:
        yield from nothing_found(report, "标点是否正确", "whether the punctuation is right")


def _odd_places(report: Report) -> Iterator[tuple[Passage, int, int]]:
    """Yield the first odd marks of each paragraph, and the paragraphs without a stop."""
    everything = [*passages(report)]
    whole = prose_damage(report) is None
    for index, item in enumerate(everything):
        after = everything[index + 1] if index + 1 < len(everything) else None
        odd = next((m for m in _ODD.finditer(item.flat) if not _OMISSION.match(m[0])), None)
        if odd is not None:
            yield item, odd.start(), odd.end()
        elif whole and _lacks_stop(report, item, after):
            yield item, max(0, len(item.flat) - 12), len(item.flat)


def _lacks_stop(report: Report, item: Passage, after: Passage | None) -> bool:
    flat = item.flat
    if len(flat) < _SHORTEST_PROSE or _ENDS_OPEN.search(flat) is None:
        return False
    if _NO_PROSE.search(flat) or not ("。" in flat or "," in flat):
        return False
    if after is None:
        return False  # the end of the document may be anything, a name or a link
    ends_section = after.section != item.section
    begins_anew = keeps_cells(report) and _NEW_ITEM.match(after.flat) is not None
    return ends_section or begins_anew
