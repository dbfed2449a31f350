"""What is understood of sentences: a table of them, sets never tuned on, real reports."""

from decimal import Decimal
from pathlib import Path

import pytest

from monitor.reading.model import Report
from monitor.reading.statements import (
    Applicant,
    Channel,
    Citation,
    NameRole,
    Scope,
    Thing,
    Time,
    YearRole,
    read_statements,
)
from tests.monitor.building import PREAMBLE, a_report, with_preamble, with_prose
from tests.monitor.reading.statement_cases.sentences import (
    Sentence,
    difference,
    lines_of,
    load,
    understood,
)
from tests.monitor.rules.corpus import read_corpus

FIRST_READING = {"unseen": (0.940, 0.952), "fresh": (0.971, 0.895)}
"""Precision and recall of bound counts when a set was read for the first time. Never lower."""


@pytest.mark.parametrize("sentence", load("known"), ids=lambda sentence: sentence.text[:40])
def test_a_sentence_is_understood(sentence: Sentence) -> None:
    assert difference(sentence, understood(sentence)) == ([], [])


def test_the_table_is_large_enough_to_mean_something() -> None:
    assert len(load("known")) >= 200
    assert len(load("unseen")) == 60
    assert len(load("fresh")) == 30


@pytest.mark.parametrize("name", FIRST_READING)
def test_sentences_never_tuned_on_are_understood_nearly_always(name: str) -> None:
    right = missed = wrong = 0
    for sentence in load(name):
        missing, extra = difference(sentence, understood(sentence))
        missed_here = sum(line.startswith(">") for line in missing)
        right += len(sentence.counts) - missed_here
        missed += missed_here
        wrong += sum(line.startswith(">") for line in extra)

    precision, recall = FIRST_READING[name]
    assert round(right / (right + wrong), 3) >= precision
    assert round(right / (right + missed), 3) >= recall


def of(*sentences: str, section: str = "overview") -> Report:
    report = with_preamble(a_report(), "")
    for key in ("overview", "problems", "other_matters"):
        report = with_prose(report, key, *(sentences if key == section else ()))
    return report


def test_a_rule_asks_for_what_it_needs() -> None:
    stated = read_statements(
        of(
            "（二）依申请公开。全县新收政府信息公开申请56件。",
            "2023年，我局新收政府信息公开申请10件，其中自然人8件、商业企业2件。",
            "2022年新收政府信息公开申请7件。",
        )
    )

    def numbers(**asked: object) -> list[Decimal]:
        return [c.number for c in stated.counts(Thing.REQUESTS_NEW, **asked)]  # type: ignore[arg-type]

    assert numbers(scope=Scope.OWN, time=Time.THIS_YEAR, exact=True) == [10]
    assert numbers(scope=Scope.AREA) == [56]
    assert numbers(time=Time.LAST_YEAR) == [7]
    assert numbers(applicant=Applicant.NATURAL) == [8]
    assert numbers() == [56, 10, 7]


def test_section_five_is_left_out_unless_asked_for() -> None:
    stated = read_statements(of("全年公开政府信息20条。", section="problems"))

    assert [c.number for c in stated.counts(Thing.ITEMS, problems=True)] == [20]
    assert 20 not in [c.number for c in stated.counts(Thing.ITEMS)]


def test_a_quotation_is_found_again_in_the_text_of_its_section() -> None:
    report = of("2023年，我局开展工作。全年通过 政府\n网站发布信 息 1,2 03 条。")
    (count,) = read_statements(report).counts(channel=Channel.WEBSITE)
    section = report.section("overview")
    assert section is not None

    quotation = count.quotation

    assert section.text[quotation.start : quotation.end] == quotation.text
    assert quotation.text == "全年通过 政府\n网站发布信 息 1,2 03 条"
    assert count.number == 1203
    assert section.text.startswith(count.sentence.text, count.sentence.offset)


def test_a_list_that_goes_on_in_the_next_sentence_belongs_to_the_count_before() -> None:
    stated = read_statements(of("全年公开信息86条。其中，网站公开60条，公众号公开26条。"))

    (breakdown,) = stated.breakdowns

    assert breakdown.total.number == 86
    assert [part.channel for part in breakdown.parts] == [Channel.WEBSITE, Channel.WECHAT]


