"""Cases of the rules about local due days, forged days and missing years."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from monitor.rules.model import AgencyFacts, LocalDue
from storage.clock import SHANGHAI
from tests.monitor.building import AGENCY
from tests.monitor.rules.cases.case import CLEAN, Case
from tests.monitor.rules.cases.timeliness import UNDATED, dated, owed

BUREAU = AgencyFacts(id="tech", name=AGENCY, kind="department")
DUE = LocalDue(day=date(2024, 1, 20), notice="示政办函〔2024〕1号")


def at(month: int, day: int) -> datetime:
    """An instant of 2024 in China."""
    return datetime(2024, month, day, 10, tzinfo=SHANGHAI)


def _due(name: str, outcome: str, *dates: tuple[str, str], **more: Any) -> Case:
    known = {"local_due": DUE, "first_seen_at": at(2, 5), **more.pop("known", {})}
    facts = {**dated(*dates, **known), **more.pop("facts", {})}
    return Case(
        name=name,
        rule="local-deadline-missed",
        outcome=outcome,
        report=UNDATED,
        facts=facts,
        **more,
    )


LOCAL = (
    _due("on the day", "pass", ("page", "2024-01-20")),
    _due("a day later", "fail", ("page", "2024-01-21"), severity="info",
         quote="2024-01-21", says="晚 1 天"),
    _due("the notice is cited", "fail", ("meta", "2024-01-25"), says="示政办函〔2024〕1号"),
    _due("the earliest of its days counts", "pass", ("page", "2024-01-25"), ("list", "2024-01-19")),
    _due("seen in time", "pass", ("page", "2024-01-25"), known={"first_seen_at": at(1, 20)}),
    _due("its address has an earlier day", "indeterminate",
         ("page", "2024-01-25"), ("url", "2024-01-18")),
    _due("a day of years ago in the address", "fail",
         ("page", "2024-01-25"), ("url", "2019-01-18")),
    _due("no day", "indeterminate"),
    _due("no report is owed", "not_applicable", ("page", "2024-01-25"),
         facts={"obligation": owed("waived")}),
    _due("nothing is set", "not_applicable", ("page", "2024-01-25"), known={"local_due": None}),
    Case(name="a file alone", rule="local-deadline-missed", outcome="not_applicable"),
)  # fmt: skip


def _absent(name: str, outcome: str, *readings: datetime, **more: Any) -> Case:
    dates = more.pop("dates", (("page", "2024-01-30"),))
    known = {"first_seen_at": at(2, 19), **more.pop("known", {})}
    agency = more.pop("agency", BUREAU)
    return Case(
        name=name,
        rule="pubdate-backdated",
        outcome=outcome,
        report=more.pop("report", UNDATED),
        facts={**dated(*dates, absences=readings, **known), "agency": agency},
        **more,
    )


BACKDATED = (
    _absent("not there for two weeks", "fail", at(2, 5), at(2, 12), severity="error",
            quote="2024-01-30", says="2024-02-05 至 2024-02-12"),
    _absent("the second reading lies beyond two days", "fail", at(1, 31), at(2, 2)),
    _absent("readings of before do not count", "pass", at(1, 10), at(1, 20), at(1, 29)),
    _absent("the day itself does not count", "pass", at(1, 29), at(1, 30)),
    _absent("an index that lags for two days", "pass", at(1, 31), at(2, 1)),
    _absent("one reading", "indeterminate", at(1, 20), at(2, 12)),
    _absent("two readings of one day", "indeterminate", at(2, 12), at(2, 12)),
    _absent("the latest of its days counts", "pass", at(2, 5), at(2, 12),
            dates=(("meta", "2024-01-30"), ("page", "2024-02-11"))),
    _absent("the day in the address does not", "fail", at(2, 5), at(2, 12),
            dates=(("meta", "2024-01-30"), ("url", "2024-02-18"))),
    _absent("it stood elsewhere before", "indeterminate", at(2, 5), at(2, 12),
            known={"seen_elsewhere_at": at(1, 31)}),
    _absent("another page came later", "fail", at(2, 5), at(2, 12),
            known={"seen_elsewhere_at": at(3, 1)}),
    _absent("nobody knows whose it is", "indeterminate", at(2, 5), at(2, 12), agency=None),
    _absent("never read before", "pass"),
    _absent("no day", "not_applicable", at(2, 5), at(2, 12), dates=()),
    _absent("never crawled", "not_applicable", known={"first_seen_at": None}),
    Case(name="a file alone", rule="pubdate-backdated", outcome="not_applicable"),
)  # fmt: skip


def _years(name: str, outcome: str, *years: int, **more: Any) -> Case:
    known = {"years_certain": True, **more.pop("known", {})}
    return Case(
        name=name,
        rule="history-gap",
        outcome=outcome,
        report=CLEAN,
        facts={
            **dated(("page", "2024-01-20"), years_published=years, **known),
            "agency": more.pop("agency", BUREAU),
            **more.pop("facts", {}),
        },
        **more,
    )


GAPS = (
    _years("the year between is missing", "fail", 2021, 2023, severity="warning",
           quote="2021、2023", says="缺2022年度"),
    _years("all are there", "pass", 2021, 2022, 2023),
    _years("the first of its reports", "pass", 2023),
    _years("two are missing", "pass", 2020, 2023),
    _years("a year is missing further back", "pass", 2019, 2021, 2022, 2023),
    _years("columns not read whole", "indeterminate", 2021, 2023, known={"years_certain": False}),
    _years("reorganised", "indeterminate", 2021, 2023, agency=replace(BUREAU, reorganised=True)),
    _years("two bear one year", "indeterminate", 2021, 2021, 2023),
    _years("two bear this year", "indeterminate", 2021, 2023, 2023),
    _years("founded later", "not_applicable", 2021, 2023,
           agency=replace(BUREAU, valid_from=date(2022, 5, 1))),
    _years("nothing is known of other years", "not_applicable"),
    _years("filed under another year", "not_applicable", 2021, 2022),
    Case(name="a file alone", rule="history-gap", outcome="not_applicable"),
)  # fmt: skip

ALL = (*LOCAL, *BACKDATED, *GAPS)
