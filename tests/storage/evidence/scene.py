"""An agency whose report was found, changed a day later, and then seen again."""

import hashlib
import itertools
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from storage.archive import Archive
from storage.captures import Exchange, archive_exchange, make_checkpoint
from storage.clock import SHANGHAI
from storage.database import transaction
from storage.evidence import Ground, Pack, Told, Wanted, export_pack
from storage.models import (
    Agency,
    AgencyKind,
    Capture,
    Column,
    ColumnReading,
    Crawl,
    Filing,
    FilingState,
    Judgement,
    Original,
    OriginalRole,
    Portal,
    PortalLevel,
    StoredReading,
    StoredVerdict,
)
from storage.settings import TimeAuthority

MakeExchange = Callable[..., Exchange]
NOON = datetime(2024, 1, 20, 4, tzinfo=UTC)
NEXT_DAY = NOON + timedelta(days=1)
SECOND, ANSWERED = timedelta(seconds=1), timedelta(microseconds=250_001)
LIST = "http://www.boai.gov.cn/ndbg/"
MORE = LIST + "index_1.html"
PAGE = "http://www.boai.gov.cn/ndbg/2023.html"
PDF = "http://www.boai.gov.cn/ndbg/2023.pdf"
ROBOTS = "http://www.boai.gov.cn/robots.txt"
HOSTILE = '"><img src=x onerror=alert(1)>\x1b[31m../../\n{{ 7*7 }}'
ABSENT = Wanted(agency="boai-jyj", fiscal_year=2023, absence=True)
YEAR = Wanted(agency="boai-kjj", fiscal_year=2023)


def ground(**fields: Any) -> Ground:
    """How the agency without a report stands."""
    usual = {
        "state": "missing",
        "reason_zh": None,
        "reason_en": None,
        "due_on": date(2024, 1, 19),
        "due_at": NOON.astimezone(SHANGHAI),
        "basis_zh": "《条例》第四十九条",
        "basis_en": "Regulation, art. 49",
        "judged_at": NEXT_DAY + timedelta(days=1),
    }
    return Ground(**{**usual, **fields})


@dataclass
class Scene:
    """An agency whose report was found, changed a day later, and then seen again."""

    engine: Engine
    archive: Archive
    directory: Path
    exchange: MakeExchange
    authorities: Sequence[TimeAuthority] = field(default=())

    def export(
        self, wanted: Wanted = YEAR, told: Told | None = None, *, anew: bool = False
    ) -> Pack:
        """Write a pack into ``directory``; ``anew`` clears that first."""
        if anew and self.directory.exists():
            shutil.rmtree(self.directory)
        return export_pack(
            self.engine,
            self.archive,
            wanted,
            self.directory,
            workspace=self.directory.parents[1],
            told=told,
            authorities=self.authorities,
        )

    def absence(self, *, as_observed: bool = False, **fields: Any) -> Pack:
        """Write a pack about the agency without a report."""
        wanted = Wanted(agency="boai-jyj", fiscal_year=2023, absence=True, as_observed=as_observed)
        return self.export(wanted, Told(ground=ground(**fields)))


def add(engine: Engine, *rows: Any) -> None:
    for row in rows:
        with transaction(engine) as session:
            session.add(row)


def maker(crawl_id: int, begin: int = 0) -> MakeExchange:
    """Return a maker of exchanges, each a second after the one before."""
    seconds = itertools.count(begin)

    def make(url: str, **fields: Any) -> Exchange:
        at = NOON + timedelta(seconds=next(seconds))
        if fields.get("crawl_id", crawl_id) != crawl_id:
            at += NEXT_DAY - NOON
        usual: dict[str, Any] = {
            "purpose": "page",
            "crawl_id": crawl_id,
            "requested_at": at,
            "fetched_at": at + ANSWERED,
            "final_url": url,
            "status": 200,
            "request_headers": [("User-Agent", "nianbao")],
            "headers": [("Content-Type", "text/html; charset=utf-8"), ("X-政务", '公开\t"')],
            "media_type": "text/html",
            "body": f"<p>{url}</p>".encode(errors="replace"),
            "address": "192.0.2.7",
        }
        return Exchange(url=url, **{**usual, **fields})

    return make


def build(engine: Engine, archive: Archive, directory: Path) -> Scene:
    """Put the scene into an empty database and archive."""
    exchange = maker(1)
    add(engine, *_registry())
    old, pdf = archive_exchange(
        engine,
        archive,
        [
            exchange(PAGE, body=b"<p>old</p>"),
            exchange(PDF, purpose="attachment", media_type="application/pdf", body=b"%PDF-1.7"),
            exchange(LIST, purpose="list", body=b"<ul>first list</ul>"),
        ],
    )[:2]
    make_checkpoint(engine, archive)
    new = archive_exchange(
        engine,
        archive,
        [
            exchange(PAGE, crawl_id=2, body=b"<p>new</p>"),
            exchange(PDF, crawl_id=2, body=None, status=304),
            exchange(LIST, crawl_id=2, purpose="list", body=None, status=304),
            exchange(MORE, crawl_id=2, purpose="list", body=b"<ul>more</ul>"),
            exchange("http://www.boai.gov.cn/other.html", crawl_id=2, body=b"not of this agency"),
            exchange(ROBOTS, crawl_id=2, purpose="robots", status=404, body=b"none"),
        ],
    )[0]
    add(engine, *_found(old, new, pdf))
    return Scene(engine, archive, directory / "evidence" / "pack", exchange)