def test_after_the_whole_county_a_count_of_nobody_is_not_certainly_ours() -> None:
    stated = read_statements(
        of("（二）依申请公开。全县收到政府信息公开申请56件。予以公开30件。我局予以公开3件。")
    )

    assert [(int(c.number), c.scope) for c in stated.counts(Thing.GRANTED)] == [
        (30, Scope.UNCERTAIN),
        (3, Scope.OWN),
    ]


def test_a_bracket_without_a_number_may_narrow_the_count_behind_it() -> None:
    stated = read_statements(of("（二）依申请公开。收到申请（不含转办）3件。"))

    assert not list(stated.counts(Thing.REQUESTS_RECEIVED))


# ---- periods


@pytest.mark.parametrize(
    ("sentence", "start", "end", "certain"),
    [
        ("数据统计期限自2023年1月1日起至2023年12月31日止。", "2023-01-01", "2023-12-31", True),
        ("统计数据从 2023 年 1 月 1 日至 12 月 31 日。", "2023-01-01", "2023-12-31", True),
        ("统计期限为2010年1月1日起至2009年12月31日止。", "2010-01-01", "2009-12-31", True),
        ("统计时间：2023.1.1-2023.12.31。", "2023-01-01", "2023-12-31", True),
        ("统计期限为2023年1月至12月。", "2023-01-01", "2023-12-31", True),
        ("统计期限为2023年2月30日至12月31日。", None, "2023-12-31", True),
        ("统计期限为202411日至20241231日。", None, None, False),
        ("统计期限为1月1日至12月31日。", None, None, False),
        ("公示期2023年5月1日至2023年5月7日。", "2023-05-01", "2023-05-07", False),
    ],
)
def test_a_period_is_read(sentence: str, start: str | None, end: str | None, certain: bool) -> None:
    (period,) = read_statements(of(sentence)).periods

    assert (period.start and period.start.isoformat()) == start
    assert (period.end and period.end.isoformat()) == end
    assert period.certain is certain


# ---- years


@pytest.mark.parametrize(
    ("sentence", "roles"),
    [
        ("2023年，我局公开信息。", [(2023, YearRole.FISCAL)]),
        ("较2022年增长12%。", [(2022, YearRole.COMPARISON)]),
        ("《2022年度法治政府建设年度报告》。", [(2022, YearRole.DOCUMENT)]),
        ("国办公开办函〔2021〕30号。", [(2021, YearRole.DOCUMENT)]),
        ("2024年，我局将继续努力。", [(2024, YearRole.PLAN)]),
        ("截至2022年12月31日，现行有效143件。", [(2022, YearRole.AS_OF)]),
        ("自2019年以来，持续公开。", [(2019, YearRole.HISTORY)]),
        ("2022年，我局收到申请3件。", [(2022, YearRole.RESULT)]),
        (
            "自2023年1月1日起至2023年12月31日止。",
            [(2023, YearRole.PERIOD), (2023, YearRole.PERIOD)],
        ),
    ],
)
def test_a_year_has_its_role(sentence: str, roles: list[tuple[int, YearRole]]) -> None:
    assert [(y.year, y.role) for y in read_statements(of(sentence)).years] == roles


# ---- citations


def cited(sentence: str) -> list[Citation]:
    return list(read_statements(of(sentence)).citations)


def test_title_number_and_issuer_are_kept_together() -> None:
    order, notice = read_statements(with_preamble(of("无。"), PREAMBLE)).citations

    assert (order.title, order.number, order.short_title) == (
        "中华人民共和国政府信息公开条例",
        "国务院令第711号",
        "条例",
    )
    assert notice.title is not None
    assert "印发〈中华人民共和国政府信息公开工作年度报告格式〉的通知" in notice.title
    assert notice.number == "国办公开办函〔2021〕30号"
    assert notice.issuer == "国务院办公厅政府信息与政务公开办公室"
    assert notice.together


@pytest.mark.parametrize("brackets", ["〔〕", "[]", "【】", "（）", "()", "〈〉"])
def test_a_number_is_known_in_any_brackets(brackets: str) -> None:
    (citation,) = cited(f"《某通知》（国办函{brackets[0]}2020{brackets[1]}109号）。")

    assert citation.number == "国办函〔2020〕109号"
    assert citation.together


def test_a_number_that_stands_apart_is_a_citation_of_its_own() -> None:
    title, number = cited("《政府信息公开条例》和国办发〔2014〕32号文件。")

    assert (title.number, number.title, number.number) == (None, None, "国办发〔2014〕32号")


