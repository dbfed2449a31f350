"""The pages of the manual: current, complete, in their language, with links to each other."""

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from monitor.language import Language
from monitor.rules.catalogue import documented_ids, rulebook
from monitor.rules.manual import PARTS, manual_of
from monitor.rules.manual_pages import PAGES, render_page, write_pages

ROOT = Path(__file__).resolve().parents[3]

in_each_language = pytest.mark.parametrize("language", get_args(Language))


@in_each_language
def test_the_page_in_the_documentation_is_current(tmp_path: Path, language: Language) -> None:
    write_pages(tmp_path)

    name = PAGES[language]
    written = (tmp_path / name).read_text(encoding="utf-8")
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == written, "run 'make docs'"


@in_each_language
def test_a_page_lists_every_rule_once_and_explains_it_in_its_language(language: Language) -> None:
    page = render_page(rulebook(), language)

    for rule in rulebook().values():
        assert page.count(f"| [{rule.id}](#{rule.id}) |") == 1
        chapter = page.split(f"\n## {rule.id}\n")[1].split("\n## ")[0]
        assert manual_of(rule).in_language(language).remedy in chapter
        for basis in (rule.basis, rule.basis_2019, rule.basis_2008):
            assert basis is None or basis in chapter
        for name in PARTS.values():
            assert f"**{name.in_language(language)}" in chapter


@in_each_language
def test_what_is_documentation_only_stands_behind_the_rules_and_not_among_them(
    language: Language,
) -> None:
    page = render_page(rulebook(), language, documented_ids())

    assert set(documented_ids()) == {"landline-ok", "narrative-self-contradiction"}
    assert not set(documented_ids()) & set(rulebook())
    last = max(page.index(f"\n## {rule_id}\n") for rule_id in rulebook())
    for rule in documented_ids().values():
        assert f"| [{rule.id}](#{rule.id}) |" not in page
        assert page.index(f"\n## {rule.id}\n") > last
        assert manual_of(rule).in_language(language).what in page


def test_the_pages_link_to_each_other_at_their_top() -> None:
    english, chinese = (render_page(rulebook(), language) for language in ("en", "zh"))

    assert "](rules.zh.md)" in english.split("\n## ")[0]
    assert "](rules.md)" in chinese.split("\n## ")[0]


def test_the_readme_of_each_language_links_to_the_page_in_it() -> None:
    assert "(docs/rules.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(docs/rules.zh.md)" in (ROOT / "README.zh.md").read_text(encoding="utf-8")


@in_each_language
def test_examples_that_look_like_markup_are_shown_as_text(language: Language) -> None:
    page = render_page(rulebook(), language)

    assert "&lt;meta name=" in page
    assert "<meta" not in page
    assert "&amp;nbsp;" in page


def test_make_docs_writes_both_pages(tmp_path: Path) -> None:
    (command,) = (
        line.strip().removeprefix("$(BIN)/python ").split()
        for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
        if "manual_pages" in line
    )

    subprocess.run([sys.executable, *command[:-1], str(tmp_path)], check=True, cwd=ROOT)

    assert command[-1] == "docs"
    assert {file.name for file in tmp_path.iterdir()} == set(PAGES.values())
