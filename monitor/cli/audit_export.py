"""The commands ``nianbao audit export`` and ``nianbao audit verifier``."""

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.audit import Format, Holdings, audit, open_holdings, refusal, say
from monitor.cli.base import (
    CommandError,
    ExitCode,
    OutputFormat,
    invocation,
    now_or,
    print_json_lines,
)
from monitor.language import Bilingual
from storage.database import reading
from storage.evidence import (
    AbsenceNotProvedError,
    EvidenceError,
    Kind,
    NothingArchivedError,
    Pack,
    export_pack,
    verifier,
)
from storage.workspace import Workspace

if TYPE_CHECKING:
    from monitor.packing import Matter

_KINDS = {
    Kind.AGENCY_YEAR: Bilingual("机关年度证据包", "evidence pack on the agency's year"),
    Kind.FILING: Bilingual("年报证据包", "evidence pack on the report"),
    Kind.ABSENCE: Bilingual("未公布证据包", "evidence pack on the absence"),
}


@audit.command("export")
def export(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty directory.")],
    agency: Annotated[
        str | None, typer.Option("--agency", help="The agency's id in the registry.")
    ] = None,
    fiscal_year: Annotated[
        int | None, typer.Option("--fiscal-year", help="The year reported on.")
    ] = None,
    filing: Annotated[
        str | None,
        typer.Option("--filing", metavar="URL|ID", help="One report, instead of a year."),
    ] = None,
    absence: Annotated[
        bool,
        typer.Option(
            "--absence", help="The proof that there is no report; usual if it is missing."
        ),
    ] = False,
    as_observed: Annotated[
        bool,
        typer.Option("--as-observed", help="Show what was seen even if it proves no absence."),
    ] = False,
    as_of: Annotated[str | None, typer.Option(help="Judge as of this time (ISO 8601).")] = None,
    output: Format = OutputFormat.TEXT,
) -> None:
    """Write an evidence pack that anyone can verify offline with the verify.py inside it.

    Exit code 3 if nothing is archived of it, or an absence is not proved.

    Example: nianbao audit export --agency boai-kjj --fiscal-year 2023 evidence/
    """
    invoked = invocation(context)
    wanted = _Asked(
        agency=agency,
        fiscal_year=fiscal_year,
        filing=filing,
        absence=absence,
        as_observed=as_observed,
        now=now_or(as_of),
    )
    wanted.require_one()
    workspace = invoked.workspace()
    with open_holdings(invoked) as holdings:
        try:
            matter = wanted.matter(holdings, workspace)
            pack = export_pack(
                holdings.engine,
                holdings.archive,
                matter.wanted,
                directory,
                workspace=holdings.directory,
                told=matter.told,
                authorities=workspace.settings.storage.time_authorities,
            )
        except (NothingArchivedError, AbsenceNotProvedError) as error:
            raise refusal(error, ExitCode.PARTIAL) from error
        except EvidenceError as error:
            raise refusal(error, ExitCode.USAGE) from error
    if output is OutputFormat.JSONL:
        print_json_lines([_object(pack)])
    else:
        say(_text(pack).in_language(invoked.language))


@audit.command("verifier")
def write_verifier() -> None:
    """Write the program that checks evidence packs, as every pack holds it.

    Who was given a pack need not trust the copy in it.

    Example: nianbao audit verifier > verify.py
    """
    sys.stdout.flush()
    sys.stdout.buffer.write(verifier())
    sys.stdout.buffer.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the command line asks for."""

    agency: str | None
    fiscal_year: int | None
    filing: str | None
    absence: bool
    as_observed: bool
    now: datetime

    def require_one(self) -> None:
        """Refuse what is neither an agency's year nor a report."""
        year = self.agency is not None and self.fiscal_year is not None
        none_of_year = self.agency is None and self.fiscal_year is None
        plain = not (self.absence or self.as_observed)
        if year if self.filing is None else none_of_year and plain:
            return
        raise CommandError(
            Bilingual(
                "请给出 --agency 和 --fiscal-year，或者只给出 --filing。",
                "give --agency and --fiscal-year, or --filing alone.",
            )
        )

    def matter(self, holdings: Holdings, workspace: Workspace) -> "Matter":
        """Return what the pack is to be about, with what is known of it."""
        from monitor.packing import (  # noqa: PLC0415 - loads the rulebook
            matter_of_agency,
            matter_of_filing,
        )

        with reading(holdings.engine) as session:
            if self.filing is not None:
                return matter_of_filing(session, self.filing)
            assert self.agency is not None
            assert self.fiscal_year is not None
            return matter_of_agency(
                session,
                workspace,
                self.agency,
                self.fiscal_year,
                self.now,
                absence=self.absence,
                as_observed=self.as_observed,
            )


def _object(pack: Pack) -> dict[str, Any]:
    return {
        "directory": str(pack.directory),
        "kind": pack.kind.value,
        "absence_proved": pack.proved,
        "manifest_sha256": pack.manifest_sha256,
        "tagmanifest_sha256": pack.tagmanifest_sha256,
        "filings": pack.filings,
        "originals": pack.originals,
        "captures": pack.captures,
        "checkpoint": pack.checkpoint,
        "signed_by": pack.signed_by,
    }


def _text(pack: Pack) -> Bilingual:
    doubt = Bilingual("", "")
    if pack.proved is False:
        doubt = Bilingual(
            "注意：它只展示当时所见，不证明没有公布。\n",
            "Mind: it shows what was seen and does not prove the absence.\n",
        )
    signed = Bilingual(f"\n签名：{pack.signed_by}", f"\nSigned by: {pack.signed_by}")
    if pack.signed_by is None:
        signed = Bilingual(
            "\n注意：日志的密钥不在手边，整包没有签名；经手的人改动页面和结论不会被发现。",
            "\nMind: the log's key is not at hand, so that the pack is not signed as a whole: who "
            "has it in hand can alter pages and sentences unnoticed.",
        )
    return Bilingual(
        f"{_KINDS[pack.kind].zh}已写入 {pack.directory}：年报 {pack.filings} 份，"
        f"原件 {pack.originals} 个，采集记录 {pack.captures} 条。\n{doubt.zh}"
        f"清单的 SHA-256（请另行保存）：{pack.manifest_sha256}（内容）"
        f"{pack.tagmanifest_sha256}（全部）\n检查点：{pack.checkpoint}{signed.zh}",
        f"The {_KINDS[pack.kind].en} is in {pack.directory}: {pack.filings} reports, "
        f"{pack.originals} originals, {pack.captures} capture records.\n{doubt.en}"
        f"SHA-256 of its manifests (keep them elsewhere): {pack.manifest_sha256} (contents), "
        f"{pack.tagmanifest_sha256} (all)\nCheckpoint: {pack.checkpoint}{signed.en}",
    )
