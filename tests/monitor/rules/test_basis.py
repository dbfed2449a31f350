"""What rules rest on: each article cited is one whose content is known and fits."""

import re
from collections.abc import Iterator

import pytest

from monitor.rules.catalogue import rulebook
from monitor.rules.model import Rule

REGULATION, ORDER_492 = "政府信息公开条例", "国务院令第492号"
ARTICLES = {
    # 6 prompt and accurate; 15 privacy; 20 what to publish; 24 platform with search, reading and
    # downloading; 42 fees; 46 assessment; 47 supervision; 49 days; 50 contents; 53 liability
    REGULATION: {"六", "十五", "二十", "二十四", "四十二", "四十六", "四十七", "四十九", "五十",
                 "五十三"},
    # 6 prompt and accurate; 14 privacy; 15 ways that the public can follow; 31 day; 32 contents
    ORDER_492: {"六", "十四", "十五", "三十一", "三十二"},
    "立法法": {"八十", "八十二", "九十一", "九十三"},
    "行政复议法": {"二十三"},
    "个人信息保护法": {"四", "二十八"},
    "国家通用语言文字法": {"九"},
    "互联网信息服务管理办法": {"十五"},
}  # fmt: skip
"""Articles by law, those that rules may rest on."""
FIFTY = {"一": {"四"}, "二": set[str]()}
"""Paragraphs of article 50 that rules name, and their items."""
NUMBER = "[一二三四五六七八九十]+"
LAWS = re.compile("|".join(sorted(ARTICLES, key=len, reverse=True)))
CITED = re.compile(rf"第({NUMBER})条(?:第({NUMBER})款)?(?:第({NUMBER})项)?")
ISSUED = {"2017〕47", "2019〕19", "2019〕60", "2019〕61", "2020〕109", "2021〕30", "2014〕32"}
UNIFORM_SINCE_2021 = re.compile("雷同|敷衍")
every_rule = pytest.mark.parametrize("rule", rulebook().values(), ids=lambda item: item.id)


def bases(rule: Rule) -> Iterator[tuple[str, str]]:
    for format_id in sorted(rule.formats):
        yield format_id, rule.basis_in(format_id)


def cited(basis: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield each article with the law named last before it."""
    for match in CITED.finditer(basis):
        laws = LAWS.findall(basis[: match.start()])
        assert laws, f"an article of no law: {basis}"
        yield laws[-1], match


@every_rule
def test_every_article_cited_is_known(rule: Rule) -> None:
    for _, basis in bases(rule):
        for law, match in cited(basis):
            assert match[1] in ARTICLES[law], (law, basis)
            if law == REGULATION and match[1] == "五十" and match[2]:
                assert match[3] is None or match[3] in FIFTY[match[2]], basis


@every_rule
def test_every_notice_cited_was_issued_under_that_number(rule: Rule) -> None:
    for _, basis in bases(rule):
        assert set(re.findall(r"\d{4}〕\d+", basis)) <= ISSUED, basis


@every_rule
def test_a_law_is_cited_only_for_reports_that_it_held_for(rule: Rule) -> None:
    for format_id, basis in bases(rule):
        if format_id == "v2008":
            assert REGULATION not in basis, basis
            assert not re.search("〔2019〕6[01]|〔2021〕30", basis), basis
        else:
            assert ORDER_492 not in basis, basis
        if format_id == "v2019":
            assert "〔2021〕30" not in basis, basis
            # the demand came with the format of 2021
            assert not (UNIFORM_SINCE_2021.search(basis) and "〔2019〕60" in basis), basis


@every_rule
def test_no_words_are_ascribed_to_an_article_that_it_does_not_have(rule: Rule) -> None:
    for _, basis in bases(rule):
        assert "真实、准确" not in basis, "article 50 lists contents only"


def test_the_check_sees_an_article_that_is_not_known() -> None:
    [(law, match)] = cited("《政府信息公开条例》第九十九条")

    assert law == REGULATION
    assert match[1] not in ARTICLES[law]
