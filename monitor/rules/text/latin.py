"""The rule about foreign words in a Chinese sentence."""

import re
from collections.abc import Iterator
from functools import cache

from monitor.rules.answers import fail, indeterminate
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import is_converted, letters_doubtful, nothing_found
from monitor.rules.quoting import Passage, passages
from monitor.rules.text.words import load_words

_HAN = "\u4e00-\u9fff"
_WORD = re.compile(rf"(?<=[{_HAN},、。;])[A-Za-z]{{2,20}}(?=[{_HAN}])")
"""A word between Chinese characters; brackets, quotation marks, digits and dots are no such."""


@rule(
    "stray-latin",
    zh="夹杂外文",
    en="foreign word in the text",
    severity=Severity.INFO,
    formats=ALL,
    basis="《中华人民共和国国家通用语言文字法》第九条",
)
def stray_latin(facts: Facts) -> Iterator[Finding]:
    """A foreign word stands in the middle of a Chinese sentence.

    What it does: Looks for and, or, the between Chinese characters, and other words in small
        letters that are not usual (app, www). Names, capitals and what stands in brackets or
        quotation marks are left alone. In a text that somebody converted it proves nothing.
    Why it matters: It is left over from a machine translation or from careless copying.
    Legal basis: 《中华人民共和国国家通用语言文字法》第九条.
    Example that fails: 利用县政府信息平台 and 工信局微信公众号。
    Example that passes: 通过“掌上示例”APP和官方网站www.example.gov.cn公开。
    How to put it right: Write the word in Chinese.
    """
    report = facts.report
    assert report is not None
    found = False
    for item in passages(report):
        doubtful = is_converted(report) or letters_doubtful(report, item.place)
        for start, end in _strays(item):
            found = True
            word, evidence = item.flat[start:end], item.evidence(start, end)
            if doubtful:
                yield indeterminate(
                    f"文中夹杂外文“{word}”，可能是转换所致，请核对发布的原件。",
                    f"“{word}” stands in the text, perhaps by conversion; check the original.",
                    evidence,
                )
            else:
                yield fail(
                    f"文中夹杂外文“{word}”。", f"“{word}” stands in the Chinese text.", evidence
                )
    if not found:
        yield from nothing_found(report, "是否夹杂外文", "whether foreign words stand in the text")


def _strays(item: Passage) -> Iterator[tuple[int, int]]:
    functions, allowed = _words()
    for match in _WORD.finditer(item.flat):
        word = match[0]
        if word in functions or (word.islower() and word not in allowed):
            yield match.start(), match.end()


@cache
def _words() -> tuple[frozenset[str], frozenset[str]]:
    words = load_words("latin")
    return frozenset(words["function_words"]), frozenset(words["allowed"])
