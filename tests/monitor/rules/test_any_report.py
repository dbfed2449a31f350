"""No report, however damaged, makes a rule fall over, and every answer has its form."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.formats import format_due
from monitor.reading.assemble import assemble
from monitor.reading.plain import read_text
from monitor.reading.statements import read_statements
from monitor.rules.catalogue import judge, rulebook
from monitor.rules.engine import judge_with
from monitor.rules.model import (
    AgencyFacts,
    DateCandidate,
    Facts,
    OtherFiling,
    Outcome,
    PublicationFacts,
)
from tests.monitor.building import a_report, with_preamble, with_prose

PIECES = (
    "示例县科技局2023年政府信息公开工作年度报告",
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
    "本报告由总体情况、主动公开政府信息情况、存在的问题等六个部分组成，统计期限自2023年1月1日至",
    "截至2022年12月31日",
    "2022年，全县政府信息公开工作收到申请3件",
    "统计期限为2023年13月1日至2023年12月32日",
    "《未完",
    "（一）主动公开",
    "一、本年新收政府信息公开申请数量\t0\t0\t0\t0\t0\t0\t/",
    "行政规范性文件\t1\t\t6",
    "12月",
    "年月日",
    "\u200b\u3000",
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=14).map("\n".join)
KINDS = st.sampled_from(["government", "department", "township", "dispatched", None])
DAYS = st.dates(date(2020, 1, 1), date(2025, 12, 31))
SOURCES = st.sampled_from(["meta", "page", "list", "url", "given"])
DATES = st.lists(st.builds(lambda s, d: DateCandidate(source=s, day=d), SOURCES, DAYS), max_size=3)


FAMILIES = ("timeliness", "identity", "structure", "history", "publication")
REPEATED = (
    "由",
    "从就由包括",
    "2023年",
    "截至2022年",
    "全县政府信息公开",
    "《",
    "一、",
    "1月1日至",
    "“",
)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", REPEATED)
def test_a_hostile_text_does_not_hold_up_the_rules(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    report = with_prose(with_preamble(a_report(), text), "other_matters", text)
    report = with_prose(report, "overview", text)
    facts = Facts(
        as_of=datetime(2026, 1, 1, tzinfo=UTC),
        report=report,
        statements=read_statements(report, fiscal_year=2023),
        fiscal_year=2023,
        format=format_due(2023),
        agency=AgencyFacts(name="示例县科技局"),
    )
    for rule in rulebook().values():
        if rule.judge.__module__.split(".")[2] in FAMILIES:
            assert list(judge_with(rule, facts, {}))


@settings(max_examples=60, deadline=None)
@given(TEXTS, KINDS, st.none() | st.integers(2008, 2026), DATES)
def test_every_rule_answers_for_any_text(
    text: str, kind: str | None, year: int | None, dates: list[DateCandidate]
) -> None:
    report = assemble(read_text(f"示例县科技局年报\n{text}".encode()))
    facts = Facts(
        as_of=datetime(2026, 1, 1, tzinfo=UTC),
        report=report,
        fiscal_year=year,
        format=format_due(year) if year else None,
        agency=AgencyFacts(name="示例县科技局", kind=kind),
        publication=PublicationFacts(
            url="https://www.example.gov.cn/1.html",
            dates=tuple(dates),
            previous_version=a_report(),
        ),
        previous=a_report(),
        others=(OtherFiling(url="https://x.gov.cn/2", title="另一份", text=text),),
    )
    verdicts = judge(facts)
    assert {verdict.rule for verdict in verdicts} == set(rulebook())
    for verdict in verdicts:
        assert verdict.message.zh
        assert verdict.message.en
        assert all(len(item.quote) <= 80 for item in verdict.evidence)
        assert verdict.outcome is not Outcome.PASS or not verdict.evidence
