"""The whole job, end to end: portals, crawl, archive, verdicts, mails, evidence.

The demonstration runs once, through the installed program; the tests look at what it left.
"""

import hashlib
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from monitor.demo.county import last_fiscal_year
from storage.clock import local_date, utc_now
from tests.monitor.cli.program import nianbao

pytestmark = pytest.mark.slow

TODAY = local_date(utc_now())
YEAR = last_fiscal_year(TODAY)


def program(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed program as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "monitor.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that a demonstration left."""
    directory = tmp_path_factory.mktemp("demo") / "out"
    done = program("--lang", "zh", "demo", "--out", str(directory))
    assert done.returncode == 0, done.stdout + done.stderr
    return directory


def rows(demo: Path, *arguments: str) -> list[dict[str, Any]]:
    done = nianbao(*arguments, "--format", "jsonl", workspace=demo / "workspace")
    assert done.code in (0, 1), done.err
    return done.objects()


@pytest.fixture
def mails(demo: Path) -> list[EmailMessage]:
    return [
        message_from_bytes(path.read_bytes(), policy=default)
        for path in sorted((demo / "mails").glob("*.eml"))
    ]


def test_everybody_stands_where_the_invented_county_put_them(demo: Path) -> None:
    status = rows(demo, "status", "--fiscal-year", str(YEAR))
    states = {row["agency"]: row["state"] for row in status}
    assert Counter(states.values()) == {
        "on_time": 14,
        "late": 1,
        "missing": 1,
        "blocked": 1,
        "unreachable": 1,
        "not_obliged": 1,
    }
    assert states["sf-education"] == "late"
    assert states["sf-civil"] == "missing"
    assert states["sf-police"] == "blocked"
    assert states["sf-water"] == "unreachable"
    assert states["sf-tax"] == "not_obliged"
    [civil] = [row for row in status if row["agency"] == "sf-civil"]
    assert civil["control_passed"] is True
    [education] = [row for row in status if row["agency"] == "sf-education"]
    published_on = min(date(YEAR + 1, 3, 5), TODAY)
    assert education["days_late"] == (published_on - date(YEAR + 1, 1, 31)).days


def test_every_report_is_found_and_no_decoy(demo: Path) -> None:
    reports = rows(demo, "reports")
    assert len(reports) == 47
    assert all("公开" in row["title"] for row in reports)
    assert not any("报表" in row["title"] or "读懂" in row["title"] for row in reports)
    assert all(row["agency"] and row["fiscal_year"] for row in reports)
    kinds = Counter(original["media_type"] for row in reports for original in row["originals"])
    assert kinds["application/pdf"] == 3
    assert sum(count for kind, count in kinds.items() if "wordprocessingml" in kind) == 1


def test_each_fault_is_found_and_nothing_else(demo: Path) -> None:
    """Errors and warnings are exactly the faults that were put in, over all three years."""
    found = {
        (row["agency"], row["rule"]) for row in rows(demo, "findings", "--severity", "warning")
    }
    assert found == {
        ("sf-civil", "report-missing"),
        ("sf-education", "published-late"),
        ("sf-health", "requests-result-sum"),
        ("sf-health", "requests-row-total"),
        ("sf-health", "requests-unbalanced"),
        ("sf-farming", "table-format-outdated"),
        ("sf-farming", "cite-format-superseded"),
        ("sf-science", "title-not-annual-report"),
        ("sf-zone-trade", "fee-statement-missing"),
        ("sf-zone-build", "year-leftover"),
        ("sf-west", "cell-blank"),
        ("sf-east", "report-changed"),
        ("sf-finance", "attachment-only"),
        ("sf-transport", "attachment-only"),
        ("sf-zone", "attachment-only"),
    }


def test_the_right_people_got_the_right_mails(mails: list[EmailMessage]) -> None:
    told = [(message["To"], message["Subject"]) for message in mails]
    assert told == [
        ("supervision@shifan.example", "【年报警示】未公布1份，逾期1份"),
        ("supervision@shifan.example", "【年报变动】核查发现错误4份"),
        ("operator@shifan.example", "【抓取告警】2个网站异常"),
        (
            "supervision@shifan.example",
            f"【年报周报】{YEAR}年度政府信息公开年报 第1期：未公布1，逾期1",
        ),
    ]
    assert len({message["Message-ID"] for message in mails}) == 4


def test_the_digest_carries_a_workbook_of_findings(mails: list[EmailMessage]) -> None:
    [attachment] = mails[3].iter_attachments()
    content = attachment.get_content()
    assert isinstance(content, bytes)
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet is not None
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0][:4] == ("机关", "年度", "级别", "规则")
    assert ("示范县教育局", YEAR, "错误", "published-late") in {line[:4] for line in lines}


