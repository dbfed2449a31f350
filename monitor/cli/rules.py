"""Commands over the rulebook."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rapidfuzz import process

from monitor.cli.base import (
    CommandError,
    OutputFormat,
    app,
    invocation,
    now_or,
    print_json_lines,
)
from monitor.cli.impact_view import impact_object, impact_on_files, print_impact
from monitor.cli.terminal import results
from monitor.impact import impact_on_archive
from monitor.language import Bilingual, Language
from monitor.rules.catalogue import documented_ids, rulebook
from monitor.rules.manual import BASES, FIELDS, PARTS, BilingualManual, bases_of, manual_of
from monitor.rules.model import Rule
from monitor.rules.naming import SEVERITY_NAMES
from monitor.rules.overlay import load_overlays
from monitor.rules.settings import require_known_rules, rulings_of
from monitor.sharing import available_processors
from storage.settings import RuleSettings

rules_app = typer.Typer(
    name="rules",
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(rules_app)

_PROPOSED = 3
_NEAR = 50
_THRESHOLDS = Bilingual("阈值", "Thresholds")
_DOCUMENTED = Bilingual("仅作说明，不由程序判断", "documentation only, never judged")
_OFF = Bilingual("默认关闭", "off by default")
_SECTION = Bilingual("{name}：\n  {text}", "{name}:\n  {text}")
_FORMAT_OPTION = typer.Option("--format", help="How to print.")


@rules_app.callback(invoke_without_command=True)
def list_rules(
    context: typer.Context,
    output: Annotated[OutputFormat, _FORMAT_OPTION] = OutputFormat.TEXT,
) -> None:
    """List the rules: id, severity, formats, title; or explain one.

    Example: nianbao rules --format jsonl
    """
    if context.invoked_subcommand is not None:
        return
    rules = rulebook().values()
    if output is OutputFormat.JSONL:
        print_json_lines(rule_object(rule) for rule in rules)
        return
    _print_list(list(rules), invocation(context).language)


@rules_app.command("explain")
def explain(
    context: typer.Context,
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the rule.")],
    output: Annotated[OutputFormat | None, _FORMAT_OPTION] = None,
) -> None:
    """Explain a rule: what it does, why it matters, its legal basis, examples.

    Example: nianbao rules explain requests-unbalanced
    """
    rule = _find(rule_id)
    manual = manual_of(rule)
    if (output or _format_before_the_command(context)) is OutputFormat.JSONL:
        print_json_lines([{**rule_object(rule), **_manual_object(rule, manual)}])
        return
    _print_manual(rule, manual, invocation(context).language)


@rules_app.command("impact")
def impact(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Reports or directories; without any, the workspace's archive."),
    ] = None,
    overlay: Annotated[
        list[Path] | None, typer.Option(help="Overlay to be tried; may be given several times.")
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that share the work. Default: one a processor."),
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Judge as of this time (ISO 8601).")] = None,
    output: Annotated[OutputFormat | None, _FORMAT_OPTION] = None,
) -> None:
    """Tell what changed rules or an overlay would change, before they are adopted.

    The archive is judged again by this program with the overlay over its settings, and held against
    the verdicts that stand; files are judged with the overlay and without. Nothing is stored.

    Example: nianbao rules impact --overlay province.toml --jobs 4
    """
    invoked = invocation(context)
    overlays = load_overlays(overlay or ())
    require_known_rules(RuleSettings(), overlays)
    now = now_or(as_of)
    if paths:
        found = list(impact_on_files(paths, overlays, now))
    else:
        workspace = invoked.workspace()
        invoked.engine(workspace).dispose()
        own = rulings_of(workspace)
        tried = replace(own, overlays=(*own.overlays, *overlays))
        found = list(impact_on_archive(workspace, tried, now, jobs or available_processors()))
    if (output or _format_before_the_command(context)) is OutputFormat.JSONL:
        print_json_lines(impact_object(item) for item in found if item.changes)
    else:
        print_impact(results(), found, invoked.language)


def rule_object(rule: Rule) -> dict[str, Any]:
    """Return a rule as a JSON object of the contract.

    The basis for earlier fiscal years is null where it is the same.
    """
    return {
        "id": rule.id,
        "severity": str(rule.severity),
        "formats": sorted(rule.formats),
        "title_zh": rule.title.zh,
        "title_en": rule.title.en,
        **{field: getattr(rule, field) for field in BASES},
    }


def _format_before_the_command(context: typer.Context) -> OutputFormat:
    """Return the format given to the list: ``nianbao rules --format jsonl explain ID``."""
    assert context.parent is not None
    return OutputFormat(context.parent.params["output"])


def _manual_object(rule: Rule, manual: BilingualManual) -> dict[str, Any]:
    """Return the parts by field: in English, then in each language with its suffix."""
    return {
        **{field: getattr(manual.en, field) for field in FIELDS},
        **{f"{field}_zh": getattr(manual.zh, field) for field in FIELDS},
        **{f"{field}_en": getattr(manual.en, field) for field in FIELDS},
        "thresholds": dict(rule.thresholds),
        "version": rule.version,
    }


def _find(rule_id: str) -> Rule:
    rules = {**rulebook(), **documented_ids()}
    if rule_id in rules:
        return rules[rule_id]
    found = process.extract(rule_id.lower(), list(rules), limit=_PROPOSED, score_cutoff=_NEAR)
    near = [name for name, _, _ in found]
    hint_zh = f"，是否指 {'、'.join(near)}？" if near else "，可用 nianbao rules 查看全部规则。"
    hint_en = f"; did you mean {', '.join(near)}?" if near else "; 'nianbao rules' lists all."
    raise CommandError(
        Bilingual(f"没有规则“{rule_id}”{hint_zh}", f"There is no rule {rule_id!r}{hint_en}")
    )


def _print_list(rules: list[Rule], language: Language) -> None:
    rows = [(rule.id, str(rule.severity), " ".join(sorted(rule.formats))) for rule in rules]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for rule, row in zip(rules, rows, strict=True):
        cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        typer.echo("  ".join((*cells, rule.title.in_language(language))))


def _print_manual(rule: Rule, manual: BilingualManual, language: Language) -> None:
    text = manual.in_language(language)
    judged = rule.id in rulebook()
    severity = (SEVERITY_NAMES[rule.severity] if judged else _DOCUMENTED).in_language(language)
    if judged and not rule.on:
        severity += f" · {_OFF.in_language(language)}"
    parts = [(name, getattr(text, field)) for field, name in PARTS.items()]
    parts.extend(bases_of(rule))
    if rule.thresholds:
        named = ", ".join(f"{name} = {value:g}" for name, value in rule.thresholds.items())
        parts.append((_THRESHOLDS, named))
    section = _SECTION.in_language(language)
    name = f"{rule.id} · {rule.title.in_language(language)}"
    paragraphs = [
        f"{name}\n{severity} · {' '.join(sorted(rule.formats))}",
        text.summary,
        *(section.format(name=name.in_language(language), text=part) for name, part in parts),
    ]
    typer.echo("\n\n".join(paragraphs))
