"""The command ``nianbao audit verify``."""

from collections import Counter
from contextlib import suppress
from typing import Any

import typer
from sqlalchemy.exc import OperationalError

from monitor.cli.audit import Format, Holdings, audit, open_holdings, say
from monitor.cli.base import ExitCode, OutputFormat, invocation, print_json_lines
from monitor.cli.coverage_view import covered
from monitor.fixity import note_unsound
from monitor.language import Bilingual, Language
from monitor.plain import plain
from storage.models import Fixity
from storage.verification import Problem, ProblemKind, Verification, verify

KIND_NAMES = {
    ProblemKind.DAMAGED: "损坏",
    ProblemKind.LOST: "丢失",
    ProblemKind.UNLOGGED: "未入日志",
    ProblemKind.ALTERED: "被改动",
    ProblemKind.DELETED: "被删除",
    ProblemKind.DUPLICATED: "重复",
    ProblemKind.REORDERED: "次序被换",
    ProblemKind.TRUNCATED: "日志被截短",
    ProblemKind.FORKED: "历史被改写",
    ProblemKind.UNSIGNED: "未签名",
    ProblemKind.LEFTOVER: "残留",
    ProblemKind.UNREMOVED: "尚未移除",
}


@audit.command("verify")
def verify_archive(context: typer.Context, output: Format = OutputFormat.TEXT) -> None:
    """Hash every original again and check the log; exit code 4 if anything is wrong.

    Example: nianbao audit verify --format jsonl
    """
    invoked = invocation(context)
    publish_to = invoked.workspace().settings.audit.publish_to
    with open_holdings(invoked) as holdings:
        published = holdings.directory / publish_to if publish_to else None
        found = verify(holdings.engine, holdings.archive, published)
        _note(holdings, found)
    if output is OutputFormat.JSONL:
        print_json_lines(_problem_object(problem) for problem in found.problems)
    else:
        language = invoked.language
        for problem in found.problems:
            say(_problem_line(problem, language))
        for line in covered(found.coverage):
            say(plain(line.in_language(language)))
        say(_summary(found, language))
    if not found.sound:
        raise typer.Exit(ExitCode.DAMAGED)


def _note(holdings: Holdings, found: Verification) -> None:
    """Let the rota of checks know what was found; a database that cannot be written stays so."""
    kinds = {ProblemKind.DAMAGED: Fixity.DAMAGED, ProblemKind.LOST: Fixity.LOST}
    unsound = {
        each.sha256: kinds[each.kind]
        for each in found.problems
        if each.kind in kinds and each.sha256 is not None
    }
    if unsound:
        with suppress(OperationalError):
            note_unsound(holdings.engine, unsound)


def _problem_object(problem: Problem) -> dict[str, Any]:
    return {
        "kind": problem.kind.value,
        "subject": problem.subject,
        "sha256": problem.sha256,
        "url": problem.url,
        "path": problem.path,
        "message_zh": problem.message_zh,
        "message_en": problem.message_en,
    }


def _problem_line(problem: Problem, language: Language) -> str:
    kind = Bilingual(KIND_NAMES[problem.kind], problem.kind.value)
    message = Bilingual(problem.message_zh, problem.message_en)
    return plain(f"[{kind.in_language(language)}] {message.in_language(language)}")


def _summary(found: Verification, language: Language) -> str:
    counted = Counter(problem.kind for problem in found.problems)
    counts = {kind: counted[kind] for kind in ProblemKind if counted[kind]}
    zh = "，".join(f"{KIND_NAMES[kind]} {count}" for kind, count in counts.items()) or "没有问题"
    en = ", ".join(f"{count} {kind.value}" for kind, count in counts.items()) or "no problem"
    return Bilingual(
        f"已检验原件 {found.originals} 个（{found.size} 字节）、日志 {found.entries} 条、"
        f"检查点 {found.checkpoints} 个：{zh}。",
        f"verified {found.originals} originals ({found.size} bytes), {found.entries} log entries, "
        f"{found.checkpoints} checkpoints: {en}.",
    ).in_language(language)