def test_the_pack_about_the_missing_report_verifies_with_python_alone(
    demo: Path, tmp_path: Path
) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(demo / "pack", pack)
    command = [sys.executable, "-I", "verify.py"]
    assert subprocess.run(command, cwd=pack, capture_output=True, check=False).returncode == 0
    listed = subprocess.run(
        ["sha256sum", "-c", "--quiet", "manifest-sha256.txt"], cwd=pack, check=False
    )
    assert listed.returncode == 0
    victim = max(
        (path for path in pack.rglob("*") if path.is_file() and path.name != "verify.py"),
        key=lambda path: path.stat().st_size,
    )
    body = bytearray(victim.read_bytes())
    body[len(body) // 2] ^= 1
    victim.chmod(0o644)
    victim.write_bytes(body)
    done = subprocess.run(command, cwd=pack, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert victim.name in done.stdout + done.stderr


def test_an_original_comes_back_byte_for_byte(demo: Path, tmp_path: Path) -> None:
    report = rows(demo, "reports", "--agency", "sf-finance", "--fiscal-year", str(YEAR))[0]
    [pdf] = [item for item in report["originals"] if item["media_type"] == "application/pdf"]
    out = tmp_path / "report.pdf"
    done = nianbao("audit", "original", pdf["sha256"], "--out", out, workspace=demo / "workspace")
    assert done.code == 0, done.err
    assert hashlib.sha256(out.read_bytes()).hexdigest() == pdf["sha256"]
    [checked] = nianbao("check", out, "--format", "jsonl").objects()
    assert checked["fiscal_year"] == YEAR


def test_a_flipped_bit_in_the_archive_is_named(demo: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    shutil.copytree(demo / "workspace", workspace)
    assert nianbao("audit", "verify", workspace=workspace).code == 0
    sha256 = rows(demo, "reports")[0]["originals"][0]["sha256"]
    [victim] = [path for path in (workspace / "archive").rglob("*") if path.name == sha256]
    victim.chmod(0o644)
    body = bytearray(victim.read_bytes())
    body[0] ^= 1
    victim.write_bytes(body)
    done = nianbao("audit", "verify", "--format", "jsonl", workspace=workspace)
    assert done.code == 4
    assert sha256 in done.out


def test_asking_again_tells_of_the_change_that_came_after_and_then_nothing(
    demo: Path, tmp_path: Path
) -> None:
    workspace = tmp_path / "workspace"
    shutil.copytree(demo / "workspace", workspace)
    before = rows(demo, "outbox")
    assert "1 events, 1 mails" in nianbao("--lang", "en", "alerts", workspace=workspace).err
    assert "0 events, 0 mails" in nianbao("--lang", "en", "alerts", workspace=workspace).err
    after = nianbao("outbox", "--format", "jsonl", workspace=workspace).objects()
    assert len(after) == len(before) + 1
    assert "公布后改动" in after[-1]["subject"] or "发布后改动" in after[-1]["subject"]


def test_a_dry_run_writes_the_mail_and_records_nothing(demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "mails"
    before = rows(demo, "outbox")
    done = nianbao("digest", "--dry-run", "--out", out, workspace=demo / "workspace")
    assert done.code == 0, done.err
    [path] = out.glob("*.eml")
    assert "第2期" in message_from_bytes(path.read_bytes(), policy=default)["Subject"]
    assert rows(demo, "outbox") == before


def test_a_directory_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("do not touch")
    assert nianbao("demo", "--out", tmp_path).code == 2
    assert (tmp_path / "thesis.docx").exists()
