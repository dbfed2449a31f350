"""The commands over the rulebook."""

import pytest

from monitor.rules.catalogue import rulebook
from monitor.rules.manual import FIELDS, manual_of
from tests.monitor.cli.program import nianbao


def test_the_list_names_every_rule_in_order() -> None:
    done = nianbao("rules", "--format", "jsonl")

    rules = done.objects()
    assert done.code == 0
    assert [rule["id"] for rule in rules] == list(rulebook())
    assert set(rules[0]) == {
        "id", "severity", "formats", "title_zh", "title_en", "basis", "basis_2019", "basis_2008",
    }  # fmt: skip
    assert {rule["severity"] for rule in rules} <= {"error", "warning", "info"}


@pytest.mark.parametrize(("language", "title"), [("zh", "单元格空白"), ("en", "blank cell")])
def test_the_list_for_people_is_in_their_language(language: str, title: str) -> None:
    done = nianbao("--lang", language, "rules")

    assert done.code == 0
    line = next(line for line in done.out.splitlines() if line.startswith("cell-blank "))
    assert title in line
    assert "warning" in line
    assert "v2019 v2021" in line


def test_an_explanation_for_programs_has_every_part() -> None:
    done = nianbao("rules", "explain", "cite-title-garbled", "--format", "jsonl")

    (rule,) = done.objects()
    assert done.code == 0
    assert {
        "id", "severity", "formats", "title_zh", "title_en", "basis",
        "what", "why", "fails", "passes", "remedy", "thresholds", "version",
    } <= set(rule)  # fmt: skip
    assert rule["id"] == "cite-title-garbled"
    assert rule["thresholds"] == {"title_similar": 0.7}
    assert "《政府信息公开处理费管理办法》" in rule["fails"]


def test_an_explanation_for_programs_has_every_part_in_both_languages() -> None:
    (rule,) = nianbao("rules", "explain", "cell-negative", "--format", "jsonl").objects()

    for field in ("summary", "what", "why", "legal_basis", "fails", "passes", "remedy"):
        assert rule[field] == rule[f"{field}_en"]
        assert rule[f"{field}_zh"] not in ("", rule[field])
    assert rule["remedy_zh"] == "更正数据。"
    assert rule["remedy_en"] == "Correct the figure."


@pytest.mark.parametrize("rule_id", list(rulebook()))
def test_every_rule_can_be_explained_to_people_in_chinese(rule_id: str) -> None:
    done = nianbao("--lang", "zh", "rules", "explain", rule_id)

    assert done.code == 0
    rule = rulebook()[rule_id]
    manual = manual_of(rule)
    for part in (rule_id, rule.title.zh, rule.basis, "检查内容：", "整改办法："):
        assert part in done.out
    for field in FIELDS:
        assert getattr(manual.zh, field) in done.out
    assert manual.en.summary not in done.out
    assert "What it does" not in done.out


@pytest.mark.parametrize("rule_id", list(rulebook()))
def test_every_rule_can_be_explained_to_people_in_english(rule_id: str) -> None:
    done = nianbao("--lang", "en", "rules", "explain", rule_id)

    assert done.code == 0
    manual = manual_of(rulebook()[rule_id])
    for field in FIELDS:
        assert getattr(manual.en, field) in done.out
    assert manual.zh.summary not in done.out
    assert "检查内容" not in done.out


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "仅作说明，不由程序判断"), ("en", "documentation only, never judged")],
)
def test_what_is_documentation_only_can_be_explained_and_is_not_listed(
    language: str, said: str
) -> None:
    for rule_id in ("landline-ok", "narrative-self-contradiction"):
        assert said in nianbao("--lang", language, "rules", "explain", rule_id).out
        assert rule_id not in nianbao("--lang", language, "rules").out


@pytest.mark.parametrize(("language", "said"), [("zh", "默认关闭"), ("en", "off by default")])
def test_an_explanation_says_that_a_rule_is_off_by_default(language: str, said: str) -> None:
    assert said in nianbao("--lang", language, "rules", "explain", "narrative-total-missing").out
    assert said not in nianbao("--lang", language, "rules", "explain", "narrative-requests").out


@pytest.mark.parametrize(
    ("language", "named"),
    [("zh", "引用依据（2018年度及以前）："), ("en", "Basis up to fiscal year 2018:")],
)
def test_an_explanation_names_the_law_of_earlier_years(language: str, named: str) -> None:
    done = nianbao("--lang", language, "rules", "explain", "published-late")

    assert f"{named}\n  国务院令第492号第三十一条" in done.out


@pytest.mark.parametrize(("language", "named"), [("zh", "阈值："), ("en", "Thresholds:")])
def test_an_explanation_names_severity_and_thresholds(language: str, named: str) -> None:
    done = nianbao("--lang", language, "rules", "explain", "report-due-soon")

    assert {"zh": "提示", "en": "info"}[language] in done.out.splitlines()[1]
    assert f"{named}\n  due_soon_days = 10" in done.out


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("cell-blnk", "cell-blank"),
        ("unbalanced", "requests-unbalanced"),
        ("CELL-SLASH", "cell-slash"),
    ],
)
def test_an_unknown_rule_is_refused_and_near_ones_proposed(typed: str, proposed: str) -> None:
    done = nianbao("rules", "explain", typed)

    assert done.code == 2
    assert done.out == ""
    assert typed in done.err
    assert proposed in done.err


def test_the_format_may_stand_before_the_command() -> None:
    (rule,) = nianbao("rules", "--format", "jsonl", "explain", "cell-blank").objects()

    assert rule["id"] == "cell-blank"


def test_an_id_like_no_other_is_refused_with_a_pointer_to_the_list() -> None:
    done = nianbao("rules", "explain", "zzzzzz")

    assert done.code == 2
    assert "nianbao rules" in done.err


@pytest.mark.parametrize("command", [("rules",), ("rules", "explain")])
def test_the_help_has_an_example(command: tuple[str, ...]) -> None:
    done = nianbao(*command, "--help")

    assert done.code == 0
    assert "Example: nianbao rules" in done.out