def _registry() -> list[Any]:
    return [
        Portal(
            id="boai",
            name="博爱县人民政府",
            division="410822",
            level=PortalLevel.COUNTY,
            url="http://www.boai.gov.cn/",
            known_columns=[],
        ),
        *(
            Crawl(
                id=number,
                run_id=f"run-{number}",
                portal_id="boai",
                started_at=at,
                finished_at=at + timedelta(minutes=2),
                control_passed=True,
            )
            for number, at in ((1, NOON), (2, NEXT_DAY))
        ),
        *(
            Agency(
                id=agency_id,
                name=name,
                kind=AgencyKind.DEPARTMENT,
                division="410822",
                portal_id="boai",
                aliases=[],
            )
            for agency_id, name in (("boai-kjj", HOSTILE), ("boai-jyj", "博爱县教育局"))
        ),
        Column(
            id=1,
            portal_id="boai",
            url=LIST,
            name="年报",
            platform="generic",
            found_by="registry",
            proof={},
            found_at=NOON,
        ),
    ]


def reading(crawl_id: int, at: datetime, **fields: Any) -> ColumnReading:
    """How a crawl read the column."""
    usual = {
        "pages_seen": 2,
        "found": 30,
        "reports": 10,
        "read_to_end": True,
        "control_passed": True,
        "known_before": 9,
        "found_again": 9,
    }
    return ColumnReading(crawl_id=crawl_id, column_id=1, read_at=at, **{**usual, **fields})


def _found(old: int, new: int, pdf: int) -> list[Any]:
    return [
        reading(1, NOON),
        reading(2, NEXT_DAY + timedelta(minutes=1)),
        Filing(
            id=1,
            portal_id="boai",
            column_id=1,
            url=PAGE,
            list_title="2023年年报",
            title="2023年政府信息公开工作年度报告" + HOSTILE,
            agency_id="boai-kjj",
            fiscal_year=2023,
            published_on=date(2024, 1, 19),
            date_candidates=[],
            labels={},
            first_seen_at=NOON,
            last_seen_at=NEXT_DAY + timedelta(minutes=1),
            state=FilingState.CHANGED,
        ),
        *(
            Original(
                filing_id=1,
                capture_id=capture,
                url=url,
                role=role,
                name=HOSTILE,
                sha256=hashlib.sha256(body).hexdigest(),
                media_type=media_type,
                size=len(body),
                fetched_at=at + ANSWERED,
                superseded_at=gone,
            )
            for capture, at, url, role, body, media_type, gone in (
                (old, NOON, PAGE, OriginalRole.PAGE, b"<p>old</p>", "text/html", NEXT_DAY),
                (
                    new,
                    NEXT_DAY + 3 * SECOND,
                    PAGE,
                    OriginalRole.PAGE,
                    b"<p>new</p>",
                    "text/html",
                    None,
                ),
                (
                    pdf,
                    NOON + SECOND,
                    PDF,
                    OriginalRole.ATTACHMENT,
                    b"%PDF-1.7",
                    "application/pdf",
                    None,
                ),
            )
        ),
        Judgement(
            id=1,
            filing_id=1,
            judged_at=NEXT_DAY,
            inputs_sha256="0" * 64,
            read_from=hashlib.sha256(b"%PDF-1.7").hexdigest(),
        ),
        StoredReading(
            filing_id=1,
            key="0" * 64,
            read_from=hashlib.sha256(b"%PDF-1.7").hexdigest(),
            report={"title": "报告"},
        ),
        StoredVerdict(
            judgement_id=1,
            rule="requests-unbalanced",
            outcome="fail",
            severity="error",
            message_zh=f"不平 {HOSTILE}",
            message_en=f"unbalanced {HOSTILE}",
            basis="勾稽关系",
            evidence=[{"quote": HOSTILE, "page": 3}],
        ),
    ]


def name_pages(scene: Scene) -> None:
    """Let the newest reading name its list pages, one of them carried over from the day before."""
    with transaction(scene.engine) as session:
        captures = {(each.crawl_id, each.url): each.id for each in session.query(Capture)}
        newest = session.query(ColumnReading).filter_by(crawl_id=2).one()
        usual = {"list": LIST, "method": "GET", "announced_items": None, "announced_pages": 2}
        newest.pages = [
            {**usual, "url": LIST, "number": 1, "how": "unchanged", "rows": [PAGE],
             "capture": captures[2, LIST], "body": captures[1, LIST]},
            {**usual, "url": MORE, "number": 2, "how": "read", "rows": [LIST + "2022.html"],
             "capture": captures[2, MORE], "body": captures[2, MORE]},
        ]  # fmt: skip
        newest.control = {"found": [PAGE], "missing": []}


def files_of(pack: Path) -> list[str]:
    return sorted(path.relative_to(pack).as_posix() for path in pack.rglob("*") if path.is_file())


def run_verify(
    pack: Path, *options: str, python: str = sys.executable
) -> subprocess.CompletedProcess[str]:
    """Run the pack's own program as a stranger would: nothing installed, nothing else there."""
    return subprocess.run(
        [python, "-I", "-S", "-W", "error", "verify.py", *options],
        cwd=pack,
        capture_output=True,
        text=True,
        check=False,
    )
