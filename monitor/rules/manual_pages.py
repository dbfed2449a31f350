"""The pages ``docs/rules.md`` and ``docs/rules.zh.md``, made of the manual of the rules.

Run ``python -m monitor.rules.manual_pages [DIRECTORY]`` to write them again (default ``docs``).
"""

import html
import sys
from collections.abc import Mapping
from pathlib import Path

from monitor.language import Bilingual, Language
from monitor.rules.catalogue import documented_ids, rulebook
from monitor.rules.manual import PARTS, bases_of, manual_of
from monitor.rules.model import Rule
from monitor.rules.naming import SEVERITY_NAMES

PAGES: Mapping[Language, str] = {"en": "rules.md", "zh": "rules.zh.md"}
"""The file name of the page in each language."""

_HEAD = Bilingual(
    "# 规则手册\n\n"
    "[English](rules.md)\n\n"
    "<!-- 由 make docs 根据 monitor/rules/manual_zh/*.toml 生成，请勿直接修改。 -->\n\n"
    "每条规则的结论为 `pass`（未发现问题）、`fail`（发现问题）、`indeterminate`（读取不完整，\n"
    "无法判断）或者 `not_applicable`（不适用）。级别和阈值为默认值，可以在设置中调整。\n"
    "适用格式：`v2008` 为2018年度及以前，`v2019` 为2019、2020年度，`v2021` 为2021年度及以后。\n"
    "共 {count} 条规则。\n\n"
    "| 编号 | 级别 | 适用格式 | 规则 | 英文名称 |\n|---|---|---|---|---|\n",
    "# The rules\n\n"
    "[中文](rules.zh.md)\n\n"
    "<!-- Generated from the docstrings of the rules by `make docs`; do not edit. -->\n\n"
    "Every rule answers `pass`, `fail`, `indeterminate` (the reading is too damaged to tell)\n"
    "or `not_applicable`. Severities and thresholds are defaults; settings override them.\n"
    "Formats: `v2008` is that of fiscal years up to 2018, `v2019` of 2019 and 2020, `v2021` of\n"
    "2021 and later. There are {count} rules.\n\n"
    "| id | severity | formats | rule | 规则 |\n|---|---|---|---|---|\n",
)
_VERSION = Bilingual("第 {version} 版", "version {version}")
_PART = Bilingual("**{name}**：{text}", "**{name}.** {text}")
_THRESHOLDS = Bilingual("阈值", "Thresholds")
_OFF = Bilingual("默认关闭", "off by default")
_DOCUMENTED = Bilingual(
    "\n# 仅作说明的编号\n\n以下编号不由程序判断，不出现在结论中，仅供人工核查时参考。\n\n",
    "\n# Documentation only\n\n"
    "No program judges these ids, and no verdict bears them; people may use them as notes.\n\n",
)


def render_page(
    rules: Mapping[str, Rule], language: Language, documented: Mapping[str, Rule] | None = None
) -> str:
    """Render all rules as one Markdown document: an overview, then a chapter for each.

    ``documented`` are the ids that no program judges; their chapters stand at the end.
    """
    overview = "\n".join(_overview_row(rule, language) for rule in rules.values())
    chapters = "\n".join(_chapter(rule, language) for rule in rules.values())
    head = _HEAD.in_language(language).format(count=len(rules))
    return f"{head}{overview}\n\n{chapters}{_documented(documented or {}, language)}"


def write_pages(directory: Path) -> None:
    """Write the page of each language into a directory."""
    for language, name in PAGES.items():
        page = render_page(rulebook(), language, documented_ids())
        (directory / name).write_text(page, encoding="utf-8")


def _documented(rules: Mapping[str, Rule], language: Language) -> str:
    if not rules:
        return ""
    chapters = "\n".join(
        "\n\n".join(
            (f"## {rule.id}", f"**{own}** · {other} · {_formats(rule)}", *_manual(rule, language))
        )
        + "\n"
        for rule in rules.values()
        for own, other in [_titles(rule, language)]
    )
    return f"{_DOCUMENTED.in_language(language)}{chapters}"


def _overview_row(rule: Rule, language: Language) -> str:
    severity = SEVERITY_NAMES[rule.severity].in_language(language)
    cells = (f"[{rule.id}](#{rule.id})", severity, _formats(rule), *_titles(rule, language))
    return f"| {' | '.join(cells)} |"


def _chapter(rule: Rule, language: Language) -> str:
    own, other = _titles(rule, language)
    severity = SEVERITY_NAMES[rule.severity].in_language(language)
    version = _VERSION.in_language(language).format(version=rule.version)
    if not rule.on:
        version += f" · {_OFF.in_language(language)}"
    paragraphs = [
        f"## {rule.id}",
        f"**{own}** · {other} · {severity} · {_formats(rule)} · {version}",
        *_manual(rule, language),
    ]
    if rule.thresholds:
        named = ", ".join(f"`{name}` = {value:g}" for name, value in rule.thresholds.items())
        paragraphs.append(_part(_THRESHOLDS, named, language))
    return "\n\n".join(paragraphs) + "\n"


def _manual(rule: Rule, language: Language) -> list[str]:
    manual = manual_of(rule).in_language(language)
    return [
        _escaped(manual.summary),
        *(_part(name, getattr(manual, field), language) for field, name in PARTS.items()),
        *(_part(name, basis, language) for name, basis in bases_of(rule)),
    ]


def _part(name: Bilingual, text: str, language: Language) -> str:
    heading = name.in_language(language)
    return _PART.in_language(language).format(name=heading, text=_escaped(text))


def _titles(rule: Rule, language: Language) -> tuple[str, str]:
    """Return the title in the language of the page, then in the other one."""
    zh, en = rule.title.zh, rule.title.en
    return (zh, en) if language == "zh" else (en, zh)


def _formats(rule: Rule) -> str:
    return " ".join(sorted(rule.formats))


def _escaped(text: str) -> str:
    """Keep examples such as ``<meta …>`` and ``&nbsp;`` from being taken for markup."""
    return html.escape(text, quote=False)


if __name__ == "__main__":
    write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
