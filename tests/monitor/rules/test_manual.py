"""The manual: every rule is explained in the same parts, in English and in Chinese."""

import re
from importlib import resources
from itertools import groupby

import pytest

from monitor.rules.catalogue import documented_ids, rulebook
from monitor.rules.manual import (
    FIELDS,
    PARTS,
    Manual,
    ManualError,
    family_of,
    load_chinese,
    manual_of,
    parse_chinese,
    parse_docstring,
)
from monitor.rules.model import Rule

DOCSTRING = """A thing is wrong.

What it does: Looks at the thing,
    all of it.
Why it matters: It matters.
Legal basis: 《条例》第五十条; the notice of
    国务院办公厅.
Example that fails: 六、其他需要报告的事项 无。
Example that passes: 六、其他需要报告的事项
    有。
How to put it right: Put it right.
"""
CHINESE = """[thing-wrong]
summary = "事项有误。"
what = "检查该事项。"
why = "关系重大。"
legal_basis = "《条例》。"
fails = "错。"
passes = "对。"
remedy = "更正。"
"""
CITATION = re.compile(
    r"第[一二三四五六七八九十]+条|〔\d{4}〕\d+号|国务院令第\d+号|GB/T \d+(?:\.\d+)?—\d{4}"
)
IN_PROSE = ("summary", "what", "why", "legal_basis", "remedy")
"""The parts that are no examples."""

EVERYTHING = (*rulebook().values(), *documented_ids().values())
"""The rules, and what is documentation only."""

every_rule = pytest.mark.parametrize("rule", EVERYTHING, ids=lambda rule: rule.id)


@every_rule
def test_every_rule_has_a_manual_in_the_same_parts(rule: Rule) -> None:
    manual = manual_of(rule).en

    assert manual.summary.endswith(".")
    assert all(getattr(manual, field) for field in PARTS)


@every_rule
def test_every_rule_has_a_manual_in_chinese(rule: Rule) -> None:
    manual = manual_of(rule).zh

    assert manual.summary.endswith("。")
    for field in IN_PROSE:
        text = getattr(manual, field)
        assert _han(text) > _latin(text), f"{field} is hardly Chinese: {text}"
        assert text.endswith("。"), field
    assert _han(manual.fails)
    assert _han(manual.passes)


@every_rule
def test_both_manuals_of_a_rule_cite_the_same_law(rule: Rule) -> None:
    manual = manual_of(rule)
    english, chinese = (set(CITATION.findall(m.legal_basis)) for m in (manual.en, manual.zh))

    assert english <= chinese
    assert chinese <= english | set(CITATION.findall(rule.basis))


@every_rule
def test_rules_named_in_a_manual_exist(rule: Rule) -> None:
    manual = manual_of(rule)
    texts = (getattr(m, field) for m in (manual.zh, manual.en) for field in FIELDS)
    families = {name.split("-")[0] for name in rulebook()}
    named = {
        name
        for text in texts
        for name in re.findall(r"(?<![\w-])[a-z]+(?:-[a-z]+)+(?![\w-])", text)
        if name.split("-")[0] in families
    }

    assert named <= set(rulebook())


def test_each_family_has_one_file_and_each_table_in_it_a_rule() -> None:
    folder = resources.files("monitor.rules.manual_zh")
    files = {
        file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")
    }
    rules = sorted(EVERYTHING, key=family_of)
    families = {name: {rule.id for rule in of} for name, of in groupby(rules, key=family_of)}

    assert files == set(families)
    for family, ids in families.items():
        assert set(load_chinese(family)) == ids, family


@every_rule
def test_every_rule_has_titles_a_basis_in_chinese_and_a_name_of_the_fault(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
    assert _han(rule.title.zh)
    assert rule.title.en
    assert _han(rule.basis)
    assert rule.formats <= {"v2008", "v2019", "v2021"}


def test_a_docstring_is_parsed_into_its_parts() -> None:
    manual = parse_docstring(DOCSTRING, "thing-wrong")

    assert manual.summary == "A thing is wrong."
    assert manual.what == "Looks at the thing, all of it."
    assert manual.remedy == "Put it right."


def test_lines_are_joined_with_a_blank_but_not_within_chinese_and_printed_blanks_stay() -> None:
    manual = parse_docstring(DOCSTRING, "thing-wrong")

    assert manual.legal_basis == "《条例》第五十条; the notice of 国务院办公厅."
    assert manual.passes == "六、其他需要报告的事项有。"
    assert manual.fails == "六、其他需要报告的事项 无。"


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "A summary alone.",
        DOCSTRING.replace("Why it matters: It matters.\n", ""),
        DOCSTRING.replace("Why it matters: It matters.", "Why it matters:"),
        DOCSTRING.replace("all of it.", "all of it,\n    and this,\n    and that,\n    and more."),
        DOCSTRING.replace("Why it matters: It matters.\n", "").replace(
            "How to", "Why it matters: It matters.\nHow to"
        ),
        DOCSTRING.removeprefix("A thing is wrong."),
    ],
    ids=["empty", "summary", "part missing", "part empty", "part long", "order", "no summary"],
)
def test_a_docstring_with_other_parts_is_refused(broken: str) -> None:
    with pytest.raises(ManualError, match="thing-wrong"):
        parse_docstring(broken, "thing-wrong")


def test_a_chinese_manual_is_read_by_the_id_of_its_rule() -> None:
    manuals = parse_chinese(CHINESE)

    assert set(manuals) == {"thing-wrong"}
    assert manuals["thing-wrong"] == Manual(
        summary="事项有误。",
        what="检查该事项。",
        why="关系重大。",
        legal_basis="《条例》。",
        fails="错。",
        passes="对。",
        remedy="更正。",
    )
    assert tuple(Manual.__annotations__) == FIELDS


@pytest.mark.parametrize(
    "broken",
    [
        "thing-wrong = 1",
        "[thing-wrong]\n",
        CHINESE.replace('why = "关系重大。"\n', ""),
        CHINESE.replace("why =", "reason ="),
        CHINESE + 'note = "附注。"\n',
        CHINESE.replace('why = "关系重大。"\n', "") + 'why = "关系重大。"\n',
        CHINESE.replace('"关系重大。"', '""'),
        CHINESE.replace('"关系重大。"', '"It matters."'),
        CHINESE.replace('"关系重大。"', "7"),
        CHINESE.replace("关系重大", "关系重大" * 30),
    ],
    ids=["no table", "empty", "missing", "misnamed", "one more", "order",
         "part empty", "English", "number", "part long"],
)  # fmt: skip
def test_a_chinese_manual_with_other_parts_is_refused(broken: str) -> None:
    with pytest.raises(ManualError, match="thing-wrong"):
        parse_chinese(broken)


def test_a_rule_without_a_chinese_manual_is_refused() -> None:
    known = rulebook()["cell-blank"]
    unknown = Rule(
        id="cell-unheard-of",
        title=known.title,
        severity=known.severity,
        formats=known.formats,
        basis=known.basis,
        judge=known.judge,
        needs=known.needs,
    )

    with pytest.raises(ManualError, match=r"cell-unheard-of: manual_zh/tables\.toml"):
        manual_of(unknown)


def _han(text: str) -> int:
    return len(re.findall(r"[\u4e00-\u9fff]", text))


def _latin(text: str) -> int:
    return len(re.findall(r"[A-Za-z]", text))
