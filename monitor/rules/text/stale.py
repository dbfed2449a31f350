"""The rule about what a report of that year no longer says of its own year."""

import re
from collections.abc import Iterator

from monitor.rules.answers import fail, indeterminate
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import nothing_found
from monitor.rules.quoting import Passage, passages
from monitor.rules.text.words import (
    StaleWord,
    any_stale_word,
    sentence_around,
    stale_words,
    without_titles,
)

_YEAR = re.compile(r"(?<!\d)20\d\d(?=年)")


@rule(
    "stale-content",
    zh="内容陈旧",
    en="stale content",
    severity=Severity.WARNING,
    formats=NEW,
    basis="国办公开办函〔2021〕30号（内容准确、不得敷衍应付）",
    basis_2019="《政府信息公开条例》第四十九条（上一年度）",
)
def stale_content(facts: Facts) -> Iterator[Finding]:
    """The report speaks of something as present that was over before its year.

    What it does: Looks for a list of words with the first year they are out of date in, such as
        疫情防控 from 2023 or 衔接过渡 of the Regulation from 2020. Names of documents, sentences
        that look back or name another year, and other matters (动物疫情防控) are left alone.
    Why it matters: The sentence, and perhaps its figures, come from an earlier report.
    Legal basis: 国办公开办函〔2021〕30号 demands exact content of the year itself.
    Example that fails: In a report on 2023: 认真贯彻落实《条例》，做好衔接过渡等工作。
    Example that passes: In a report on 2023: 全面总结三年来疫情防控信息发布工作。
    How to put it right: Write what was done in the year, or say that it is a look back.
    """
    report, year = facts.report, facts.fiscal_year
    assert report is not None
    if year is None:
        yield indeterminate("报告年度不明。", "The fiscal year is not known.")
        return
    found = False
    for item in passages(report):
        for start, end, word in _stale(item, year):
            found = True
            said = item.flat[start:end]
            yield fail(
                f"{year}年度年报仍称“{said}”，内容陈旧：{word.why}。",
                f"The report on {year} still says “{said}”, which was over before that year.",
                item.evidence(start, end),
            )
    if not found:
        yield from nothing_found(report, "内容是否陈旧", "whether the content is stale")


def _stale(item: Passage, year: int) -> Iterator[tuple[int, int, StaleWord]]:
    text = without_titles(item.flat)
    if any_stale_word(year).search(text) is None:
        return
    for word in stale_words():
        if year < word.first_year:
            continue
        for match in word.pattern.finditer(text):
            # titles stay readable where words must be there, and count for nothing else
            whole = sentence_around(item.flat, *match.span())
            sentence = sentence_around(text, *match.span())
            if word.needs is not None and word.needs.search(whole) is None:
                continue
            if word.unless.search(sentence) is None and not _names_another_year(sentence, year):
                yield match.start(), match.end(), word
                break


def _names_another_year(sentence: str, year: int) -> bool:
    return any(int(found[0]) not in (year, year + 1) for found in _YEAR.finditer(sentence))
