"""The rule about pages that somebody broke into."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.formats import load_format
from monitor.language import Bilingual
from monitor.reading.model import NOWHERE, Place, Report
from monitor.rules.answers import fail
from monitor.rules.engine import ALL, rule
from monitor.rules.masking import find_injected
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.originals import nothing_found
from monitor.rules.quoting import passages

_GLOSS = re.compile(
    r"(?P<han>[\u4e00-\u9fff])[(（](?P<sound>[a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,6})[)）]"
)
_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ", "aaaaeeeeiiiioooouuuuüüüü")
_SYLLABLE = re.compile(
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|i|ia|ie|iao|iu|ian"
    r"|in|iang|ing|iong|u|ua|uo|uai|ui|uan|un|uang|ueng|ü|v|üe|ve|ue|er)"
)
_FEWEST_GLOSSES = 3
"""A single rare character may be glossed honestly: 郏（jiá）县."""
_MOST_PLACES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where something was put in. What it is must not get into a message or a quotation."""

    name: Bilingual
    section: str | None = None
    place: Place = NOWHERE


@rule(
    "seo-injection",
    zh="页面疑似被篡改",
    en="page broken into",
    severity=Severity.ERROR,
    formats=ALL,
    basis="《国务院办公厅秘书局关于印发政府网站与政务新媒体检查指标的通知》（国办秘函〔2019〕19号）",
    basis_2008="《互联网信息服务管理办法》（国务院令第292号）第十五条第七项",
    needs=frozenset({"document"}),
)
def seo_injection(facts: Facts) -> Iterator[Finding]:
    """Offers of gambling or pornography, or sounds put behind characters, stand in the page.

    What it does: Looks in title, page labels and text for names of such offers; sentences about
        stopping gambling and lotteries of the state are left alone. Three characters or more with
        their sound in brackets are a sign, too. Nothing of it is quoted: only where it stands.
    Why it matters: Somebody broke into the site; whoever opens the report is led astray.
    Legal basis: 国办秘函〔2019〕19号: one such page makes the whole site fail.
    Example that fails: A line of a betting site in the middle of section one.
    Example that passes: 查处赌博案件3起；福利彩票公益金使用情况。
    How to put it right: Take the page down at once, secure the site, publish the report anew.
    """
    report = facts.report
    assert report is not None
    spots = list(dict.fromkeys(_spots(facts, report)))[:_MOST_PLACES]
    if not spots:
        yield from nothing_found(report, "页面是否被篡改", "whether the page was broken into")
        return
    zh, en = "、".join(spot.name.zh for spot in spots), ", ".join(spot.name.en for spot in spots)
    yield fail(
        f"页面疑似被植入不良信息，位置：{zh}（内容不予引用），请立即处置。",
        f"The page seems to have been broken into, at: {en} (not quoted); act at once.",
        *(Evidence(quote="", section=spot.section, place=spot.place) for spot in spots),
    )


def _spots(facts: Facts, report: Report) -> Iterator[_Spot]:
    titles = (report.title, facts.publication.list_title if facts.publication else None)
    if any(_is_injected(text or "") for text in titles):
        yield _Spot(name=Bilingual("题名", "title"), place=report.title_place)
    if any(_is_injected(text) for text in report.labels.values()):
        yield _Spot(name=Bilingual("页面标签", "page labels"))
    yield from _in_prose(report)


def _in_prose(report: Report) -> Iterator[_Spot]:
    everything = list(passages(report))
    glossed = {match["han"] for item in everything for match in _glosses(item.flat)}
    numbers: dict[str | None, int] = {}
    for item in everything:
        numbers[item.section] = number = numbers.get(item.section, 0) + 1
        many = len(glossed) >= _FEWEST_GLOSSES and any(_glosses(item.flat))
        if many or _is_injected(item.flat):
            name = _section_name(item.section)
            yield _Spot(
                name=Bilingual(f"{name.zh}第{number}段", f"{name.en}, paragraph {number}"),
                section=item.section,
                place=item.place,
            )
    for section in report.sections:
        if _is_injected(section.heading):
            name = _section_name(section.key)
            yield _Spot(
                name=Bilingual(f"{name.zh}标题", f"heading of {name.en}"),
                section=section.key,
                place=section.place,
            )


def _is_injected(text: str) -> bool:
    return next(find_injected(text), None) is not None


def _glosses(flat: str) -> list[re.Match[str]]:
    return [
        match
        for match in _GLOSS.finditer(flat)
        if _SYLLABLE.fullmatch(match["sound"].translate(_TONES))
    ]


def _section_name(key: str | None) -> Bilingual:
    for spec in load_format("v2021").sections:
        if spec.key == key:
            return Bilingual(f"“{spec.heading}”部分", key)
    return Bilingual("正文", "the text")
