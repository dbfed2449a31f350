"""No rule takes more than proportionally longer for a longer text, however hostile.

Rules run in the process itself, not in the child that reads documents under limits of time and
memory, so none of them may be held up.
"""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.formats import format_due
from monitor.reading.statements import read_statements
from monitor.rules.catalogue import rulebook
from monitor.rules.engine import judge_with
from monitor.rules.model import AgencyFacts, Facts, OtherFiling, PublicationFacts, Rule
from tests.monitor.building import AGENCY, a_report, with_preamble, with_prose

SHORT, LONG = 3_000, 12_000
"""Characters of a text; it stands in a report four times."""
PLACES = ("overview", "problems", "other_matters")
SLOWEST = 3.0
"""Seconds of processor time a rule may take for a report of 48,000 characters; few take a tenth."""
AT_ONCE = 0.05
"""Seconds too short to be compared."""
STEEPEST = 9
"""Times the time for four times the text: 4 would be exact, 16 is the square."""

REPEATED = (
    "公", "2", "《", "（", "。", "，", "“", " ", "2022年", "公开", "一、", "国办公开办函〔2021〕",
    "《》", "（》", "138 0013 ", "以下简称《", "《实施办法》", "由总体情况、", "截至2022年12月",
    "统计期限自2023年1月1日至12月31日", "全县政府信息公开共1件", "新收申请3件", "行政复议0件",
    "10余条信息", "政协建议", "国务院令第492号（国务院令第711号）", "《政府信息公开工作条例》",
    "国办公开办函〔2019〕60号", "一、总体\n", "公开（\n",
)  # fmt: skip


@pytest.mark.timeout(120)
@pytest.mark.parametrize("piece", [*REPEATED, "nested titles"])
def test_a_text_four_times_as_long_takes_no_more_than_that(piece: str) -> None:
    short, long = (hostile_facts(text_of(piece, length)) for length in (SHORT, LONG))

    slow = [
        (rule.id, f"{before:.3f}", f"{after:.3f}")
        for rule in rulebook().values()
        if is_slow(before := seconds(rule, short), after := seconds(rule, long))
        # measured again, for another process may have been in the way
        and is_slow(seconds(rule, short), min(seconds(rule, long), seconds(rule, long)))
    ]

    assert slow == []


def is_slow(short: float, long: float) -> bool:
    return long > SLOWEST or (long > AT_ONCE and long > STEEPEST * short)


def seconds(rule: Rule, facts: Facts) -> float:
    began = time.process_time()
    assert list(judge_with(rule, facts, {}))
    return time.process_time() - began


def text_of(piece: str, length: int) -> str:
    if piece == "nested titles":
        return "《" * (length // 2) + "》" * (length // 2)
    return piece * (length // len(piece))


def hostile_facts(text: str) -> Facts:
    report = with_preamble(a_report(), text)
    for section in PLACES:
        report = with_prose(report, section, text)
    return Facts(
        as_of=datetime(2024, 6, 1, tzinfo=UTC),
        report=report,
        # read once, as for a whole rulebook: reading it has its own tests
        statements=read_statements(report, fiscal_year=2023),
        fiscal_year=2023,
        format=format_due(2023),
        agency=AgencyFacts(name=AGENCY, kind="department"),
        publication=PublicationFacts(
            url="https://www.example.gov.cn/1.html",
            previous_version=replace(report, text=f"甲{text}乙"),
            first_seen_at=datetime(2024, 1, 20, tzinfo=UTC),
        ),
        previous=report,
        others=(OtherFiling(url="https://x.gov.cn/2", title="另一份", text=text[::-1] + "丙"),),
    )
