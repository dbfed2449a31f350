"""Cases of the rules about copies."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from monitor.reading.model import Report
from monitor.rules.model import (
    Evidence,
    Likeness,
    PublicationFacts,
    SharedPassage,
)
from storage.clock import SHANGHAI
from tests.monitor.building import (
    a_report,
    with_cell,
    with_damage,
    with_preamble,
    with_previous_year,
    with_prose,
    without_section,
)
from tests.monitor.likeness.writing import invented, with_other_digits
from tests.monitor.rules.cases.case import Case

OWN = invented(1)
PROBLEMS = invented(2, 10)
REPORT = with_prose(with_prose(a_report(), "overview", *OWN), "problems", *PROBLEMS)
SHORT = a_report()


def _before(overview: list[str], problems: list[str] = PROBLEMS) -> Report:
    report = with_prose(with_previous_year(REPORT), "overview", *overview)
    return with_prose(report, "problems", *problems)


def _year(rule: str, name: str, outcome: str, previous: Report | None, **more: Any) -> Case:
    facts = {"previous": previous, **more.pop("facts", {})}
    return Case(name=name, rule=rule, outcome=outcome, facts=facts, **{"report": REPORT, **more})


def _mixed(kept: int) -> list[str]:
    """The first ``kept`` paragraphs of this year's eight, and others."""
    return [*OWN[:kept], *invented(9)[kept:]]


SAME_YEAR = (
    _year(
        "similar-to-last-year",
        "the whole text with other digits",
        "fail",
        _before([with_other_digits(text) for text in OWN]),
        severity="error",
        says="正文100%的文字与上年年报相同",
        quote="条",
        count=1,
    ),
    _year(
        "similar-to-last-year",
        "four fifths of it",
        "fail",
        _before(_mixed(6)),
        severity="warning",
    ),
    _year("similar-to-last-year", "half of it, as is common", "pass", _before(_mixed(3))),
    _year(
        "similar-to-last-year",
        "nothing but the prescribed sentences",
        "pass",
        _before(invented(8), invented(7, 10)),
        report=with_preamble(REPORT, a_report().preamble * 3),
    ),
    _year(
        "similar-to-last-year",
        "under the agency's earlier name",
        "fail",
        replace(
            _before([f"示例县科技和工业信息化局如下：{text}" for text in OWN]),
            agency="示例县科技和工业信息化局",
        ),
        severity="error",
    ),
    _year(
        "similar-to-last-year",
        "too short to tell",
        "not_applicable",
        with_previous_year(SHORT),
        report=SHORT,
    ),
    _year(
        "similar-to-last-year",
        "the report of two years before",
        "not_applicable",
        replace(_before(OWN), fiscal_year=2021),
    ),
    _year("similar-to-last-year", "no report of last year", "not_applicable", None),
    _year(
        "similar-to-last-year",
        "pages of last year's were lost",
        "indeterminate",
        with_damage(_before(OWN)),
    ),
    _year(
        "similar-to-last-year",
        "pages of this year's were lost",
        "indeterminate",
        _before(invented(8)),
        report=with_damage(REPORT),
    ),
    _year(
        "similar-to-last-year",
        "a table that was lost is no prose",
        "fail",
        _before(OWN),
        report=with_damage(REPORT, "rows-lost", tables=frozenset({"requests"})),
    ),
    _year(
        "problems-repeated",
        "word for word",
        "fail",
        _before(invented(8)),
        severity="warning",
        says="“存在的主要问题及改进情况”100%的文字与上年年报相同",
        count=1,
    ),
    _year("problems-repeated", "others", "pass", _before(OWN, invented(7, 10))),
    _year(
        "problems-repeated",
        "half of them again",
        "pass",
        _before(OWN, [PROBLEMS[0], *invented(7, 5)]),
    ),
    _year(
        "problems-repeated",
        "among many more last year",
        "fail",
        _before(OWN, [*invented(7, 20), *PROBLEMS]),
    ),
    _year(
        "problems-repeated",
        "none last year",
        "not_applicable",
        without_section(_before(OWN), "problems"),
    ),
    _year(
        "problems-repeated",
        "a few words",
        "not_applicable",
        _before(OWN, ["公开不够及时，下一步加强学习。"]),
        report=with_prose(REPORT, "problems", "公开不够及时，下一步加强学习。"),
    ),
    _year(
        "problems-repeated",
        "the section was lost",
        "indeterminate",
        with_damage(_before(OWN), sections=frozenset({"problems"})),
    ),
    _year("problems-repeated", "of another year", "not_applicable", a_report("v2019")),
)

