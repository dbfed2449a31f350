"""Cases of the rules about columns and lists."""

from dataclasses import replace
from datetime import date
from typing import Any

from monitor.rules.model import (
    AgencyFacts,
    ColumnFacts,
    DateCandidate,
    ListedRow,
    OtherFiling,
    PublicationFacts,
    SearchFacts,
)
from tests.monitor.building import AGENCY
from tests.monitor.rules.cases.case import CLEAN, Case
from tests.monitor.rules.cases.timeliness import owed

SITE = "https://www.example.gov.cn"
URL = f"{SITE}/col/12345/art_1.html"
NOTICES = ColumnFacts(url=f"{SITE}/col/12345/", name="通知公告", proofs=frozenset({"titles"}))
ANOTHER = OtherFiling(url=f"{SITE}/x.html", title="年报", text="")
BUREAU = AgencyFacts(name=AGENCY, kind="department", aliases=("示例县科技和工业信息化局",))


def published(**more: Any) -> dict[str, Any]:
    """Facts with what is known of the publication."""
    return {"publication": PublicationFacts(**{"url": URL, **more})}


def _column(name: str, outcome: str, rule: str = "wrong-column", **more: Any) -> Case:
    facts = published(
        column=more.pop("column", NOTICES),
        labels=more.pop("labels", {"columnname": "通知公告"}),
        url=more.pop("url", URL),
    )
    others = more.pop("others", ())
    return Case(name=name, rule=rule, outcome=outcome, facts={**facts, "others": others}, **more)


WRONG = (
    _column("notices", "fail", severity="warning", quote="通知公告", says="通知公告"),
    _column("the label names the column", "pass", labels={"columnname": "政府信息公开年报"}),
    _column("the label of its kind does", "pass", labels={"columntype": "信息公开年报"}),
    _column("the list is called so", "pass", column=replace(NOTICES, name="2023年度年报")),
    _column("the name is printed wide", "pass", column=replace(NOTICES, name="年 度 报 告")),
    _column(
        "the breadcrumb of a numeric column names it",
        "pass",
        column=replace(NOTICES, proofs=frozenset({"breadcrumb", "titles"})),
    ),
    _column("the address of the column does", "pass", url=f"{SITE}/zfxxgknb/202401/t1.html"),
    _column(
        "the address of the list does",
        "pass",
        column=replace(NOTICES, url=f"{SITE}/zwgk/xxgkndbg/index.html"),
    ),
    _column("a column without a name", "indeterminate", column=replace(NOTICES, name="")),
    _column("a page without the label", "indeterminate", labels={}),
    _column("a label left to its template", "indeterminate", labels={"columnname": "${name}"}),
    _column("a column nobody looked at", "indeterminate", column=replace(NOTICES, proofs=None)),
    _column("the report stands elsewhere too", "indeterminate", others=(ANOTHER,)),
    _column("a report of 2016 by the law of then", "not_applicable", column=None),
    Case(name="a file alone", rule="wrong-column", outcome="not_applicable"),
)


def _in_folder(path: str, outcome: str, *days: str, **more: Any) -> Case:
    dates = tuple(DateCandidate(source="page", day=date.fromisoformat(day)) for day in days)
    labels = more.pop("labels", None)
    return Case(
        name=f"{path} {' '.join(days)} {labels or ''}",
        rule="column-year-mismatch",
        outcome=outcome,
        facts=published(url=f"{SITE}{path}", dates=dates, labels=labels),
        report=replace(CLEAN, published_on=None, date_candidates=()),
        **more,
    )


YEARS = (
    _in_folder("/zfxxgknb/bm/2021n/post_1.html", "fail", severity="info", says="2021年"),
    _in_folder("/zfxxgknb/2020/post_1.html", "fail"),
    _in_folder("/a/1.html", "fail", labels={"columnname": "2021年度"}, quote="2021年度"),
    _in_folder("/zfxxgknb/bm/2023n/post_1.html", "pass"),
    _in_folder("/zfxxgknb/bm/2024n/post_1.html", "pass"),
    _in_folder("/zfxxgkndbg/gb2024/2024szbm/1.html", "pass"),
    _in_folder("/zfxxgknb/2025n/post_1.html", "pass", "2025-03-01"),
    _in_folder("/zfxxgknb/2025n/post_1.html", "fail", "2024-01-20"),
    _in_folder("/zfxxgknb/202601/t20260119_1.html", "not_applicable"),
    _in_folder("/art/2026/5/15/art_1.html", "not_applicable"),
    _in_folder("/zfxxgknb/2026/07/1.html", "not_applicable"),
    _in_folder("/zwgk/2021/1.html", "not_applicable"),
    _in_folder("/c2021/1.html", "not_applicable"),
    Case(
        name="no fiscal year",
        rule="column-year-mismatch",
        outcome="not_applicable",
        report=None,
        facts={**published(url=f"{SITE}/zfxxgknb/2021n/1.html"), "fiscal_year": None},
    ),
)


def _searched(name: str, outcome: str, **more: Any) -> Case:
    values = {"url": SITE, "platform_read": True, "whole": True, "times": 2}
    columns = more.pop("columns", ())
    severity = more.pop("severity", None)
    search = None if more.pop("unsearched", False) else SearchFacts(**{**values, **more})
    return Case(
        name=name,
        rule="column-missing",
        outcome=outcome,
        severity=severity,
        report=None,
        facts={
            "obligation": owed("crawler_suspect", columns=columns, search=search),
            "fiscal_year": 2023,
        },
    )


