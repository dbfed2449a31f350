"""Cases of the rules about time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from monitor.reading.model import Report
from monitor.rules.model import (
    Address,
    AgencyFacts,
    DateCandidate,
    ObligationFacts,
    PublicationFacts,
    Severity,
)
from tests.monitor.building import (
    AGENCY,
    PROSE,
    a_report,
    with_cell,
    with_damage,
    with_preamble,
    with_prose,
)
from tests.monitor.rules.cases.case import CLEAN, Case

SEEN = datetime(2024, 2, 20, 4, tzinfo=UTC)
URL = "https://www.example.gov.cn/zwgk/t20240125_1.html"
UNDATED = replace(CLEAN, published_on=None, published_on_source=None, date_candidates=())
COUNTY = AgencyFacts(name="示例县人民政府", kind="government")
NAMELESS = AgencyFacts(name="示例县某某")


def dated(*dates: tuple[str, str], **more: Any) -> dict[str, Any]:
    """Facts with dates of publication, as pairs of source and day."""
    candidates = tuple(
        DateCandidate(source=source, day=date.fromisoformat(day)) for source, day in dates
    )
    return {"publication": PublicationFacts(url=URL, dates=candidates, **more)}


def owed(state: str, **more: Any) -> ObligationFacts:
    """An obligation of a department for 2023 in some state."""
    values: dict[str, Any] = {
        "fiscal_year": 2023,
        "due_on": date(2024, 1, 31),
        "basis": "国务院令第711号 第四十九条第一款",
        "kind": "department",
        "state": state,
        "healthy": True,
        "columns": ("https://www.example.gov.cn/zfxxgknb/",),
        "checked_at": SEEN,
    }
    return ObligationFacts(**{**values, **more})


def _gone(times: int, **more: Any) -> dict[str, Any]:
    attempts = tuple(
        Address(at=SEEN + timedelta(days=day), status=404, final_url=URL) for day in range(times)
    )
    return dated(
        ("meta", "2024-01-25"),
        removed_crawls=times,
        attempts=attempts,
        first_seen_at=SEEN,
        **more,
    )


def _changed_from(earlier: Report) -> dict[str, Any]:
    return dated(("meta", "2024-01-25"), first_seen_at=SEEN, previous_version=earlier)


def _missing(state: str = "missing", **more: Any) -> dict[str, Any]:
    return {"obligation": owed(state, **more), "as_of": SEEN}


LATE = (
    Case(
        name="a bureau months after its day",
        rule="published-late",
        outcome="fail",
        severity="error",
        quote="2024-05-30",
        says="逾期 120 天",
        facts=dated(("page", "2024-05-30")),
    ),
    Case(
        name="the due day itself is in time",
        rule="published-late",
        outcome="pass",
        facts=dated(("page", "2024-01-31")),
    ),
    Case(
        name="one day late",
        rule="published-late",
        outcome="fail",
        says="逾期 1 天",
        facts=dated(("meta", "2024-02-01")),
    ),
    Case(
        name="a government has until the end of March",
        rule="published-late",
        outcome="pass",
        facts={**dated(("page", "2024-02-08")), "agency": COUNTY},
    ),
    Case(
        name="a government's own office has not",
        rule="published-late",
        outcome="fail",
        facts={
            **dated(("page", "2024-02-08")),
            "agency": AgencyFacts(name="示例县人民政府办公室", kind="government_office"),
        },
    ),
    Case(
        name="the kind is told by the name",
        rule="published-late",
        outcome="pass",
        facts={**dated(("page", "2024-02-08")), "agency": AgencyFacts(name="示例县人民政府")},
    ),
    Case(
        name="an unknown kind between the two days",
        rule="published-late",
        outcome="indeterminate",
        facts={**dated(("page", "2024-02-08")), "agency": NAMELESS},
    ),
    Case(
        name="an unknown kind after both days",
        rule="published-late",
        outcome="fail",
        says="2024-03-31",
        facts={**dated(("page", "2024-04-08")), "agency": NAMELESS},
    ),
    Case(
        name="a township is only warned",
        rule="published-late",
        outcome="fail",
        severity="warning",
        facts={
            **dated(("page", "2024-03-08")),
            "agency": AgencyFacts(name="示例镇人民政府", kind="township"),
        },
    ),
    Case(
        name="a street office is only warned",
        rule="published-late",
        outcome="fail",
        severity="warning",
        facts={
            **dated(("page", "2024-03-08")),
            "agency": AgencyFacts(name="示例区某某街道办事处", kind="dispatched"),
        },
    ),
    Case(
        name="the earliest of the dates counts",
        rule="published-late",
        outcome="pass",
        facts=dated(("page", "2024-03-02"), ("list", "2024-01-30")),
    ),
    Case(
        name="only the URL has a date",
        rule="published-late",
        outcome="indeterminate",
        report=UNDATED,
        facts=dated(("url", "2024-05-30")),
    ),
    Case(
        name="the URL has a day in time, the page a late one",
        rule="published-late",
        outcome="indeterminate",
        facts=dated(("url", "2024-01-26"), ("page", "2024-03-01")),
    ),
    Case(
        name="it was seen in time, whatever the page says now",
        rule="published-late",
        outcome="pass",
        facts=dated(("page", "2024-03-02"), first_seen_at=datetime(2024, 1, 30, tzinfo=UTC)),
    ),
    Case(
        name="a page that was saved again states a day after it was first seen",
        rule="published-late",
        outcome="indeterminate",
        report=UNDATED,
        facts=dated(("page", "2024-05-20"), first_seen_at=datetime(2024, 2, 10, tzinfo=UTC)),
    ),
    Case(
        name="of the days stated those by the first sight count",
        rule="published-late",
        outcome="fail",
        says="2024-02-08",
        report=UNDATED,
        facts=dated(
            ("meta", "2024-05-20"),
            ("list", "2024-02-08"),
            first_seen_at=datetime(2024, 2, 10, tzinfo=UTC),
        ),
    ),
    Case(
        name="the column showed the text of last year's report at this address",
        rule="published-late",
        outcome="fail",
        report=UNDATED,
        facts=dated(("page", "2024-05-20"), first_seen_at=datetime(2023, 2, 10, tzinfo=UTC)),
    ),
    Case(
        name="a corrected version was not the first publication",
        rule="published-late",
        outcome="indeterminate",
        report=UNDATED,
        facts=dated(
            ("page", "2024-03-01"), list_title="某局2023年政府信息公开工作年度报告（更正版）"
        ),
    ),
    Case(
        name="another report of the agency was in time",
        rule="published-late",
        outcome="pass",
        report=UNDATED,
        facts=dated(("page", "2024-03-01"), standing="on_time"),
    ),
    Case(
        name="the agency publishes on the portal of its own system",
        rule="published-late",
        outcome="not_applicable",
        report=UNDATED,
        facts=dated(("page", "2024-03-01"), standing="not_obliged"),
    ),
    Case(
        name="its own column was never read",
        rule="published-late",
        outcome="indeterminate",
        report=UNDATED,
        facts=dated(("page", "2024-03-01"), standing="not_checked"),
    ),
    Case(
        name="so the agency stands",
        rule="published-late",
        outcome="fail",
        report=UNDATED,
        facts=dated(("page", "2024-03-01"), standing="late"),
    ),
    Case(
        name="a day given on the command line goes before what the page says",
        rule="published-late",
        outcome="fail",
        facts=dated(("page", "2024-01-02"), ("given", "2024-02-02")),
    ),
    Case(
        name="no date at all",
        rule="published-late",
        outcome="indeterminate",
        report=UNDATED,
        facts=dated(),
    ),
    Case(
        name="the day the report itself shows",
        rule="published-late",
        outcome="fail",
        report=a_report(published_on=date(2024, 2, 5), date_candidates=()),
        facts=dated(),
    ),
    Case(
        name="a file alone",
        rule="published-late",
        outcome="not_applicable",
    ),
    Case(
        name="until 2018 everybody had until the end of March",
        rule="published-late",
        outcome="pass",
        facts={**dated(("page", "2019-03-31")), "fiscal_year": 2018},
    ),
    Case(
        name="2018 and later than March",
        rule="published-late",
        outcome="fail",
        says="2019-03-31",
        facts={**dated(("page", "2019-04-01")), "fiscal_year": 2018},
    ),
    Case(
        name="a day in the future is a slip of the pen",
        rule="published-late",
        outcome="indeterminate",
        report=UNDATED,
        facts=dated(("page", "2042-01-30")),
    ),
    Case(
        name="an attachment shows when it was written, not when it was published",
        rule="published-late",
        outcome="fail",
        report=a_report(
            published_on=date(2024, 1, 20), date_candidates=(("page", "2024年1月20日"),)
        ),
        facts=dated(("page", "2024-05-30")),
    ),
    Case(
        name="a waived report",
        rule="published-late",
        outcome="not_applicable",
        facts={**dated(("page", "2024-05-30")), "obligation": owed("waived")},
    ),
    Case(
        name="within the days of grace",
        rule="published-late",
        outcome="pass",
        facts={**dated(("page", "2024-02-02")), "obligation": owed("on_time")},
    ),
    Case(
        name="late against its own obligation",
        rule="published-late",
        outcome="fail",
        says="2024-01-31",
        facts={**dated(("page", "2024-02-02")), "obligation": owed("late")},
    ),
    Case(
        name="a year that is not known",
        rule="published-late",
        outcome="indeterminate",
        facts={**dated(("page", "2024-05-30")), "fiscal_year": None},
    ),
    Case(
        name="a holiday is mentioned and nothing put off",
        rule="published-late",
        outcome="fail",
        says="节假日",
        facts={**dated(("page", "2025-02-05")), "fiscal_year": 2024},
    ),
    Case(
        name="a report that could not be read can be late",
        rule="published-late",
        outcome="fail",
        report=None,
        facts=dated(("list", "2024-05-30")),
    ),
    Case(
        name="in December of its own year",
        rule="published-early",
        outcome="fail",
        severity="warning",
        quote="2023-12-20",
        facts=dated(("page", "2023-12-20")),
    ),
    Case(
        name="on New Year's Day",
        rule="published-early",
        outcome="pass",
        facts=dated(("page", "2024-01-01")),
    ),
    Case(
        name="dates that disagree",
        rule="published-early",
        outcome="indeterminate",
        facts=dated(("page", "2023-12-20"), ("list", "2024-01-20")),
    ),
    Case(
        name="the fiscal year may be read wrongly",
        rule="published-early",
        outcome="indeterminate",
        report=with_preamble(CLEAN, "统计期限自2022年1月1日起至2022年12月31日止。"),
        facts=dated(("page", "2023-01-20")),
    ),
    Case(
        name="no date",
        rule="published-early",
        outcome="indeterminate",
        report=UNDATED,
        facts=dated(("url", "2023-05-30")),
    ),
)

DATES = (
    Case(
        name="a page without any date",
        rule="pubdate-missing",
        outcome="fail",
        severity="warning",
        report=UNDATED,
        facts=dated(),
    ),
    Case(
        name="a date in the list",
        rule="pubdate-missing",
        outcome="pass",
        report=UNDATED,
        facts=dated(("list", "2024-01-25")),
    ),
    Case(
        name="a date in the URL is none",
        rule="pubdate-missing",
        outcome="fail",
        report=UNDATED,
        facts=dated(("url", "2024-01-25")),
    ),
    Case(
        name="a PDF whose page is not at hand",
        rule="pubdate-missing",
        outcome="not_applicable",
        report=replace(UNDATED, media_type="application/pdf", method="pdf-text"),
        facts=dated(),
    ),
    Case(
        name="label and page a month apart",
        rule="pubdate-conflict",
        outcome="fail",
        severity="warning",
        quote="2024-01-25",
        says="2024-02-28",
        facts=dated(("meta", "2024-01-25"), ("page", "2024-02-28")),
    ),
    Case(
        name="the dates of the page that was read",
        rule="pubdate-conflict",
        outcome="fail",
        quote="2024年2月28日",
        report=a_report(
            date_candidates=(("meta", "2024-01-25 09:00"), ("page", "发布日期：2024年2月28日"))
        ),
        facts=dated(("meta", "2024-01-25")),
    ),
    Case(
        name="three days apart are no conflict",
        rule="pubdate-conflict",
        outcome="pass",
        facts=dated(("list", "2024-01-25"), ("page", "2024-01-28")),
    ),
    Case(
        name="only the URL is later, as after a migration",
        rule="pubdate-conflict",
        outcome="fail",
        severity="info",
        facts=dated(("page", "2017-01-12"), ("url", "2017-07-21")),
    ),
    Case(
        name="the URL is a year earlier",
        rule="pubdate-conflict",
        outcome="fail",
        severity="warning",
        facts=dated(("page", "2024-01-12"), ("url", "2023-01-05")),
    ),
    Case(
        name="one date alone",
        rule="pubdate-conflict",
        outcome="not_applicable",
        facts=dated(("page", "2024-01-12")),
    ),
    Case(
        name="what is given on the command line is no statement of the agency",
        rule="pubdate-conflict",
        outcome="not_applicable",
        facts=dated(("page", "2024-01-12"), ("given", "2024-05-12")),
    ),
)

ABSENCE = (
    Case(
        name="overdue and the column read to its end",
        rule="report-missing",
        outcome="fail",
        severity="error",
        report=None,
        quote="zfxxgknb",
        says=f"{AGENCY}的年报栏目中未见2023年度",
        facts=_missing(),
    ),
    Case(
        name="a township is only warned",
        rule="report-missing",
        outcome="fail",
        severity="warning",
        report=None,
        facts=_missing(kind="township", severity_cap=Severity.WARNING),
    ),
    *(
        Case(
            name=f"nobody is accused while the portal is {state}",
            rule="report-missing",
            outcome="indeterminate",
            report=None,
            facts=_missing(state, healthy=False),
        )
        for state in ("blocked", "unreachable", "crawler_suspect", "not_checked")
    ),
    Case(
        name="missing is not believed without a positive control",
        rule="report-missing",
        outcome="indeterminate",
        report=None,
        facts=_missing(healthy=False),
    ),
    *(
        Case(
            name=f"found: {state}",
            rule="report-missing",
            outcome="pass",
            report=None,
            facts=_missing(state),
        )
        for state in ("on_time", "late", "moved")
    ),
    *(
        Case(
            name=f"nothing is owed: {state}",
            rule="report-missing",
            outcome="not_applicable",
            report=None,
            facts=_missing(state),
        )
        for state in ("waived", "not_obliged")
    ),
    Case(
        name="on the evening of the due day nothing is missing",
        rule="report-missing",
        outcome="not_applicable",
        report=None,
        facts={
            "obligation": owed("missing"),
            "as_of": datetime(2024, 1, 31, 15, 59, tzinfo=UTC),
        },
    ),
    Case(
        name="at midnight it is",
        rule="report-missing",
        outcome="fail",
        report=None,
        facts={
            "obligation": owed("missing"),
            "as_of": datetime(2024, 1, 31, 16, 0, tzinfo=UTC),
        },
    ),
    Case(name="a file alone", rule="report-missing", outcome="not_applicable"),
    Case(
        name="six days left",
        rule="report-due-soon",
        outcome="fail",
        severity="info",
        report=None,
        says="还有 6 天",
        facts={"obligation": owed("due_soon"), "as_of": datetime(2024, 1, 25, tzinfo=UTC)},
    ),
    Case(
        name="weeks left",
        rule="report-due-soon",
        outcome="pass",
        report=None,
        facts={"obligation": owed("not_due"), "as_of": datetime(2024, 1, 5, tzinfo=UTC)},
    ),
    Case(
        name="already there",
        rule="report-due-soon",
        outcome="pass",
        facts={"obligation": owed("on_time"), "as_of": datetime(2024, 1, 25, tzinfo=UTC)},
    ),
    Case(
        name="the day is over",
        rule="report-due-soon",
        outcome="not_applicable",
        report=None,
        facts=_missing(),
    ),
    Case(name="a file alone", rule="report-due-soon", outcome="not_applicable"),
    Case(
        name="dead in three crawls",
        rule="report-removed",
        outcome="fail",
        severity="error",
        quote="HTTP 404",
        facts=_gone(3),
    ),
    Case(
        name="dead in two crawls",
        rule="report-removed",
        outcome="indeterminate",
        facts=_gone(2),
    ),
    Case(
        name="moved to another address of the column",
        rule="report-removed",
        outcome="pass",
        facts=_gone(3, successor=True),
    ),
    Case(name="still there", rule="report-removed", outcome="pass", facts=_gone(0)),
    Case(
        name="never crawled",
        rule="report-removed",
        outcome="not_applicable",
        facts=dated(("given", "2024-01-25")),
    ),
)

CHANGES = (
    Case(
        name="a figure of a table",
        rule="report-changed",
        outcome="fail",
        severity="warning",
        quote="10",
        says="1 个表格数据不同",
        report=with_cell(CLEAN, "requests", "new", "total", "21"),
        facts=_changed_from(CLEAN),
    ),
    Case(
        name="a paragraph",
        rule="report-changed",
        outcome="fail",
        quote="另行补充",
        report=with_prose(
            CLEAN, "overview", *PROSE["overview"], "另行补充公开了一批此前没有公开的政府信息。"
        ),
        facts=_changed_from(CLEAN),
    ),
    Case(
        name="the same text",
        rule="report-changed",
        outcome="pass",
        facts=_changed_from(CLEAN),
    ),
    Case(
        name="a page that counts visits and leads on by now",
        rule="report-changed",
        outcome="pass",
        report=replace(
            CLEAN, text=f"{CLEAN.text}\n浏览次数：12345\n【打印】【关闭】\n上一篇：示例县财政局年报"
        ),
        facts=_changed_from(CLEAN),
    ),
    Case(
        name="the same figure written otherwise",
        rule="report-changed",
        outcome="pass",
        report=with_cell(CLEAN, "requests", "new", "total", "１０"),
        facts=_changed_from(CLEAN),
    ),
    Case(
        name="a cell that could not be read this time",
        rule="report-changed",
        outcome="pass",
        report=with_cell(CLEAN, "requests", "new", "total", None),
        facts=_changed_from(CLEAN),
    ),
    Case(
        name="another way of reading",
        rule="report-changed",
        outcome="indeterminate",
        report=replace(with_cell(CLEAN, "requests", "new", "total", "21"), method="pdf-text"),
        facts=_changed_from(CLEAN),
    ),
    Case(
        name="an incomplete reading",
        rule="report-changed",
        outcome="indeterminate",
        report=with_damage(with_cell(CLEAN, "requests", "new", "total", "21"), "rows-lost"),
        facts=_changed_from(CLEAN),
    ),
    Case(
        name="no earlier version",
        rule="report-changed",
        outcome="not_applicable",
        facts=dated(("given", "2024-01-25")),
    ),
)