PUBLISHED = PublicationFacts(url="https://www.example.gov.cn/1", published_on=date(2024, 1, 28))
QUOTED = SharedPassage(
    length=215,
    ours=Evidence(quote="年初办公室逐条梳理惠企政策"),
    theirs=Evidence(quote="年初办公室逐条梳理惠企政策", url="https://www.other.gov.cn/1"),
)
CELL = (Evidence(quote="1482"), Evidence(quote="1482", url="https://www.other.gov.cn/1"))


def like(agency: str = "示例县教育局", **more: Any) -> Likeness:
    """A report of another agency, published eight days before ours."""
    values: dict[str, Any] = {
        "url": f"https://www.other.gov.cn/{agency}",
        "fiscal_year": 2023,
        "published_on": date(2024, 1, 20),
        "sha256": "ab" * 32,
        "was_read": True,
        "unseen": 0.9,
        "passages": (QUOTED,),
        "problems_passages": (QUOTED,),
        "cells": (CELL,),
        **more,
    }
    return Likeness(agency=agency, **values)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


def _others(rule: str, name: str, outcome: str, *likenesses: Likeness, **more: Any) -> Case:
    facts = {"publication": PUBLISHED, "likenesses": likenesses, **more.pop("facts", {})}
    return Case(name=name, rule=rule, outcome=outcome, facts=facts, **{"report": REPORT, **more})


LATER = date(2024, 1, 30)
COPIES = tuple(
    like(f"示例县{name}局", prose=0.97, problems=0.9, same_portal=True)
    for name in ("水利", "农业", "教育")
)

OTHER_AGENCY = (
    _others(
        "similar-to-other-agency",
        "nearly all of it",
        "fail",
        like(prose=0.92),
        severity="error",
        says="正文92%的文字与示例县教育局2023年度年报（2024-01-20发布）相同",
        quote="惠企政策",
        count=1,
    ),
    _others(
        "similar-to-other-agency",
        "two thirds of it",
        "fail",
        like(prose=0.66),
        severity="warning",
        says="最长相同段落215字",
    ),
    _others("similar-to-other-agency", "as much as is common", "pass", like(prose=0.55)),
    _others("similar-to-other-agency", "nothing like it", "pass"),
    _others(
        "similar-to-other-agency",
        "the other copied ours",
        "pass",
        like(prose=0.97, published_on=LATER),
    ),
    _others(
        "similar-to-other-agency",
        "the other's report of last year, which came out after ours",
        "pass",
        like(prose=0.97, fiscal_year=2022, published_on=LATER),
    ),
    _others(
        "similar-to-other-agency",
        "the other's report of last year, its day unknown",
        "fail",
        like(prose=0.97, fiscal_year=2022, published_on=None),
        says="与示例县教育局2022年度年报相同",
    ),
    _others(
        "similar-to-other-agency",
        "both on one day",
        "indeterminate",
        like(prose=0.97, published_on=date(2024, 1, 28)),
        says="看不出先后",
    ),
    _others(
        "similar-to-other-agency",
        "nobody knows when",
        "indeterminate",
        like(prose=0.97, published_on=None),
    ),
    _others(
        "similar-to-other-agency",
        "our own day is not known",
        "indeterminate",
        like(prose=0.97),
        facts={"publication": PublicationFacts(url="https://www.example.gov.cn/1")},
    ),
    _others(
        "similar-to-other-agency",
        "a text given to all departments of a portal",
        "fail",
        *COPIES,
        severity="warning",
        says="同一网站共有3家其他机关文字雷同",
        count=1,
    ),
    _others(
        "similar-to-other-agency",
        "the same text three times elsewhere",
        "fail",
        *(replace(item, same_portal=False) for item in COPIES),
        severity="warning",
        says="；共有3家其他机关文字雷同",
        count=1,
    ),
    _others(
        "similar-to-other-agency",
        "the same text twice elsewhere",
        "fail",
        *(replace(item, same_portal=False) for item in COPIES[:2]),
        severity="error",
    ),
    _others(
        "similar-to-other-agency",
        "two signboards on one door",
        "indeterminate",
        like(prose=0.97, works_jointly=True),
        says="合署办公",
    ),
    _others(
        "similar-to-other-agency",
        "two signboards on one door, and a stranger",
        "fail",
        like(prose=0.99, works_jointly=True),
        like("示例县水利局", prose=0.9),
        says="示例县水利局",
        count=1,
    ),
    _others(
        "similar-to-other-agency",
        "ours was seen before the other came, whatever its page says since",
        "pass",
        like(prose=0.97),
        facts={"publication": replace(PUBLISHED, first_seen_at=_noon(date(2024, 1, 19)))},
    ),
    _others(
        "similar-to-other-agency",
        "what was at its address in autumn was another report",
        "fail",
        like(prose=0.97),
        facts={"publication": replace(PUBLISHED, first_seen_at=_noon(date(2023, 10, 1)))},
    ),
    _others(
        "similar-to-other-agency",
        "our own day stands in the address alone",
        "indeterminate",
        like(prose=0.97),
        facts={"publication": replace(PUBLISHED, published_on_source="url")},
    ),
    _others(
        "similar-to-other-agency",
        "three reports of one neighbour are no frame",
        "fail",
        *(replace(item, agency="示例县教育局") for item in COPIES),
        severity="error",
    ),
    _others(
        "similar-to-other-agency",
        "our own text of last year, which the other had copied",
        "indeterminate",
        like(prose=0.9, unseen=0.1),
        says="本机关上年年报中已有",
    ),
    _others(
        "similar-to-other-agency",
        "an older text of another, our own last report unknown",
        "fail",
        like(prose=0.97, fiscal_year=2021, unseen=None),
        severity="warning",
    ),
    _others(
        "similar-to-other-agency",
        "no long passage",
        "indeterminate",
        like(prose=0.7, passages=(replace(QUOTED, length=45),)),
        says="没有可以列出的较长相同段落",
    ),
    _others(
        "similar-to-other-agency",
        "the other cannot be read now",
        "indeterminate",
        like(prose=0.9, was_read=False, passages=()),
    ),
    _others(
        "similar-to-other-agency",
        "pages of ours were lost",
        "indeterminate",
        like(prose=0.9),
        report=with_damage(REPORT),
    ),
    _others(
        "similar-to-other-agency",
        "too short to tell",
        "not_applicable",
        like(prose=1.0),
        report=SHORT,
    ),
    _others(
        "similar-to-other-agency",
        "nothing to compare with",
        "not_applicable",
        facts={"likenesses": None},
    ),
)

