"""Cases of what happened to a report: changed, broken into, taken down, back, backdated."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from monitor.reading.model import Report
from monitor.rules.model import Address, CaptureFacts, EarlierVersion
from tests.monitor.building import (
    PROSE,
    with_cell,
    with_damage,
    with_prose,
    without_section,
    without_table,
)
from tests.monitor.rules.cases.case import CLEAN, Case
from tests.monitor.rules.cases.days import BUREAU, at
from tests.monitor.rules.cases.timeliness import UNDATED, URL, dated

THEN = CaptureFacts(id=7, position=6, url=URL, at=at(1, 25), sha256="a" * 64)
NOW = CaptureFacts(id=9, position=8, url=URL, at=at(3, 5), sha256="b" * 64)


def _earlier(**more: Any) -> EarlierVersion:
    values: dict[str, Any] = {
        "number": 1,
        "seen_from": at(1, 25),
        "seen_until": at(3, 1),
        "captures": (THEN,),
        "later": (NOW,),
        "later_from": at(3, 5),
        **more,
    }
    return EarlierVersion(**values)


def _changed(
    name: str,
    outcome: str,
    report: Report | None,
    before: Report | None = CLEAN,
    version: EarlierVersion | None = None,
    **more: Any,
) -> Case:
    known = dated(
        ("meta", "2024-01-25"),
        first_seen_at=at(1, 25),
        previous_version=before,
        earlier=version or _earlier(),
    )
    facts = {**known, "fiscal_year": 2023}
    return Case(
        name=name, rule="report-changed", outcome=outcome, report=report, facts=facts, **more
    )


CHANGES = (
    _changed("the captures are named", "fail", with_cell(CLEAN, "requests", "new", "total", "21"),
             quote=f"SHA-256 {'b' * 16}…", says="第1版见于2024-01-25至2024-03-01"),
    _changed("the cell is named before and after", "fail",
             with_cell(CLEAN, "requests", "new", "total", "21"), says="“总计”：10 → 21"),
    _changed("a short section is gone", "fail", without_section(CLEAN, "other_matters"),
             says="缺少“六、其他需要报告的事项”"),
    _changed("a section was added", "fail", CLEAN,
             before=without_section(CLEAN, "other_matters"), says="新增"),
    _changed("a table is gone", "fail", without_table(CLEAN, "remedies"), says="缺少复议诉讼表"),
    _changed("a word of a long text", "pass",
             with_prose(CLEAN, "overview",
                        *(each.replace("2次", "9次") for each in PROSE["overview"]))),
    _changed("the earlier version could not be read", "indeterminate", CLEAN, before=None,
             version=_earlier(error="encrypted"), says="旧版本未能读出年报（encrypted）"),
    _changed("the one that stands could not be read", "indeterminate", None,
             says="现行版本未能读出年报"),
    _changed("the earlier version was read in part", "indeterminate",
             with_cell(CLEAN, "requests", "new", "total", "21"),
             before=with_damage(CLEAN, "rows-lost")),
    _changed("intruders made the page theirs", "fail", None, version=_earlier(injected=True),
             severity="error", says="疑似被篡改"),
    _changed("intruders wrote into the report", "fail", CLEAN, version=_earlier(injected=True),
             severity="error", says="不予引用"),
    Case(name="a filing that was never read", rule="report-changed", outcome="not_applicable",
         report=None, facts=dated(("meta", "2024-01-25"), first_seen_at=at(1, 25))),
)  # fmt: skip


def _attempt(day: int, status: int) -> Address:
    return Address(
        at=at(3, day), status=status, final_url=URL, capture=day, position=day - 1, sha256="c" * 64
    )


def _removed(name: str, outcome: str, crawls: int, *attempts: Address, **more: Any) -> Case:
    known = {"first_seen_at": at(1, 25), **more.pop("known", {})}
    facts = dated(("meta", "2024-01-25"), removed_crawls=crawls, attempts=attempts, **known)
    return Case(
        name=name,
        rule="report-removed",
        outcome=outcome,
        facts={**facts, **more.pop("facts", {})},
        **more,
    )


_GONE = tuple(_attempt(day, 404) for day in (2, 3, 4))
_WITHIN_AN_HOUR = tuple(
    replace(each, at=at(3, 2) + timedelta(minutes=20 * number)) for number, each in enumerate(_GONE)
)
REMOVED = (
    _removed("the last good capture is named, too", "fail", 3, _attempt(1, 200), *_GONE,
             severity="error", quote="2024-03-01 HTTP 200"),
    _removed("a report that could not be read", "fail", 3, *_GONE, report=None,
             facts={"fiscal_year": 2023}),
    _removed("taken down and put back", "pass", 0),
    _removed("two crawls of three", "indeterminate", 2, *_GONE[:2], quote="404"),
    _removed("three crawls within an hour", "indeterminate", 3, *_WITHIN_AN_HOUR,
             quote="404", says="时间不足"),
    _removed("one of unknown agency came since", "indeterminate", 3, *_GONE,
             known={"may_stand_at": "https://www.example.gov.cn/9.html"}, quote="9.html"),
    _removed("another page has it", "pass", 3, *_GONE, known={"successor": True}),
)  # fmt: skip


def _backdated(name: str, outcome: str, **more: Any) -> Case:
    days = (at(2, 5), at(2, 12))
    pages = tuple((replace(THEN, id=number, at=when),) for number, when in enumerate(days, 20))
    known = {
        "first_seen_at": at(2, 19),
        "absences": days,
        "absence_captures": pages,
        "seen_capture": NOW,
        **more.pop("known", {}),
    }
    facts = {**dated(("page", "2024-01-30"), **known), "agency": BUREAU, "fiscal_year": 2023}
    report = more.pop("report", UNDATED)
    return Case(
        name=name, rule="pubdate-backdated", outcome=outcome, report=report, facts=facts, **more
    )


BACKDATED = (
    _backdated("the list pages without it are named", "fail", quote="2024-02-12 列表页未见"),
    _backdated("so is what first showed it", "fail", quote="首次见到"),
    _backdated("a report that could not be read", "fail", report=None),
    _backdated("only one reading asked for every page", "indeterminate",
               known={"absences": (at(2, 12),), "absence_captures": ((THEN,),)}),
)  # fmt: skip

ALL = (*CHANGES, *REMOVED, *BACKDATED)
