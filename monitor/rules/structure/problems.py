"""The rule about a section five that says nothing of its own."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

from monitor.reading.model import Report, Section
from monitor.rules.answers import damage_to_prose, doubtful, fail, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import flatten, heading_evidence, section_passages
from monitor.rules.structure.content import IMPROVEMENTS, PROBLEMS
from monitor.rules.structure.topics import whole_text

_ORDINAL = re.compile(r"[(]?[一二三四五六七八九十\d]{1,2}[)、.]")
_YEAR = re.compile(r"\d{4}年?(?:度)?")
_OF_ITS_OWN = re.compile(r"\d|《|“|\"|[一二两三四五六七八九十]+(?:个|次|条|件|项|期|场)")
_NOT_LETTERS = re.compile(r"[\W_]+")


@rule(
    "problems-perfunctory",
    zh="问题和改进情况空泛",
    en="perfunctory problems",
    severity=Severity.INFO,
    formats=NEW,
    basis="国办公开办函〔2021〕30号（不得敷衍应付）；《政府信息公开条例》第五十条第一款第四项",
    basis_2019="《政府信息公开条例》第五十条第一款第四项",
    thresholds={"problems_shortest": 80, "stock_left": 0.15},
    needs=frozenset({"outline"}),
)
def problems_perfunctory(facts: Facts) -> Iterator[Finding]:
    """Section five is very short, or consists of stock phrases alone.

    What it does: Counts the characters of section five (fewer than 80); takes a list of stock
        phrases out of longer ones and sees what is left (under 15 per cent); a figure, a title or
        a quotation makes a text the agency's own.
    Why it matters: The law asks for the main problems of this agency, not for any agency's.
    Legal basis: 《政府信息公开条例》第五十条第一款第四项; 国办公开办函〔2021〕30号.
    Example that fails: 公开意识不强、业务能力有待提高。下一步加强学习，提升水平。
    Example that passes: 有7条动态在五日后才公开；2024年建立报送台账，按周核对。
    How to put it right: Name the problems one by one, with figures, and a measure for each.
    """
    report = facts.report
    assert report is not None
    section = report.section("problems")
    text = flatten(whole_text(report, section)) if section is not None else ""
    if section is None or not (PROBLEMS.search(text) and IMPROVEMENTS.search(text)):
        yield not_applicable(
            "没有写明问题和改进情况（由 problems-missing 或者 section-missing 指出）。",
            "Problems or improvements are missing, of which problems-missing tells.",
        )
        return
    short = len(text) < facts.thresholds["problems_shortest"]
    if not short and _own_share(text) >= facts.thresholds["stock_left"]:
        return
    evidence = _first(section)
    damage = damage_to_prose(report, "problems")
    if damage is not None:
        yield doubtful("问题是否空泛", "whether the problems are perfunctory", damage, evidence)
    elif not _may_be_in_pictures(report):
        yield _told(text, evidence, short=short)


def _told(text: str, evidence: Evidence, *, short: bool) -> Finding:
    if short:
        return fail(
            f"“存在的主要问题及改进情况”仅{len(text)}字，内容空泛。",
            f"Section five has {len(text)} characters only.",
            evidence,
        )
    return fail(
        "“存在的主要问题及改进情况”只有套话，没有本机关的具体情况。",
        "Section five consists of stock phrases and says nothing of the agency's own.",
        evidence,
    )


def _own_share(text: str) -> float:
    """Return which part of a flat text is no stock phrase; 1 if it has anything of its own."""
    plain = _YEAR.sub("", _ORDINAL.sub("", text))
    if _OF_ITS_OWN.search(plain):
        return 1.0
    letters = _NOT_LETTERS.sub("", plain)
    left = _NOT_LETTERS.sub("", _stock().sub("", letters))
    return len(left) / len(letters) if letters else 0.0


@cache
def _stock() -> re.Pattern[str]:
    file = resources.files("monitor.rules.structure").joinpath("stock.toml")
    phrases = tomllib.loads(file.read_text(encoding="utf-8"))["phrases"]
    return re.compile("|".join(sorted(map(re.escape, phrases), key=len, reverse=True)))


def _first(section: Section) -> Evidence:
    return next((item.evidence() for item in section_passages(section)), heading_evidence(section))


def _may_be_in_pictures(report: Report) -> bool:
    return any(not image.recognised for image in report.images)
