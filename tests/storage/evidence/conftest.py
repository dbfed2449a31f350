"""The scene and a pack of it."""

import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.archive import Archive
from storage.captures import archive_exchange, make_checkpoint
from storage.models import (
    Agency,
    AgencyKind,
    Column,
    ColumnReading,
    Crawl,
    Filing,
    FilingState,
    Judgement,
    Original,
    OriginalRole,
    StoredReading,
    StoredVerdict,
)
from tests.storage.evidence.scene import (
    HOSTILE,
    LIST,
    NEXT_DAY,
    NOON,
    PAGE,
    PDF,
    MakeExchange,
    Scene,
    add,
)


@pytest.fixture
def scene(
    engine: Engine, archive: Archive, exchange: MakeExchange, crawl_id: int, tmp_path: Path
) -> Scene:
    add(
        engine,
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
        Crawl(id=2, run_id="run-2", portal_id="boai", started_at=NEXT_DAY),
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
    )
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
            exchange(LIST + "index_1.html", crawl_id=2, purpose="list", body=b"<ul>more</ul>"),
            exchange("http://www.boai.gov.cn/other.html", crawl_id=2, body=b"not of this agency"),
        ],
    )[0]
    add(
        engine,
        *(
            ColumnReading(
                crawl_id=crawl,
                column_id=1,
                read_at=at,
                pages_seen=2,
                found=30,
                reports=10,
                read_to_end=True,
                control_passed=True,
                known_before=9,
                found_again=9,
            )
            for crawl, at in ((crawl_id, NOON), (2, NEXT_DAY + timedelta(minutes=1)))
        ),
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
                fetched_at=NOON,
            )
            for capture, url, role, body, media_type in (
                (old, PAGE, OriginalRole.PAGE, b"<p>old</p>", "text/html"),
                (new, PAGE, OriginalRole.PAGE, b"<p>new</p>", "text/html"),
                (pdf, PDF, OriginalRole.ATTACHMENT, b"%PDF-1.7", "application/pdf"),
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
            evidence=[{"quote": "3"}],
        ),
    )
    return Scene(engine, archive, tmp_path / "evidence" / "pack")


@pytest.fixture
def pack(scene: Scene) -> Path:
    return scene.export().directory
