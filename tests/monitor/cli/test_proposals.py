"""The commands ``nianbao registry proposals``, ``accept`` and ``dismiss``."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.database import create_database_engine, transaction
from storage.models import AgencyKind, AgencyProposal, ProposalState
from storage.workspace import open_workspace
from tests.monitor.cli.program import nianbao

NOW = datetime(2024, 2, 1, tzinfo=UTC)
EVIL = '"><img src=x onerror=alert(1)>\u001b[31m局'


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    place = tmp_path / "workspace"
    assert nianbao("init", workspace=place).code == 0
    portals = tmp_path / "portals.csv"
    portals.write_text("portal,name,division,level,url\nqh,清河县,130534,county,http://q.gov.cn/\n")
    assert nianbao("registry", "import", portals, workspace=place).code == 0
    engine = create_database_engine(open_workspace(place).database_url)
    with transaction(engine) as session:
        session.add_all(
            AgencyProposal(
                portal_id="qh",
                name=name,
                kind=AgencyKind.DEPARTMENT,
                division="130534",
                title=f"{name}2023年政府信息公开工作年度报告",
                url="http://q.gov.cn/nb/1.html",
                list_url="http://q.gov.cn/nb/",
                sha256="a" * 64,
                count=count,
                first_seen_at=NOW,
                last_seen_at=NOW,
                state=ProposalState.OPEN,
            )
            for name, count in (("清河县民政局", 3), (EVIL, 1))
        )
    engine.dispose()
    return place


def test_a_proposal_comes_with_its_evidence_and_the_row_to_import(workspace: Path) -> None:
    first, _ = nianbao("registry", "proposals", "--format", "jsonl", workspace=workspace).objects()
    assert (first["name"], first["reports"], first["state"]) == ("清河县民政局", 3, "open")
    assert (first["list_url"], first["sha256"]) == ("http://q.gov.cn/nb/", "a" * 64)
    assert first["csv"] == "qh-p1,清河县民政局,department,130534,qh"


def test_what_is_shown_on_the_screen_has_no_escape_codes(workspace: Path) -> None:
    done = nianbao("--lang", "en", "registry", "proposals", workspace=workspace)
    assert "清河县民政局" in done.out
    assert "3 reports" in done.out
    assert "\u001b" not in done.out


def test_people_accept_and_dismiss(workspace: Path) -> None:
    done = nianbao("registry", "accept", "1", "--agency", "qh-mz", workspace=workspace)
    assert done.code == 0
    assert nianbao("registry", "dismiss", "2", workspace=workspace).code == 0
    assert (
        nianbao("registry", "proposals", "--format", "jsonl", workspace=workspace).objects() == []
    )
    agencies = nianbao("registry", "export", "--kind", "agencies", workspace=workspace).out
    assert "qh-mz,清河县民政局,department,130534,qh" in agencies
    states = nianbao(
        "registry", "proposals", "--all", "--format", "jsonl", workspace=workspace
    ).objects()
    assert {each["state"] for each in states} == {"accepted", "dismissed"}


@pytest.mark.parametrize(
    "words", [("accept", "9"), ("dismiss", "9"), ("accept", "1", "2", "--agency", "x")]
)
def test_what_is_not_there_or_meant_twice_is_a_usage_error(
    workspace: Path, words: tuple[str, ...]
) -> None:
    assert nianbao("registry", *words, workspace=workspace).code == 2


def test_a_row_that_import_refuses_is_named(workspace: Path) -> None:
    done = nianbao(
        "--lang", "en", "registry", "accept", "1", "--division", "1", workspace=workspace
    )
    assert done.code == 2
    assert "division" in done.err