MENUS = (
    _searched("searched twice", "fail", severity="warning"),
    _searched("a column is known", "pass", columns=(f"{SITE}/zfxxgknb/",)),
    _searched("searched once", "indeterminate", times=1),
    _searched("no platform was found", "indeterminate", platform_read=False),
    _searched("something stood in the way", "indeterminate", whole=False),
    _searched("not searched", "not_applicable", unsearched=True),
    Case(name="a file alone", rule="column-missing", outcome="not_applicable"),
)


def row(number: int, year: int, day: str | None = None, agency: str = AGENCY) -> ListedRow:
    """A row of a list."""
    return ListedRow(
        url=f"{SITE}/{number}.html",
        title=f"{agency}{year}年政府信息公开工作年度报告",
        day=date.fromisoformat(day) if day else None,
    )


def _listed(name: str, outcome: str, *rows: ListedRow, at: int = 0, **more: Any) -> Case:
    column = ColumnFacts(url=f"{SITE}/nb/", name="年报", rows=rows)
    url = (rows[at].url if rows else URL).replace("https:", "http:")
    return Case(
        name=name,
        rule="column-disorder",
        outcome=outcome,
        facts=published(url=url, column=column),
        **more,
    )


NEWEST_FIRST = tuple(row(n, 2023 - n, f"{2024 - n}-01-20") for n in range(6))
ASTRAY = (*NEWEST_FIRST[:4], row(9, 2015, "2016-01-20"), *NEWEST_FIRST[4:])
ORDER = (
    _listed("newest first", "pass", *NEWEST_FIRST),
    _listed("oldest first", "pass", *reversed(NEWEST_FIRST)),
    _listed("years without days", "pass", *(replace(r, day=None) for r in NEWEST_FIRST)),
    _listed(
        "one that stands where nothing puts it",
        "fail",
        *ASTRAY,
        at=4,
        severity="info",
        quote="2015年",
        says="第 5 位",
    ),
    _listed("those around it are not to blame", "pass", *ASTRAY, at=3),
    _listed("two pinned above the rest", "pass", ASTRAY[4], *NEWEST_FIRST, at=0),
    _listed(
        "by fiscal year, the days of a migration",
        "pass",
        *(replace(r, day=date(2022, 5, 9 + n % 3)) for n, r in enumerate(NEWEST_FIRST)),
        at=2,
    ),
    _listed(
        "agency by agency",
        "pass",
        *(row(n, 2023 - n, agency="示例县教育局") for n in range(3)),
        *(row(n + 5, 2023 - n, agency="示例县财政局") for n in range(3)),
        *(row(n + 9, 2023 - n, agency="示例县民政局") for n in range(3)),
        at=4,
    ),
    _listed(
        "one year by the rank of its agencies",
        "pass",
        *(
            row(n, 2023, f"2024-01-{day}", agency=f"示例县{name}局")
            for n, (name, day) in enumerate(
                (("教育", 19), ("科技", 30), ("公安", 12), ("民政", 25), ("司法", 11))
            )
        ),
        at=2,
    ),
    _listed("too short to have an order", "not_applicable", *ASTRAY[3:6], at=1),
    _listed("its order is not known", "not_applicable"),
    Case(
        name="another list",
        rule="column-disorder",
        outcome="not_applicable",
        facts=published(column=ColumnFacts(url=SITE, name="年报", rows=ASTRAY)),
    ),
)


def _titled(listed: str | None, page: str | None, outcome: str, **more: Any) -> Case:
    facts = published(list_title=listed, labels={"articletitle": page} if page else None)
    known = more.pop("known", ())
    return Case(
        name=f"{listed} / {page} {known or ''}".strip(),
        rule="link-title-mismatch",
        outcome=outcome,
        facts={**facts, "agency": BUREAU, "known_agencies": known},
        **more,
    )


USUAL = f"{AGENCY}2023年政府信息公开工作年度报告"
LINKS = (
    _titled(USUAL, USUAL, "pass"),
    _titled("2023年政府信息公开年报", USUAL, "pass"),
    _titled("县科技局2023年政府信息公开工作年度报告", USUAL, "pass"),
    _titled("科技局2023年政府信息公开工作年度报告", USUAL, "pass"),
    _titled("示例县科技局2023年政府信息公…", USUAL, "pass"),
    _titled("示例县教育局2023年政府信息公开工作…", USUAL, "pass"),
    _titled("示例县科技和工业信息化局2023年政府信息公开工作年度报告", USUAL, "pass"),
    _titled(
        f"{AGENCY}2022年政府信息公开工作年度报告",
        USUAL,
        "fail",
        severity="warning",
        quote="2022年",
        says="2022年度",
    ),
    _titled("示例县农业农村局2023年政府信息公开工作年度报告", USUAL, "fail", quote="农业农村局"),
    _titled("示例县科学技术局2023年政府信息公开工作年度报告", USUAL, "indeterminate"),
    _titled("示例县科技局2022年政府信息公…", USUAL, "fail", says="2022年度"),
    _titled(
        "示例县科学技术局2023年政府信息公开工作年度报告", USUAL, "fail",
        known=("示例县科学技术局",),
        count=1,
    ),
    _titled("示例县2023年法治政府建设年度报告", USUAL, "not_applicable"),
    _titled(None, USUAL, "not_applicable"),
    _titled(USUAL, None, "not_applicable"),
    Case(name="a file alone", rule="link-title-mismatch", outcome="not_applicable"),
)  # fmt: skip

ALL = (*WRONG, *YEARS, *MENUS, *ORDER, *LINKS)
