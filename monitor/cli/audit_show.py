"""The command ``nianbao audit show``."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.audit import Format, audit, open_holdings, say
from monitor.cli.audit_original import HASH_PREFIX
from monitor.cli.audit_shown import (
    Around,
    capture_object,
    capture_text,
    held_lines,
    load_around,
    repair_line,
)
from monitor.cli.base import CommandError, ExitCode, OutputFormat, invocation, print_json_lines
from monitor.language import Bilingual, Language
from monitor.plain import plain
from storage.captures import FoundCapture, captures_by_hash, captures_by_url
from storage.database import reading

if TYPE_CHECKING:
    from monitor.history.model import Timeline


@audit.command("show")
def show(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="SHA256|URL", help="A hash (8 digits or more), or an address.")
    ],
    output: Format = OutputFormat.TEXT,
) -> None:
    """Tell what happened to a report or an address, by every capture, and who can witness it.

    Example: nianbao audit show http://www.example.gov.cn/zfxxgk/ndbg/
    """
    from monitor.history.timeline import (  # noqa: PLC0415 - loads the rulebook
        find_filings,
        timelines_of,
    )

    invoked = invocation(context)
    with open_holdings(invoked) as holdings, reading(holdings.engine) as session:
        by_hash = HASH_PREFIX.match(what)
        found = captures_by_hash(session, what) if by_hash else captures_by_url(session, what)
        timelines = timelines_of(session, find_filings(session, what)) if found else []
        around = load_around(session, found, timelines)
    if not found:
        raise CommandError(
            Bilingual(f"没有“{what}”的采集记录。", f"there is no capture of {what!r}."),
            ExitCode.PARTIAL,
        )
    if output is OutputFormat.JSONL:
        print_json_lines(capture_object(each, around) for each in found)
    else:
        for line in _lines(found, timelines, around, invoked.language):
            say(line)


def _lines(
    found: Sequence[FoundCapture],
    timelines: Sequence["Timeline"],
    around: Around,
    language: Language,
) -> Iterator[str]:
    for timeline in timelines:
        yield from _timeline_lines(timeline, language)
        yield ""
    if timelines:
        yield Bilingual("采集记录：", "Captures:").in_language(language)
    for each in found:
        yield capture_text(each, around, language)
    for repair in around.repairs:
        yield plain(repair_line(repair).in_language(language))
    yield ""
    for line in held_lines(found, around):
        yield plain(line.in_language(language))


def _timeline_lines(timeline: "Timeline", language: Language) -> Iterator[str]:
    from monitor.history.wording import (  # noqa: PLC0415 - loads the rulebook
        change_lines,
        happening_line,
    )
    from monitor.rules.masking import mask  # noqa: PLC0415 - likewise

    number = Bilingual("年报", "Report").in_language(language)
    yield plain(f"{number} {timeline.filing_id}  {mask(timeline.title)}")
    yield plain(f"  {timeline.url}")
    for happening in timeline.happenings:
        yield plain(f"  {happening_line(happening).in_language(language)}")
        for line in change_lines(happening.change) if happening.change else ():
            yield plain(f"      {line.in_language(language)}")