GREAT = with_cell(REPORT, "proactive_disclosure", "licensing", "decisions", "148200")

OTHER_FIGURES = (
    _others(
        "similar-numbers",
        "every one",
        "fail",
        like(figures=True),
        report=GREAT,
        severity="warning",
        says="逐格相同",
        quote="1482",
        count=1,
    ),
    _others("similar-numbers", "nobody's", "pass", like(prose=0.9), report=GREAT),
    _others(
        "similar-numbers",
        "the other is later",
        "pass",
        like(figures=True, published_on=LATER),
        report=GREAT,
    ),
    _others(
        "similar-numbers",
        "two agencies under one roof",
        "pass",
        like(figures=True, works_jointly=True),
        report=GREAT,
    ),
    _others(
        "similar-numbers",
        "both on one day",
        "indeterminate",
        like(figures=True, published_on=date(2024, 1, 28)),
        report=GREAT,
    ),
    _others(
        "similar-numbers",
        "the other cannot be read now",
        "indeterminate",
        like(figures=True, cells=()),
        report=GREAT,
    ),
    _others(
        "similar-numbers",
        "figures so small that many have them",
        "not_applicable",
        like(figures=True),
        report=REPORT,
    ),
    _others(
        "similar-numbers",
        "a figure that was not read",
        "not_applicable",
        like(figures=True),
        report=with_cell(GREAT, "requests", "new", "natural", None),
    ),
    _others(
        "similar-numbers",
        "nothing to compare with",
        "not_applicable",
        report=GREAT,
        facts={"likenesses": None},
    ),
)

OTHER_PROBLEMS = (
    _others(
        "similar-problems",
        "three others",
        "fail",
        *COPIES,
        severity="info",
        says="示例县水利局、示例县农业局、示例县教育局等3家机关文字雷同",
        quote="惠企政策",
        count=1,
    ),
    _others("similar-problems", "two others", "pass", *COPIES[:2]),
    _others(
        "similar-problems",
        "one other, year after year",
        "pass",
        *(like(problems=1.0, fiscal_year=year) for year in (2020, 2021, 2022, 2023)),
    ),
    _others(
        "similar-problems",
        "all of them later than ours",
        "pass",
        *(replace(item, published_on=LATER) for item in COPIES),
    ),
    _others(
        "similar-problems",
        "a section lost in part",
        "indeterminate",
        *COPIES,
        report=with_damage(REPORT, sections=frozenset({"problems"})),
    ),
    _others(
        "similar-problems",
        "a few words",
        "not_applicable",
        *COPIES,
        report=with_prose(REPORT, "problems", "公开不够及时，下一步加强学习。"),
    ),
    _others(
        "similar-problems", "nothing to compare with", "not_applicable", facts={"likenesses": None}
    ),
)

ALL = (*SAME_YEAR, *OTHER_AGENCY, *OTHER_FIGURES, *OTHER_PROBLEMS)
