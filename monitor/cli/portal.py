"""The commands ``nianbao portal list``, ``add`` and ``explain``."""

import csv
import io
import re
import sys
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

import typer
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from monitor.cli.base import (
    CommandError,
    ExitCode,
    Invocation,
    OutputFormat,
    app,
    invocation,
    print_json_lines,
    screen,
)
from monitor.cli.crawl_view import showing_progress
from monitor.cli.portal_view import print_explanation, print_portals, print_search
from monitor.cli.registry import print_problems
from monitor.due import next_crawl
from monitor.due_facts import portal_times
from monitor.language import Bilingual
from monitor.portal_facts import listed_portals, portal_facts, portal_facts_object
from monitor.portal_search import PortalSearch, search_portal
from storage.clock import iso_utc, utc_now
from storage.database import reading, transaction
from storage.models import Portal, PortalLevel
from storage.registry import Source, import_files

_FILE = "nianbao portal add"
"""What problems of the new row are said to stand in."""
_WEB = re.compile(r"https?://[^/\s]+\S*", re.IGNORECASE)
_NAMELESS = frozenset({"www", "gov", "com", "org", "net", "cn"})
_STORE = Bilingual("把这个网站和以上栏目写入登记？", "Store this portal with these columns?")
_NOT_STORED = Bilingual("没有写入任何内容。", "Nothing was stored.")

portal = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Portals: list them, look at a new one and add it, explain one.\n\n"
    "Example: nianbao portal explain qinghe",
)
app.add_typer(portal, name="portal")

Output = Annotated[OutputFormat, typer.Option("--format", help="How to print.")]


@portal.command("list")
def list_(context: typer.Context, output: Output = OutputFormat.TEXT) -> None:
    """List the registered portals, how their last crawl ended, and when they are due again.

    Example: nianbao portal list --format jsonl
    """
    run = invocation(context)
    workspace = run.workspace()
    with reading(run.engine(workspace)) as session:
        portals = listed_portals(session)
        times = portal_times(session, workspace.settings, utc_now())
    due = {each.portal_id: next_crawl(each) for each in times}
    if output is OutputFormat.TEXT:
        print_portals(portals, due, run.language)
        return
    print_json_lines(
        {
            "portal": each.id,
            "name": each.name,
            "url": each.url,
            "columns": each.columns,
            "state": each.state.value if each.state else None,
            "crawled_at": iso_utc(each.crawled_at) if each.crawled_at else None,
            "control_passed": each.control_passed,
            "next_crawl": day.isoformat() if (day := due.get(each.id)) else None,
        }
        for each in portals
    )


@portal.command("explain")
def explain(
    context: typer.Context,
    portal_id: Annotated[str, typer.Argument(metavar="ID", help="Of a registered portal.")],
    crawls: Annotated[int, typer.Option(min=1, max=100, help="How many of its last crawls.")] = 5,
    output: Output = OutputFormat.TEXT,
) -> None:
    """Say how each column of a portal was found, how its last crawls went, and what to do.

    Example: nianbao portal explain qinghe
    """
    run = invocation(context)
    workspace = run.workspace()
    with reading(run.engine(workspace)) as session:
        _require(session, portal_id)
        facts = portal_facts(
            session,
            portal_id,
            crawls=crawls,
            now=utc_now(),
            rediscover=timedelta(days=workspace.settings.crawler.rediscover_days),
        )
    if output is OutputFormat.JSONL:
        print_json_lines([portal_facts_object(facts)])
    else:
        print_explanation(facts, run.language)


@portal.command("add")
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="The front page of the portal.")],
    name: Annotated[str | None, typer.Option(help="Its name, such as 清河县人民政府.")] = None,
    division: Annotated[str | None, typer.Option(help="GB/T 2260 code of its place.")] = None,
    level: Annotated[PortalLevel | None, typer.Option(help="Whose portal it is.")] = None,
    portal_id: Annotated[
        str | None, typer.Option("--id", help="Its id in the registry; default: from the host.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Store it without asking.")] = False,
    output: Output = OutputFormat.TEXT,
) -> None:
    """Find the annual-report columns of a new portal, show them, and store it if wanted.

    Nothing is stored before somebody has agreed. What is not given is asked for. Exit code 3 if
    no column was found or the portal could not be searched; it can be stored all the same.

    Example: nianbao portal add https://www.qinghe.gov.cn/ --name 清河县 --level county
    """
    run = invocation(context)
    workspace = run.workspace()
    engine = run.engine(workspace)
    identity = portal_id or _id_of(url)
    _refuse_known(engine, url, identity)
    if yes:  # a mistake is told before the search, not after it
        _store(run, engine, _row(run, identity, url, name, division, level), keep=False)
    with showing_progress(screen, run.language) as tell:
        found = search_portal(workspace, url, tell)
    if output is OutputFormat.JSONL:
        print_json_lines([_search_object(found, identity, url)])
    else:
        print_search(found, run.language)
    if yes or _agrees(run):
        row = _row(run, identity, url, name, division, level)
        row["columns"] = "|".join(column.url for column in found.columns)
        _store(run, engine, row)
        _say_stored(run, identity)
    else:
        screen.print(_NOT_STORED.in_language(run.language), markup=False, highlight=False)
    if not found.columns:
        raise typer.Exit(ExitCode.PARTIAL)


