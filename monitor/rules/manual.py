"""The manual of the rules: each rule's docstring as parts, and ``docs/rules.md`` made of them.

Run ``python -m monitor.rules.manual [PATH]`` to write it again (default ``docs/rules.md``).
"""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.rules.engine import rulebook
from monitor.rules.model import Rule

PARTS = {
    "What it does": "what",
    "Why it matters": "why",
    "Legal basis": "legal_basis",
    "Example that fails": "fails",
    "Example that passes": "passes",
    "How to put it right": "remedy",
}
"""The parts of a rule's docstring in their order, and the field each becomes."""

_PART = re.compile(r"^(?P<name>" + "|".join(PARTS) + r"):(?:[ ]+(?P<text>\S.*))?$")
_LONGEST_PART = 3


class ManualError(ValueError):
    """A rule's docstring does not have the parts of the manual, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    """The manual of one rule, in English."""

    summary: str
    what: str
    why: str
    legal_basis: str
    fails: str
    passes: str
    remedy: str


def manual_of(rule: Rule) -> Manual:
    """Return the manual of a rule.

    Raises:
        ManualError: if a part is missing, empty, too long, or stands in another place.
    """
    return parse_manual(inspect.getdoc(rule.judge) or "", rule.id)


def parse_manual(docstring: str, rule_id: str) -> Manual:
    """Return the parts of a docstring; each part is a line ``Name:`` and indented lines.

    Raises:
        ManualError: if a part is missing, empty, too long, or stands in another place.
    """
    summary, _, rest = docstring.partition("\n")
    parts = dict(_parts(rest.splitlines()))
    if list(parts) != list(PARTS):
        msg = f"{rule_id}: the parts must be {', '.join(PARTS)}; found {', '.join(parts) or 'none'}"
        raise ManualError(msg)
    if not summary.strip():
        raise ManualError(f"{rule_id}: the first line must be a summary")
    for name, lines in parts.items():
        if not 0 < len(lines) <= _LONGEST_PART:
            msg = f"{rule_id}: {name!r} has {len(lines)} lines; one to {_LONGEST_PART} are wanted"
            raise ManualError(msg)
    return Manual(
        summary=summary.strip(), **{PARTS[name]: _joined(lines) for name, lines in parts.items()}
    )


def render_manual(rules: Mapping[str, Rule]) -> str:
    """Render all rules as one Markdown document: an overview, then a chapter for each."""
    overview = "\n".join(_overview_row(rule) for rule in rules.values())
    chapters = "\n".join(_chapter(rule) for rule in rules.values())
    return (
        "# The rules\n\n"
        "<!-- Generated from the docstrings of the rules by `make docs`; do not edit. -->\n\n"
        "Every rule answers `pass`, `fail`, `indeterminate` (the reading is too damaged to tell)\n"
        "or `not_applicable`. Severities and thresholds are defaults; settings override them.\n"
        f"There are {len(rules)} rules.\n\n"
        "| id | severity | formats | 规则 | rule |\n|---|---|---|---|---|\n"
        f"{overview}\n\n{chapters}"
    )


def _overview_row(rule: Rule) -> str:
    formats = " ".join(sorted(rule.formats))
    return (
        f"| [{rule.id}](#{rule.id}) | {rule.severity} | {formats} "
        f"| {rule.title.zh} | {rule.title.en} |"
    )


def _chapter(rule: Rule) -> str:
    manual = manual_of(rule)
    paragraphs = [
        f"## {rule.id}",
        f"**{rule.title.zh}** · {rule.title.en} · {rule.severity} · version {rule.version}",
        manual.summary,
        *(f"**{name}.** {getattr(manual, field)}" for name, field in PARTS.items()),
        f"**依据.** {rule.basis}",
    ]
    if rule.thresholds:
        named = ", ".join(f"`{name}` = {value:g}" for name, value in rule.thresholds.items())
        paragraphs.append(f"**Thresholds.** {named}")
    return "\n\n".join(paragraphs) + "\n"


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
    text = " ".join(lines)
    return re.sub(r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]) (?=[\u4e00-\u9fff])", "", text)


def main(arguments: list[str]) -> None:
    """Write the manual to the path given, or to ``docs/rules.md``."""
    path = Path(arguments[0] if arguments else "docs/rules.md")
    path.write_text(render_manual(rulebook()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