def test_a_title_that_is_not_closed_ends_before_the_next_sign() -> None:
    (citation,) = cited("按照《国务院办公厅关于印发某办法的通知（国办函〔2020〕109号）规定。")

    assert citation.title == "国务院办公厅关于印发某办法的通知"
    assert citation.number == "国办函〔2020〕109号"
    assert (citation.closed, citation.issuer) == (False, "国务院办公厅")


# ---- names


def test_bodies_have_a_role_and_places_a_home() -> None:
    names = read_statements(
        of("我局会同甲乙县市场监督管理局开展检查，示例县科技局公开《丙丁市公开指南》。")
    ).names
    found = {(name.text, name.role): name for name in names}

    assert found["我局", NameRole.OWN].kind == "self"
    assert found["甲乙县市场监督管理局", NameRole.PARTNER].certain
    assert found["甲乙县", NameRole.PARTNER].within_agency
    assert found["示例县科技局", NameRole.OWN].kind == "agency"


def test_a_place_that_stands_alone_is_told_from_one_in_a_title() -> None:
    names = [
        (name.text, name.in_title)
        for name in read_statements(of("赴甲乙市，学习《丙丁市》。")).names
        if name.kind == "place"
    ]

    assert ("丙丁市", True) in names


# ---- announced parts


def test_announced_parts_keep_review_and_suit_together() -> None:
    stated = read_statements(with_preamble(a_report(), PREAMBLE)).announcement
    assert stated is not None

    assert stated.number == 6
    assert stated.parts == (
        "总体情况",
        "主动公开政府信息情况",
        "收到和处理政府信息公开申请情况",
        "政府信息公开行政复议、行政诉讼情况",
        "存在的主要问题及改进情况",
        "其他需要报告的事项",
    )


# ---- real reports

SEEDS = {
    "000": [
        "? 29 条",
        "? 1 条",
        "> 0 件 requests_received",
        "> 0 processing_fee area negated",
    ],
    "001": [
        "> 150 条 items vague",
        "> 0 件 requests_received",
        "> 0 fee_notices negated",
        "> 0 processing_fee negated",
    ],
    "002": [
        "> 10 条 items website vague",
        "> 0 requests_received negated",
        "> 0 reviews negated",
        "> 0 suits negated",
    ],
    "003": [
        "> 907 条 items",
        "> 41 条 items website",
        "> 866 条 items wechat",
        "> 0 requests_received negated",
        "> 0 processing_fee negated",
    ],
    "004": [
        "> 26 条 items",
        *(f"? {number} 条" for number in (1, 1, 2, 1, 2, 1, 3, 1, 11, 3)),
        "> 0 requests_received as_of negated",
        "> 0 reviews negated",
        "> 0 suits negated",
        "> 2 条 conference_proposals",
        "? 1 条",
        "? 3 条",
        "> 0 requests_received negated",
        "> 0 processing_fee negated",
    ],
}
"""Every count in the prose of the seeds, in printed order; "?" those that are not bound."""


@pytest.mark.corpus
@pytest.mark.parametrize("start", SEEDS)
def test_every_count_of_a_real_report(corpus: Path, start: str) -> None:
    report = next(item for name, item in read_corpus(corpus) if name.startswith(start))

    found = lines_of(read_statements(report), unbound=True)

    assert [line for line in found if line[0] in ">?"] == SEEDS[start]


@pytest.mark.corpus
def test_lists_of_real_reports_add_up_or_do_not(corpus: Path) -> None:
    sums = {
        name[:16]: [
            (int(breakdown.total.number), sum(int(part.number) for part in breakdown.parts))
            for breakdown in read_statements(report).breakdowns
            if breakdown.certain
        ]
        for name, report in read_corpus(corpus)
    }

    assert sums["003_dff6faa52068"] == [(907, 907)]
    assert sums["004_5a51e7dbff00"] == [(26, 26)]
    assert sums["pingtan-2022.txt"] == [(75, 75)]
    # the report itself is wrong by one
    assert sums["pingtan-2020-abr"] == [(2602, 2603)]


@pytest.mark.corpus
def test_real_reports_are_quoted_from_their_own_text(corpus: Path) -> None:
    for name, report in read_corpus(corpus):
        stated = read_statements(report)
        kinds = (stated.all_counts, stated.years, stated.citations, stated.names)
        for quotation in (item.quotation for kind in kinds for item in kind):
            index = quotation.sentence.section_index
            text = report.preamble if index is None else report.sections[index].text
            if not report.sections:
                text = report.text
            assert text[quotation.start : quotation.end] == quotation.text, name
