"""The commands ``nianbao retention``: what of the archive may go, and what somebody decided."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from monitor.cli.audit import Format, Holdings, open_holdings, say
from monitor.cli.base import (
    CommandError,
    ExitCode,
    Invocation,
    OutputFormat,
    app,
    invocation,
    print_json_lines,
)
from monitor.crawl_lock import CrawlRunningError, only_crawl
from monitor.language import Bilingual, Language
from storage.clock import iso_utc, local_date, utc_now
from storage.retention.deciding import CarriedOut, Decision, carry_out, decide, open_deletions
from storage.retention.model import Counted, Keep, Plan
from storage.retention.planning import plan, policy_of
from storage.settings import Settings

retention = typer.Typer(
    no_args_is_help=True,
    help="Thin out list pages that prove nothing: see what would go, decide it.\n\n"
    "Example: nianbao retention plan",
)
app.add_typer(retention, name="retention")

_WHY = {
    Keep.CLAIM: Bilingual(
        "结论（未公布、逾期、无法访问等）所据的抓取", "of a crawl that something said rests on"
    ),
    Keep.CITED: Bilingual("有记录引用", "named by a record"),
    Keep.FIRST_SEEN: Bilingual("首次见到某份年报", "a report was first seen there"),
    Keep.LAST_ABSENT: Bilingual("最后一次不见某份年报", "a report was last absent there"),
    Keep.LAST_SEEN: Bilingual("最后一次见到某份年报", "a report was last seen there"),
    Keep.UNLISTED: Bilingual("年报从列表消失后的首次读取", "the first reading after a report went"),
    Keep.AROUND_DUE: Bilingual("到期日前后", "around a due day"),
    Keep.NEWEST: Bilingual("栏目的最新读取", "a newest reading of its column"),
    Keep.YOUNG: Bilingual("时间不够久", "not old enough"),
    Keep.FIRST: Bilingual("该网址的最早内容", "the first body of its address"),
    Keep.LAST: Bilingual("该网址的最新内容", "the last body of its address"),
    Keep.FILING: Bilingual(
        "也属于年报，或另有用途", "also of a report, or fetched for another reason"
    ),
}


@retention.command("plan")
def show_plan(context: typer.Context, output: Format = OutputFormat.TEXT) -> None:
    """Show what may be removed, and why the rest is kept; nothing is changed.

    Example: nianbao retention plan --format jsonl
    """
    invoked = invocation(context)
    settings = invoked.workspace().settings
    with open_holdings(invoked) as holdings:
        planned = _plan(holdings, settings)
        waiting = len(open_deletions(holdings.engine))
    if output is OutputFormat.JSONL:
        print_json_lines(_plan_rows(planned))
        return
    for line in _plan_lines(planned, invoked.language):
        say(line)
    if waiting:
        say(
            Bilingual(
                f"有 {waiting} 项决定尚未执行完；请运行 nianbao retention complete。",
                f"{waiting} decisions are not carried out yet; run 'nianbao retention complete'.",
            ).in_language(invoked.language)
        )


@retention.command("apply")
def apply(
    context: typer.Context,
    author: Annotated[str, typer.Option(help="Who decides it.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    output: Format = OutputFormat.TEXT,
) -> None:
    """Decide that what the plan shows is removed, log the decision, and carry it out.

    The decision stays in the log for ever, with its author, its reason and every hash; so do the
    records of all captures. What is removed cannot be brought back. What the store keeps under
    object lock waits for its end: exit code 3, and 'retention complete' removes it then.

    Example: nianbao retention apply --author 王敏 --reason "list pages of 2021"
    """
    invoked = invocation(context)
    settings = invoked.workspace().settings
    _require_permission(settings)
    if not (author.strip() and reason.strip()):
        raise CommandError(
            Bilingual(
                "--author 与 --reason 不能为空。", "--author and --reason must say something."
            )
        )
    with open_holdings(invoked) as holdings, _alone(holdings):
        _carry_out(holdings, settings)
        planned = _plan(holdings, settings)
        decision = Decision(author=author, reason=reason, policy=_policy_row(settings))
        numbers = decide(holdings.engine, planned.remove, decision, planned.planned_at)
        done = _carry_out(holdings, settings)
    _tell(invoked, done, numbers, output)


@retention.command("complete")
def complete(context: typer.Context, output: Format = OutputFormat.TEXT) -> None:
    """Carry out what was decided and was interrupted; decides nothing.

    Example: nianbao retention complete
    """
    invoked = invocation(context)
    settings = invoked.workspace().settings
    with open_holdings(invoked) as holdings, _alone(holdings):
        numbers = [deletion.id for deletion, _ in open_deletions(holdings.engine)]
        done = _carry_out(holdings, settings)
    _tell(invoked, done, numbers, output)


def _plan(holdings: Holdings, settings: Settings) -> Plan:
    policy = policy_of(settings.retention, settings.obligations)
    return plan(holdings.engine, holdings.archive, policy, utc_now())


def _carry_out(holdings: Holdings, settings: Settings) -> CarriedOut:
    authorities = settings.storage.time_authorities
    return carry_out(holdings.engine, holdings.archive, holdings.directory, authorities)


@contextmanager
def _alone(holdings: Holdings) -> Iterator[None]:
    """Keep crawls away: what one is about to rest on must not go meanwhile."""
    try:
        with only_crawl(holdings.directory, holdings.engine):
            yield
    except CrawlRunningError as error:
        raise CommandError(
            Bilingual(
                "正在抓取；请待其结束后再试。", "a crawl is running; try again when it has ended."
            ),
            ExitCode.PARTIAL,
        ) from error


def _require_permission(settings: Settings) -> None:
    if not settings.retention.thin_list_pages:
        raise CommandError(
            Bilingual(
                "设置 [retention] thin_list_pages 为 false，未移除任何内容；"
                "要允许移除，请改为 true。",
                "the setting [retention] thin_list_pages is false, so nothing was removed; "
                "set it to true to allow it.",
            )
        )


def _policy_row(settings: Settings) -> dict[str, Any]:
    policy = policy_of(settings.retention, settings.obligations)
    return {
        "rule": "list-pages-1",
        "keep_months": policy.keep_months,
        "days_around_due": policy.days_around_due,
        "newest_readings": policy.newest_readings,
        "due_days": [f"{month:02}-{day:02}" for month, day in sorted(policy.due_days)],
    }


def _plan_rows(planned: Plan) -> list[dict[str, Any]]:
    rows: list[tuple[str, str | None, Counted]] = [("remove", None, planned.removed)]
    rows += [("keep", reason.value, counted) for reason, counted in planned.kept.items()]
    return [
        {"action": action, "reason": reason, "bodies": counted.bodies, "bytes": counted.size}
        for action, reason, counted in rows
    ]


def _plan_lines(planned: Plan, language: Language) -> list[str]:
    def line(what: Bilingual, counted: Counted) -> str:
        return f"{counted.bodies:>9}  {counted.size:>14}  {what.in_language(language)}"

    head = Bilingual("     个数            字节", "   bodies           bytes").in_language(language)
    free = Bilingual("可移除（不证明任何事）", "may be removed: proves nothing")
    kept = [line(_WHY[reason], counted) for reason, counted in planned.kept.items()]
    return [head, *kept, line(free, planned.removed)]


def _tell(invoked: Invocation, done: CarriedOut, numbers: list[int], output: OutputFormat) -> None:
    if output is OutputFormat.JSONL:
        locked = {sha256: iso_utc(until) for sha256, until in sorted(done.locked.items())}
        row = {"deletions": numbers, "removed": done.removed, "kept": done.kept, "locked": locked}
        print_json_lines([row])
    else:
        for line in _told(done, numbers):
            say(line.in_language(invoked.language))
    if done.locked:
        raise typer.Exit(ExitCode.PARTIAL)


def _told(done: CarriedOut, numbers: list[int]) -> Iterator[Bilingual]:
    if numbers:
        names = f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"
        yield Bilingual(
            f"留存决定 {names} 号：已移除 {done.removed} 个，{done.kept} 个因后来又取得而保留。",
            f"deletion {names}: {done.removed} removed; {done.kept} kept, which came again since.",
        )
    else:
        yield Bilingual("没有可移除的内容。", "There is nothing to remove.")
    days = Counter(local_date(until) for until in done.locked.values())
    for day, count in sorted(days.items()):
        yield Bilingual(
            f"{count} 个仍被对象锁定至 {day}；到期后请运行 nianbao retention complete。",
            f"{count} are under object lock until {day}; run 'nianbao retention complete' then.",
        )
