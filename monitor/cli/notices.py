"""The command ``nianbao notices``: rectification notices (整改通知)."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.cli.base import (
    CommandError,
    ExitCode,
    Invocation,
    OutputFormat,
    app,
    invocation,
    now_or,
    print_json_lines,
    screen,
)
from monitor.cli.naming import day_of, refuse_unknown
from monitor.cli.terminal import headed_table, print_table, shown
from monitor.language import Bilingual, Language
from monitor.notices.composing import (
    NothingToPutRightError,
    Terms,
    compose,
    issue,
    notice_of,
    number_of,
    open_findings,
)
from monitor.notices.days import last_day
from monitor.notices.document import notice_document
from monitor.notices.following import (
    FATE_NAMES,
    Fate,
    Followed,
    close_done,
    days_left,
    follow,
    open_notices,
)
from monitor.notices.model import Notice
from monitor.notices.page import notice_page
from monitor.rules.model import Severity
from monitor.rules.settings import rulings_of
from storage.clock import local_date
from storage.database import reading, transaction
from storage.models import Agency, RectificationNotice

_notices = typer.Typer(
    help="Ask agencies in writing to put things right, and follow up until they have.\n\n"
    "Example: nianbao notices issue --agency sf-health --fiscal-year 2025 "
    "--answer-by 2026-04-30 --author 王芳 --out notices",
    no_args_is_help=True,
)
app.add_typer(_notices, name="notices")

_Out = Annotated[Path, typer.Option(help="Directory for the .docx and .html files.")]


@_notices.command("issue")
def issue_notices(
    context: typer.Context,
    fiscal_year: Annotated[int, typer.Option(min=2008, max=2100, help="The reports' year.")],
    answer_by: Annotated[str, typer.Option(help="Last day for the answer, such as 2026-04-30.")],
    author: Annotated[str, typer.Option(help="Who issues them.")],
    out: _Out,
    agency: Annotated[
        list[str] | None, typer.Option(help="Only these agencies; default all with findings.")
    ] = None,
    severity: Annotated[
        Severity, typer.Option(help="The least grave findings to list.")
    ] = Severity.WARNING,
    issuer: Annotated[str, typer.Option(help="The office in whose name they are.")] = "",
    contact: Annotated[str, typer.Option(help="Whom to ask: telephone, address.")] = "",
    draft: Annotated[
        bool, typer.Option("--draft", help="Write them without a number, record nothing.")
    ] = False,
) -> None:
    """Write a notice to each agency with open findings, as Word document and web page.

    One that was issued before, and of which something is known to be left, makes it a reminder.
    None is written to an agency that is no more; whoever took its place is named.

    Example: nianbao notices issue --fiscal-year 2025 --answer-by 2026-04-30 --author 王芳
    --issuer 示范县政务公开办 --out notices
    """
    invoked = invocation(context)
    workspace = invoked.workspace()
    now = now_or(None)
    terms = Terms(
        answer_by=_day(answer_by, now),
        author=_required(author, "--author"),
        issuer=issuer.strip(),
        contact=contact.strip(),
        severity=severity.value,
    )
    with transaction(invoked.engine(workspace)) as session:
        agencies = _agencies(session, agency or ())
        rulings = rulings_of(workspace)
        before = follow(session, workspace.settings, rulings, open_notices(session), now)
        close_done(before, now)
        left = {each.notice.id for each in before if each.left}
        found = open_findings(session, workspace.settings, rulings, fiscal_year, now)
        written = []
        for each in agencies:
            if each.id in found and _is_gone(each, now):
                _say_gone(each, invoked)
                continue
            try:
                rows = found.get(each.id, ())
                notice = compose(session, each, fiscal_year, rows, terms, now, left)
            except NothingToPutRightError:
                continue
            if not draft:
                notice = notice_of(session, issue(session, each, notice, terms, now))
            written.append(_write(notice, each.id, out, invoked.language))
    _say_written(written, invoked)
    _say_closed_on(terms.answer_by, invoked)


@_notices.command("list")
def list_notices(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also those that are done with.")] = False,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TEXT,
) -> None:
    """Show what became of the notices; those of which nothing is left are closed.

    Exit code 1 if the day for an answer has passed and something is left.

    Example: nianbao notices list
    """
    invoked = invocation(context)
    workspace = invoked.workspace()
    now = now_or(None)
    with transaction(invoked.engine(workspace)) as session:
        notices = _all(session) if every else open_notices(session)
        followed = follow(session, workspace.settings, rulings_of(workspace), notices, now)
        close_done(followed, now)
        today = local_date(now)
        overdue = any(each.overdue(today) and each.notice.closed_at is None for each in followed)
        if output is OutputFormat.JSONL:
            print_json_lines(_object(each, now) for each in followed)
        else:
            _print(followed, now, invoked.language)
    raise typer.Exit(ExitCode.FINDINGS if overdue else ExitCode.DONE)


@_notices.command("write")
def write_notice(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="Its number, such as 2026-3.")],
    out: _Out,
) -> None:
    """Write an issued notice again, as it was issued.

    Example: nianbao notices write 2026-3 --out notices
    """
    invoked = invocation(context)
    with reading(invoked.engine(invoked.workspace())) as session:
        known = [each for each in _all(session) if number_of(each) == number]
        if not known:
            raise CommandError(
                Bilingual(f"没有第 {number} 号通知。", f"there is no notice No. {number}.")
            )
        path = _write(notice_of(session, known[0]), known[0].agency_id, out, invoked.language)
    _say_written([path], invoked)


def _all(session: Session) -> Sequence[RectificationNotice]:
    return session.scalars(select(RectificationNotice).order_by(RectificationNotice.id)).all()


def _agencies(session: Session, ids: Sequence[str]) -> list[Agency]:
    query = select(Agency).order_by(Agency.id)
    if not ids:
        return list(session.scalars(query))
    refuse_unknown(session, Agency, "--agency", ids)
    return list(session.scalars(query.where(Agency.id.in_(ids))))


def _is_gone(agency: Agency, now: datetime) -> bool:
    return agency.valid_to is not None and agency.valid_to < local_date(now)


def _say_gone(agency: Agency, invoked: Invocation) -> None:
    heir = agency.merged_into or "-"
    text = Bilingual(
        f"{agency.name}（{agency.id}）已于 {agency.valid_to} 撤销，不发通知；承继机关：{heir}。",
        f"{agency.name} ({agency.id}) was dissolved on {agency.valid_to}: no notice; its place was "
        f"taken by: {heir}.",
    )
    screen.print(shown(text.in_language(invoked.language)))


def _say_closed_on(answer_by: date, invoked: Invocation) -> None:
    due = last_day(answer_by)
    if due == answer_by:
        return
    text = Bilingual(
        f"{answer_by} 为休息日，答复在 {due} 以前收到的不作逾期。",
        f"{answer_by} is no working day: answers are in time until {due}.",
    )
    screen.print(text.in_language(invoked.language))


def _write(notice: Notice, agency_id: str, out: Path, language: Language) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    stem = f"{notice.number or 'draft'}-{agency_id}"
    path = out / f"{stem}.docx"
    path.write_bytes(notice_document(notice, language))
    (out / f"{stem}.html").write_text(notice_page(notice, language), encoding="utf-8")
    return path


def _say_written(paths: Sequence[Path], invoked: Invocation) -> None:
    if not paths:
        text = Bilingual("没有需要整改的问题。", "There is nothing to be put right.")
        screen.print(text.in_language(invoked.language))
    for path in paths:
        screen.print(shown(f"{path}, {path.with_suffix('.html').name}"), soft_wrap=True)


def _required(text: str, option: str) -> str:
    if not text.strip():
        raise CommandError(Bilingual(f"{option} 不能为空。", f"{option} must not be empty."))
    return text.strip()


def _day(text: str, now: datetime) -> date:
    day = day_of(text, "--answer-by")
    if day < local_date(now):
        raise CommandError(Bilingual("--answer-by：已过。", "--answer-by: that day has passed."))
    return day


_HEADINGS = (
    Bilingual("编号", "No."),
    Bilingual("机关", "agency"),
    Bilingual("年度", "year"),
    Bilingual("答复期限", "answer by"),
    Bilingual("剩余天数", "days left"),
    *(FATE_NAMES[fate] for fate in Fate),
)


def _print(followed: Sequence[Followed], now: datetime, language: Language) -> None:
    table = headed_table(_HEADINGS, language)
    for each in followed:
        notice = each.notice
        fates = [fate for _, fate in each.fates]
        table.add_row(
            number_of(notice),
            shown(notice.agency.name),
            str(notice.fiscal_year),
            notice.answer_by.isoformat(),
            "-" if notice.closed_at else str(days_left(notice, now)),
            *(str(fates.count(fate)) for fate in Fate),
        )
    print_table(table, language)


def _object(followed: Followed, now: datetime) -> dict[str, object]:
    notice = followed.notice
    return {
        "number": number_of(notice),
        "agency": notice.agency_id,
        "agency_name": notice.agency.name,
        "fiscal_year": notice.fiscal_year,
        "issued_on": local_date(notice.issued_at).isoformat(),
        "answer_by": notice.answer_by.isoformat(),
        "days_left": None if notice.closed_at else days_left(notice, now),
        "author": notice.author,
        "closed_on": local_date(notice.closed_at).isoformat() if notice.closed_at else None,
        "items": [
            {"rule": item.rule, "fingerprint": item.fingerprint, "fate": fate.value}
            for item, fate in followed.fates
        ],
    }
