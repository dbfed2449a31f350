"""The manual: every rule is explained in the same parts, and docs/rules.md is current."""

import re
from pathlib import Path

import pytest

from monitor.rules.engine import rulebook
from monitor.rules.manual import PARTS, ManualError, main, manual_of, parse_manual, render_manual
from monitor.rules.model import Rule

RULES_PAGE = Path(__file__).resolve().parents[3] / "docs" / "rules.md"

DOCSTRING = """A thing is wrong.

What it does: Looks at the thing,
    all of it.
Why it matters: It matters.
Legal basis: 《条例》.
Example that fails: wrong.
Example that passes: right.
How to put it right: Put it right.
"""


@pytest.mark.parametrize("rule", rulebook().values(), ids=lambda rule: rule.id)
def test_every_rule_has_a_manual_in_the_same_parts(rule: Rule) -> None:
    manual = manual_of(rule)

    assert manual.summary.endswith(".")
    assert all(getattr(manual, field) for field in PARTS.values())


@pytest.mark.parametrize("rule", rulebook().values(), ids=lambda rule: rule.id)
def test_every_rule_has_titles_a_basis_in_chinese_and_a_name_of_the_fault(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
    assert re.search(r"[\u4e00-\u9fff]", rule.title.zh)
    assert rule.title.en
    assert re.search(r"[\u4e00-\u9fff]", rule.basis)
    assert rule.formats <= {"v2008", "v2019", "v2021"}


def test_a_docstring_is_parsed_into_its_parts() -> None:
    manual = parse_manual(DOCSTRING, "thing-wrong")

    assert manual.summary == "A thing is wrong."
    assert manual.what == "Looks at the thing, all of it."
    assert manual.remedy == "Put it right."


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "A summary alone.",
        DOCSTRING.replace("Why it matters: It matters.\n", ""),
        DOCSTRING.replace("Legal basis: 《条例》.", "Legal basis:"),
        DOCSTRING.replace("all of it.", "all of it,\n    and this,\n    and that,\n    and more."),
        DOCSTRING.replace("Why it matters: It matters.\nLegal basis: 《条例》.\n",
                          "Legal basis: 《条例》.\nWhy it matters: It matters.\n"),
        DOCSTRING.removeprefix("A thing is wrong."),
    ],
    ids=["empty", "summary", "part missing", "part empty", "part long", "order", "no summary"],
)  # fmt: skip
def test_a_docstring_with_other_parts_is_refused(broken: str) -> None:
    with pytest.raises(ManualError, match="thing-wrong"):
        parse_manual(broken, "thing-wrong")


def test_the_rules_page_is_current(tmp_path: Path) -> None:
    main([str(tmp_path / "rules.md")])

    assert RULES_PAGE.read_text(encoding="utf-8") == (tmp_path / "rules.md").read_text(
        encoding="utf-8"
    ), "run 'make docs'"


def test_the_rules_page_lists_every_rule_once_and_explains_it() -> None:
    page = render_manual(rulebook())

    for rule in rulebook().values():
        assert page.count(f"| [{rule.id}](#{rule.id}) |") == 1
        assert page.count(f"\n## {rule.id}\n") == 1
