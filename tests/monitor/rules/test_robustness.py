"""No rule breaks on what a reader may give it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.formats import format_due
from monitor.reading.model import Damage, Image, Place, Report
from monitor.rules.catalogue import judge, rulebook
from monitor.rules.contract import verdict_object
from monitor.rules.model import Facts
from tests.monitor.building import (
    a_report,
    with_cell,
    with_preamble,
    with_prose,
    without_row,
    without_section,
    without_table,
)

NOW = datetime(2024, 6, 1, tzinfo=UTC)
SECTIONS = tuple(section.key or "" for section in a_report().sections)
TABLES = tuple(a_report().tables)

MARKS = "《》〈〉（）()“”，。；、％%第号三共至的\n\u3000５\ufffd"
PIECES = """
    〔2021〕30号 国务院令 492 711号 收到 未收到 没有 申请 0件 3 件 余条 行政复议 诉讼 的的 办公室室
    2023年 1月 1日 公开 政府信息 实施办法 国务院办公厅 关于 通知 年度报告 电话13800138000。 &nbsp;
    其中 全县 １２ 截至 统计期限 本报告由 组成 一、 （一） 问题 改进 主动公开 依申请公开 信息处理费
"""

words = st.sampled_from([*MARKS, *PIECES.split()])
prose = st.lists(words, max_size=40).map("".join) | st.text(max_size=60)
cells = st.none() | st.text(max_size=8) | st.sampled_from(("", "/", "-3", "1.5", "3件", "９", "无"))
damages = st.builds(
    Damage,
    code=st.sampled_from(("pages-lost", "rows-lost", "cells-doubtful", "text-undecodable")),
    detail=st.just("made for the test"),
    sections=st.frozensets(st.sampled_from(SECTIONS), max_size=2),
    tables=st.frozensets(st.sampled_from(TABLES), max_size=2),
    place=st.builds(Place, page=st.none() | st.integers(1, 4)),
)


class Drawn:
    """A report whose repr is short enough to be printed."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def __repr__(self) -> str:
        return f"Drawn({self.report.text!r})"


@st.composite
def any_reports(draw: st.DrawFn) -> Drawn:
    report = a_report(draw(st.sampled_from(("v2019", "v2021"))))
    report = with_preamble(report, draw(prose))
    for section in draw(st.sets(st.sampled_from(SECTIONS), max_size=4)):
        report = with_prose(report, section, *draw(st.lists(prose, max_size=3)))
    for table in TABLES:
        report = _changed_table(draw, report, table)
    for section in draw(st.sets(st.sampled_from(SECTIONS), max_size=2)):
        report = without_section(report, section)
    report = replace(
        report,
        method=draw(st.sampled_from(("html", "docx", "pdf-text", "text"))),
        title=draw(st.none() | prose),
        agency=draw(st.none() | prose),
        damage=tuple(draw(st.lists(damages, max_size=2))),
        images=tuple(Image() for _ in range(draw(st.integers(0, 1)))),
    )
    return Drawn(report)


def _changed_table(draw: st.DrawFn, report: Report, table: str) -> Report:
    for _ in range(draw(st.integers(0, 4))):
        row = draw(st.sampled_from(sorted(report.tables[table].values)))
        column = draw(st.sampled_from(sorted(report.tables[table].values[row])))
        report = with_cell(report, table, row, column, draw(cells))
    for row in draw(st.sets(st.sampled_from(sorted(report.tables[table].values)), max_size=2)):
        report = without_row(report, table, row)
    return without_table(report, table) if draw(st.booleans()) else report


@settings(deadline=None, max_examples=50)
@given(any_reports(), st.sampled_from((2010, 2019, 2020, 2023)))
def test_every_rule_answers_about_any_report(drawn: Drawn, year: int) -> None:
    facts = Facts(as_of=NOW, report=drawn.report, fiscal_year=year, format=format_due(year))

    verdicts = judge(facts)

    assert {verdict.rule for verdict in verdicts} == set(rulebook())
    for verdict in verdicts:
        told = verdict_object(verdict)
        assert told["message_zh"]
        assert told["message_en"]
        assert all(len(item["quote"]) <= 80 for item in told["evidence"])
        assert "13800138000" not in str(told)


@pytest.mark.parametrize(
    "text",
    ["9" * 10_000, "9" * 10_000 + "件", "0." + "9" * 10_000, "无" * 10_000],
    ids=["digits", "with a unit", "a fraction", "words"],
)
def test_a_cell_without_end_holds_no_number_and_no_message_repeats_it(text: str) -> None:
    report = with_cell(a_report(), "requests", "new", "total", text)
    report = with_cell(report, "remedies", "review", "upheld", text)
    report = with_cell(report, "proactive_disclosure", "admin_fees", "amount_wan", text)
    report = with_prose(report, "overview", f"收到政府信息公开申请{text}件。")
    report = replace(report, title=f"示例县科技局{text}政府信息公开工作报告")
    facts = Facts(as_of=NOW, report=report, fiscal_year=2023, format=format_due(2023))

    verdicts = judge(replace(facts, previous=report))

    assert {verdict.rule for verdict in verdicts} == set(rulebook())
    assert max(len(verdict.message.zh) for verdict in verdicts) < 600


@pytest.mark.parametrize("year", [None, 2010, 2023])
def test_every_rule_answers_about_a_report_of_which_nothing_was_read(year: int | None) -> None:
    report = replace(
        a_report(),
        title=None,
        agency=None,
        fiscal_year=year,
        preamble="",
        sections=(),
        tables={},
        text="",
    )
    form = format_due(year) if year else None

    verdicts = judge(Facts(as_of=NOW, report=report, fiscal_year=year, format=form))

    assert {verdict.rule for verdict in verdicts} == set(rulebook())