def _require(session: Session, portal_id: str) -> None:
    if session.get(Portal, portal_id) is None:
        raise CommandError(
            Bilingual(
                f"登记中没有 {portal_id}；nianbao portal list 列出所有网站。",
                f"{portal_id} is not in the registry; 'nianbao portal list' names all portals.",
            )
        )


def _id_of(url: str) -> str:
    """Return the id that a host suggests: of www.qinghe.gov.cn ``qinghe``."""
    if not _WEB.fullmatch(url):
        raise CommandError(
            Bilingual(
                f"{url} 不是网址；请以 http:// 或 https:// 开头。",
                f"{url} is no web address; it must begin with http:// or https://.",
            )
        )
    labels = (urlsplit(url).hostname or "").lower().split(".")
    named = [label for label in labels if label not in _NAMELESS] or labels
    return re.sub(r"[^a-z0-9]+", "-", "-".join(named)).strip("-")


def _refuse_known(engine: Engine, url: str, identity: str) -> None:
    host = urlsplit(url).netloc.lower()
    with reading(engine) as session:
        for known in session.scalars(select(Portal)):
            if known.id == identity or known.url.rstrip("/") == url.rstrip("/"):
                raise CommandError(
                    Bilingual(
                        f"登记中已有 {known.id}（{known.url}）；另一网站请用 --id 另取编号。",
                        f"{known.id} ({known.url}) is registered already; for another portal of "
                        f"{host} give another --id.",
                    )
                )


def _agrees(run: Invocation) -> bool:
    return sys.stdin.isatty() and typer.confirm(_STORE.in_language(run.language), err=True)


def _row(
    run: Invocation,
    identity: str,
    url: str,
    name: str | None,
    division: str | None,
    level: PortalLevel | None,
) -> dict[str, str]:
    return {
        "portal": identity,
        "name": name or _asked(run, "--name", Bilingual("名称", "Name")),
        "division": division or _asked(run, "--division", Bilingual("行政区划代码", "Division")),
        "level": level.value if level else _asked(run, "--level", Bilingual("层级", "Level")),
        "url": url,
    }


def _asked(run: Invocation, option: str, prompt: Bilingual) -> str:
    """Ask for what an option did not give.

    Raises:
        CommandError: if there is nobody to ask.
    """
    if not sys.stdin.isatty():
        raise CommandError(
            Bilingual(f"写入登记还需要 {option}。", f"{option} is needed to store the portal.")
        )
    answer: str = typer.prompt(prompt.in_language(run.language), err=True)
    return answer


def _store(run: Invocation, engine: Engine, row: dict[str, str], *, keep: bool = True) -> None:
    """Import the row as the registry imports files; without ``keep`` only to see what is wrong.

    Raises:
        Exit: if something is; it has been told.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(row))
    writer.writeheader()
    writer.writerow(row)
    with transaction(engine) as session:
        (result,) = import_files(session, [Source(file=_FILE, content=text.getvalue().encode())])
        if not keep:
            session.rollback()
    if result.problems:
        print_problems([result], run.language)
        raise typer.Exit(ExitCode.USAGE)


def _say_stored(run: Invocation, identity: str) -> None:
    stored = Bilingual(
        f"已写入登记：{identity}。下一步：nianbao crawl --portal {identity}",
        f"Stored as {identity}. Next: nianbao crawl --portal {identity}",
    )
    screen.print(stored.in_language(run.language), markup=False, highlight=False, soft_wrap=True)


def _search_object(found: PortalSearch, identity: str, url: str) -> dict[str, object]:
    return {
        "portal": identity,
        "url": url,
        "state": found.state.value,
        "reason": found.reason,
        "evidence": found.evidence,
        "pages": found.pages,
        "columns": [
            {
                "url": column.url,
                "name": column.name,
                "platform": column.platform,
                "found_by": column.found_by,
                "proof": column.proof,
            }
            for column in found.columns
        ],
    }
