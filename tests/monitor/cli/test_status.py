"""The command ``nianbao status``."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from storage.clock import SHANGHAI
from storage.database import create_database_engine, transaction
from storage.models import (
    Column,
    ColumnReading,
    ColumnState,
    Crawl,
    CrawlState,
    DateSource,
    Filing,
)
from storage.workspace import open_workspace
from tests.monitor.cli.program import Done, nianbao

PORTALS = (
    "portal,name,division,level,url\nqh,清河县,130534,county,http://q.gov.cn/\n"
    "wx,威县,130533,county,http://w.gov.cn/\n"
)
AGENCIES = """agency,name,kind,division,portal
edu,清河县教育局,department,130534,qh
fin,清河县财政局,department,130534,qh
gov,清河县人民政府,government,130534,qh
hostile,"[red]""><img src=x onerror=alert(1)>",department,130534,qh
other,威县财政局,department,130533,wx
tax,国家税务总局清河县税务局,vertical,130534,qh
"""
KEYS = {
    "agency",
    "agency_name",
    "kind",
    "portal",
    "fiscal_year",
    "due_on",
    "state",
    "days_late",
    "report_url",
    "checked_at",
    "control_passed",
    "findings",
}
CRAWLED = datetime(2024, 2, 8, 12, tzinfo=SHANGHAI)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("NIANBAO_NOW", raising=False)
    place = tmp_path / "workspace"
    nianbao("init", workspace=place)
    for name, text in (("portals.csv", PORTALS), ("agencies.csv", AGENCIES)):
        (tmp_path / name).write_text(text)
        assert nianbao("registry", "import", tmp_path / name, workspace=place).code == 0
    return place


def status(workspace: Path, *options: str, as_of: str = "2024-02-10") -> Done:
    return nianbao("status", "--as-of", as_of, *options, workspace=workspace)


def crawl_and_find(workspace: Path) -> None:
    """Store a healthy crawl that found the report of the finance bureau, three days late."""
    engine = create_database_engine(open_workspace(workspace).database_url)
    with transaction(engine) as session:
        session.add(
            Column(
                id=1,
                portal_id="qh",
                url="http://q.gov.cn/nb/",
                name="年报",
                platform="generic",
                found_by="discovery",
                proof={},
                state=ColumnState.ACTIVE,
                found_at=CRAWLED,
            )
        )
        session.add(
            Crawl(
                id=1,
                run_id="1",
                portal_id="qh",
                started_at=CRAWLED,
                state=CrawlState.COMPLETE,
                finished_at=CRAWLED + timedelta(minutes=1),
                control_passed=True,
            )
        )
        session.flush()
        session.add(
            ColumnReading(
                crawl_id=1,
                column_id=1,
                read_at=CRAWLED,
                pages_seen=1,
                found=1,
                reports=1,
                read_to_end=True,
                control_passed=True,
                known_before=0,
                found_again=0,
            )
        )
        for key, day in (("fin", "2024-02-03"), ("hostile", "2024-01-30")):
            published = datetime.fromisoformat(day).date()
            session.add(
                Filing(
                    portal_id="qh",
                    column_id=1,
                    url=f"http://q.gov.cn/nb/{key}.html",
                    list_title="x",
                    title="x",
                    agency_id=key,
                    fiscal_year=2023,
                    labels={},
                    published_on=published,
                    published_on_source=DateSource.PAGE,
                    date_candidates=[{"source": "page", "value": day, "text": day}],
                    first_seen_at=CRAWLED,
                    last_seen_at=CRAWLED,
                )
            )
    engine.dispose()


def test_every_agency_is_one_object_with_the_keys_of_the_contract(workspace: Path) -> None:
    crawl_and_find(workspace)
    done = status(workspace, "--format", "jsonl")
    rows = {row["agency"]: row for row in done.objects()}
    assert done.code == 1
    assert {key: row["state"] for key, row in rows.items()} == {
        "edu": "missing",
        "fin": "late",
        "gov": "not_due",
        "hostile": "on_time",
        "other": "not_checked",
        "tax": "not_obliged",
    }
    assert all(row.keys() >= KEYS for row in rows.values())
    assert rows["fin"]["days_late"] == 3
    assert rows["fin"]["findings"] == {"error": 0, "warning": 0, "info": 0}
    assert rows["edu"]["control_passed"] is True
    assert rows["fin"]["basis"]["zh"]


def test_nothing_missing_or_late_ends_with_code_0(workspace: Path) -> None:
    assert status(workspace).code == 0
    crawl_and_find(workspace)
    assert status(workspace, "--agency", "hostile").code == 0
    assert status(workspace, "--agency", "edu").code == 1


def test_the_default_year_is_the_one_being_reported_on(workspace: Path) -> None:
    rows = status(workspace, "--format", "jsonl", as_of="2025-06-01").objects()
    assert {row["fiscal_year"] for row in rows} == {2024}
    rows = status(
        workspace, "--format", "jsonl", "--fiscal-year", "2017", "--fiscal-year", "2023"
    ).objects()
    assert {(row["fiscal_year"], row["due_on"]) for row in rows if row["agency"] == "fin"} == {
        (2017, "2018-03-31"),
        (2023, "2024-01-31"),
    }


def test_the_environment_may_say_the_time(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_NOW", "2022-02-01T00:00+08:00")
    rows = nianbao("status", "--format", "jsonl", workspace=workspace).objects()
    assert {row["fiscal_year"] for row in rows} == {2021}


def test_portal_and_agency_narrow_the_list_and_unknown_ones_are_refused(workspace: Path) -> None:
    rows = status(workspace, "--portal", "wx", "--format", "jsonl").objects()
    assert [row["agency"] for row in rows] == ["other"]
    for option in ("--portal", "--agency"):
        done = status(workspace, option, "nobody")
        assert done.code == 2
        assert "nobody" in done.err


@pytest.mark.parametrize(
    "options",
    [("--as-of", "soon"), ("--fiscal-year", "1999"), ("--fiscal-year", "x"), ("--format", "xml")],
)
def test_wrong_values_of_options_are_usage_errors(
    workspace: Path, options: tuple[str, ...]
) -> None:
    assert nianbao("status", *options, workspace=workspace).code == 2


@pytest.mark.parametrize(
    ("language", "late", "missing"), [("zh", "逾期", "未公布"), ("en", "late", "missing")]
)
def test_the_table_shows_the_worst_first_and_sums_up(
    workspace: Path, language: str, late: str, missing: str
) -> None:
    crawl_and_find(workspace)
    done = nianbao("--lang", language, "status", "--as-of", "2024-02-10", workspace=workspace)
    lines = done.out.splitlines()
    assert missing in lines[1]
    assert "清河县教育局" in lines[1]
    assert late in lines[2]
    assert "2023" in lines[-1]
    due = {cell_len(line[: line.index("2024-0")]) for line in lines[1:-1]}
    assert len(due) == 1, "Chinese characters are two columns wide"
    assert '[red]"><img src=x onerror=alert(1)>' in done.out


def test_an_escape_code_in_a_name_does_not_reach_the_terminal(workspace: Path) -> None:
    engine = create_database_engine(open_workspace(workspace).database_url)
    with transaction(engine) as session:
        crawl = Crawl(
            run_id="1",
            portal_id="wx",
            started_at=CRAWLED,
            finished_at=CRAWLED,
            state=CrawlState.BLOCKED,
            reason="\x1b[2J\u202e",
        )
        session.add(crawl)
    engine.dispose()
    done = status(workspace, "--agency", "other")
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out


def test_an_empty_registry_says_so(tmp_path: Path) -> None:
    nianbao("init", workspace=tmp_path)
    done = status(tmp_path)
    assert done.code == 0
    assert done.out.strip()
    assert status(tmp_path, "--format", "jsonl").out == ""
