"""The manual of the rules, in both languages.

A rule's English manual is its docstring; its Chinese one is its table in
``manual_zh/<family>.toml``, where the family is the package or module of the rule.
``manual_pages`` makes the pages under ``docs/`` of them.
"""

import inspect
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from monitor.language import Bilingual, Language
from monitor.rules.model import Rule

PARTS = {
    "what": Bilingual("检查内容", "What it does"),
    "why": Bilingual("核查理由", "Why it matters"),
    "legal_basis": Bilingual("法律依据", "Legal basis"),
    "fails": Bilingual("不合格示例", "Example that fails"),
    "passes": Bilingual("合格示例", "Example that passes"),
    "remedy": Bilingual("整改办法", "How to put it right"),
}
"""The parts of a manual in their order, by field, and what they are called."""

BASES = {
    "basis": Bilingual("引用依据", "Basis"),
    "basis_2019": Bilingual("引用依据（2019、2020年度）", "Basis for fiscal years 2019 and 2020"),
    "basis_2008": Bilingual("引用依据（2018年度及以前）", "Basis up to fiscal year 2018"),
}
"""What verdicts cite, by the field of ``Rule``; an earlier one only where it is another."""

FIELDS = ("summary", *PARTS)
"""The keys of a Chinese manual, in their order."""

_FIELD_OF = {name.en: field for field, name in PARTS.items()}
_PART = re.compile(r"^(?P<name>" + "|".join(_FIELD_OF) + r"):(?:[ ]+(?P<text>\S.*))?$")
_BREAK_IN_CHINESE = re.compile(
    r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])\n(?=[\u4e00-\u9fff])"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LONGEST_PART = 3
"""Lines of a docstring."""
_LONGEST_IN_CHINESE = 120
"""Characters."""
_FAMILY = 2
"""Position of the family in the name of a rule's module."""


class ManualError(ValueError):
    """The manual of a rule does not have its parts, in their order and in its language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    """The manual of one rule in one language."""

    summary: str
    what: str
    why: str
    legal_basis: str
    fails: str
    passes: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BilingualManual:
    """The manual of one rule in both languages."""

    zh: Manual
    en: Manual

    def in_language(self, language: Language) -> Manual:
        """Return the manual in ``language``."""
        return self.zh if language == "zh" else self.en


def manual_of(rule: Rule) -> BilingualManual:
    """Return the manual of a rule.

    Raises:
        ManualError: if the rule has none in one of the languages, or a part of it is missing,
            empty, too long, or stands in another place.
    """
    family = family_of(rule)
    chinese = load_chinese(family)
    if rule.id not in chinese:
        raise ManualError(f"{rule.id}: manual_zh/{family}.toml has no table for it")
    return BilingualManual(
        zh=chinese[rule.id], en=parse_docstring(inspect.getdoc(rule.judge) or "", rule.id)
    )


def bases_of(rule: Rule) -> Iterator[tuple[Bilingual, str]]:
    """Yield what a rule's verdicts cite: today, and for the years in which it was another law."""
    for field, name in BASES.items():
        basis = getattr(rule, field)
        if basis is not None:
            yield name, basis


def family_of(rule: Rule) -> str:
    """Return the family of a rule: the package or module under ``monitor.rules`` it stands in."""
    return rule.judge.__module__.split(".")[_FAMILY]


@cache
def load_chinese(family: str) -> Mapping[str, Manual]:
    """Return the Chinese manuals of a family by rule id; none if the family has no file.

    Raises:
        ManualError: if a manual is not complete.
    """
    file = resources.files("monitor.rules.manual_zh") / f"{family}.toml"
    return parse_chinese(file.read_text(encoding="utf-8")) if file.is_file() else {}


def parse_chinese(text: str) -> Mapping[str, Manual]:
    """Return the manuals of a file in TOML: a table for each rule id, in it ``FIELDS`` as strings.

    Raises:
        ManualError: if a part is missing, unknown, not in Chinese, too long, or stands in another
            place.
    """
    return {rule_id: _chinese(rule_id, table) for rule_id, table in tomllib.loads(text).items()}


def parse_docstring(docstring: str, rule_id: str) -> Manual:
    """Return the parts of a docstring; each part is a line ``Name:`` and indented lines.

    Raises:
        ManualError: if a part is missing, empty, too long, or stands in another place.
    """
    summary, _, rest = docstring.partition("\n")
    parts = dict(_parts(rest.splitlines()))
    if list(parts) != list(_FIELD_OF):
        wanted = ", ".join(_FIELD_OF)
        msg = f"{rule_id}: the parts must be {wanted}; found {', '.join(parts) or 'none'}"
        raise ManualError(msg)
    if not summary.strip():
        raise ManualError(f"{rule_id}: the first line must be a summary")
    for name, lines in parts.items():
        if not 0 < len(lines) <= _LONGEST_PART:
            msg = f"{rule_id}: {name!r} has {len(lines)} lines; one to {_LONGEST_PART} are wanted"
            raise ManualError(msg)
    return Manual(
        summary=summary.strip(),
        **{_FIELD_OF[name]: _joined(lines) for name, lines in parts.items()},
    )


def _chinese(rule_id: str, table: Any) -> Manual:
    if not isinstance(table, dict) or tuple(table) != FIELDS:
        found = ", ".join(table) if isinstance(table, dict) else repr(table)
        raise ManualError(f"{rule_id}: the keys must be {', '.join(FIELDS)}; found {found}")
    for field, text in table.items():
        if not isinstance(text, str) or not _HAN.search(text):
            raise ManualError(f"{rule_id}: {field!r} is not in Chinese")
        if len(text) > _LONGEST_IN_CHINESE:
            msg = f"{rule_id}: {field!r} has {len(text)} characters; {_LONGEST_IN_CHINESE} at most"
            raise ManualError(msg)
    return Manual(**table)


def _parts(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    name: str | None = None
    body: list[str] = []
    for line in lines:
        found = _PART.match(line)
        if found is None:
            body.append(line.strip())
            continue
        if name is not None:
            yield name, [text for text in body if text]
        name, body = found["name"], [found["text"] or ""]
    if name is not None:
        yield name, [text for text in body if text]


def _joined(lines: Iterable[str]) -> str:
    """Join wrapped lines: with a blank, but none between two Han characters."""
    return _BREAK_IN_CHINESE.sub("", "\n".join(lines)).replace("\n", " ")
