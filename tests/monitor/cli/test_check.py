"""The command ``nianbao check``: the objects of the contract, and every way it may end."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.rules import catalogue, rulings
from monitor.rules.catalogue import rulebook
from monitor.specimens.model import Specimen
from monitor.specimens.word import docx_file
from tests.monitor.cli.program import Done, nianbao
from tests.monitor.scene import HOSTILE, YEAR, a_report, as_page, with_cell

AGENCY = "清河县财政局"
NOON = "2024-06-01T12:00+08:00"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NIANBAO_WORKSPACE", "NIANBAO_NOW"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "年报.html"
    path.write_bytes(as_page(a_report(AGENCY)))
    return path


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.html"
    path.write_bytes(as_page(with_cell(a_report(AGENCY), "requests", "new", "total", "99")))
    return path


def check(*arguments: str | Path) -> Done:
    return nianbao("--lang", "en", "check", *arguments, "--as-of", NOON)


def objects(*arguments: str | Path) -> list[dict[str, Any]]:
    return check(*arguments, "--format", "jsonl").objects()


def failed(found: dict[str, Any]) -> set[str]:
    return {row["rule"] for row in found["verdicts"] if row["outcome"] == "fail"}


def test_the_object_has_every_key_of_the_contract(clean: Path) -> None:
    [found] = objects(clean)
    assert set(found) >= {
        *("path", "sha256", "media_type", "title", "agency", "fiscal_year", "format"),
        *("reading", "verdicts", "error"),
    }
    assert found["path"] == str(clean)
    assert found["sha256"] == hashlib.sha256(clean.read_bytes()).hexdigest()
    assert (found["media_type"], found["format"], found["error"]) == ("text/html", "v2021", None)
    assert (found["agency"], found["fiscal_year"]) == (AGENCY, YEAR)
    reading = found["reading"]
    assert set(reading) >= {"complete", "method", "format_found", "sections", "tables"}
    assert set(reading["sections"][0]) >= {"key", "heading", "ordinal", "text"}
    assert reading["tables"]["requests"]["new"]["total"] == "4"
    assert reading["tables"]["remedies"]["suit_after"]["total"] == "0"


def test_every_rule_is_listed_and_a_verdict_has_every_key(wrong: Path) -> None:
    [found] = objects(wrong)
    assert {row["rule"] for row in found["verdicts"]} == set(rulebook())
    assert {row["outcome"] for row in found["verdicts"]} <= {
        *("pass", "fail", "indeterminate", "not_applicable")
    }
    [verdict] = [row for row in found["verdicts"] if row["rule"] == "requests-row-total"]
    assert set(verdict) >= {
        *("rule", "outcome", "severity", "message_zh", "message_en", "basis", "evidence")
    }
    assert (verdict["outcome"], verdict["severity"]) == ("fail", "error")
    evidence = verdict["evidence"][-1]
    assert set(evidence) >= {"quote", "section", "row", "column", "page", "bbox"}
    assert (evidence["section"], evidence["row"]) == ("requests", "new")


def test_a_clean_report_ends_with_0_and_one_with_an_error_with_1(clean: Path, wrong: Path) -> None:
    assert check(clean).code == 0
    done = check(wrong)
    assert done.code == 1
    assert "error requests-row-total" in done.out
    assert check(clean, wrong, "--format", "jsonl").code == 1


def test_one_missing_file_among_several_is_named_and_the_others_are_checked(
    clean: Path, wrong: Path, tmp_path: Path
) -> None:
    missing = tmp_path / "nowhere.pdf"
    done = check(clean, missing, wrong, "--format", "jsonl")
    assert done.code == 3
    first, second, third = done.objects()
    assert (first["error"], third["error"]) == (None, None)
    assert second["error"]["code"] == "missing"
    assert (second["reading"], second["sha256"], second["verdicts"]) == (None, None, [])
    assert set(second) == set(first)
    text = check(clean, missing)
    assert text.code == 3
    assert str(missing) in text.err


def test_a_directory_is_an_input_that_cannot_be_read(tmp_path: Path) -> None:
    done = check(tmp_path, "--format", "jsonl")
    assert done.code == 3
    assert done.objects()[0]["error"]["code"] == "no-file"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 and nothing more", "damaged"),
        (b"\x1f\x8b\x08" + bytes(range(64)), "unsupported-type"),
        (b"<html><h1>2023\xe5\xb9\xb4</h1><img src=scan.jpg></html>", "not-a-report"),
    ],
)
def test_what_cannot_be_read_is_said_to_be_that_and_accuses_nobody(
    tmp_path: Path, body: bytes, code: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(body)
    done = check(path, "--format", "jsonl")
    [found] = done.objects()
    assert (done.code, found["error"]["code"]) == (3, code)
    assert (found["reading"], found["verdicts"]) == (None, [])
    assert found["sha256"] == hashlib.sha256(body).hexdigest()


def test_what_is_given_goes_before_what_the_document_says(clean: Path) -> None:
    [found] = objects(
        *(clean, "--agency", "清河县教育局", "--agency-kind", "department"),
        *("--fiscal-year", "2022", "--published", "2023-05-04", "--url", "http://x.gov.cn/1.html"),
    )
    assert (found["agency"], found["fiscal_year"]) == ("清河县教育局", 2022)
    assert {"published-late", "name-mismatch"} & failed(found)


def test_a_host_that_is_not_official_is_a_finding(clean: Path) -> None:
    [found] = objects(clean, "--url", "http://www.gov.cn.example.com/1.html")
    assert "host-not-official" in failed(found)
    [found] = objects(clean, "--url", "http://www.qinghe.gov.cn/1.html")
    assert "host-not-official" not in failed(found)


def test_last_years_report_is_compared_with(clean: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.html"
    before.write_bytes(as_page(a_report(AGENCY, YEAR - 1, carried_out=2)))
    [found] = objects(clean, "--previous", before)
    assert "history-carried-over" in failed(found)
    [alone] = objects(clean)
    outcomes = {row["rule"]: row["outcome"] for row in alone["verdicts"]}
    assert outcomes["history-carried-over"] == "not_applicable"


def test_an_unreadable_earlier_report_is_told_and_the_rest_is_judged(
    clean: Path, tmp_path: Path
) -> None:
    before = tmp_path / "before.pdf"
    before.write_bytes(b"%PDF-1.4 broken")
    done = check(clean, "--previous", before, "--format", "jsonl")
    assert done.code == 3
    assert len(done.objects()[0]["verdicts"]) == len(rulebook())
    assert "before.pdf" in done.err


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--published", "30 January"], "--published"),
        (["--published", "2024-13-01"], "2024-13-01"),
        (["--fiscal-year", "2007"], "--fiscal-year"),
        (["--fiscal-year", "two"], "--fiscal-year"),
        (["--agency-kind", "club"], "club"),
        (["--previous", "/nowhere/before.pdf"], "/nowhere/before.pdf"),
        (["--format", "xml"], "xml"),
        (["--no-such-option"], "--no-such-option"),
    ],
)
def test_a_wrong_option_is_a_usage_error_that_names_it(
    clean: Path, options: list[str], named: str
) -> None:
    done = check(clean, *options)
    assert (done.code, done.out) == (2, "")
    assert named in done.err


def test_no_path_at_all_is_a_usage_error() -> None:
    assert check().code == 2


def test_a_file_at_which_the_program_fails_does_not_stop_the_others(
    clean: Path, wrong: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = catalogue.judge

    def judge(facts: Any, severities: Any) -> Any:
        if facts.report.tables["requests"].values["new"]["total"].text == "99":
            raise ZeroDivisionError
        return real(facts, severities)

    monkeypatch.setattr(rulings, "judge", judge)
    done = check(wrong, clean, "--format", "jsonl")
    assert done.code == 5
    first, second = done.objects()
    assert first["error"]["code"] == "failed"
    assert second["error"] is None


def test_an_endless_file_is_refused_without_reading_it_all() -> None:
    [found] = objects("/dev/zero")
    assert found["error"]["code"] == "too-large"


def test_a_pipe_is_read_like_a_file(clean: Path) -> None:
    end, other = os.pipe()
    os.write(other, clean.read_bytes())
    os.close(other)
    [found] = objects(f"/dev/fd/{end}")
    os.close(end)
    assert (found["error"], found["agency"]) == (None, AGENCY)


def personal(report: Specimen) -> Specimen:
    texts = {**report.texts, "problems": "联系人身份证号11010519491231002X，全文有误有误。"}
    return replace(report, texts=texts, published_on=date(2024, 1, 20))


def test_personal_data_is_masked_in_what_a_verdict_quotes(tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    path.write_bytes(as_page(personal(a_report(AGENCY))))
    [found] = objects(path)
    assert "11010519491231002X" not in json.dumps(found["verdicts"], ensure_ascii=False)
    assert "11010519491231002X" not in check(path).out


def test_a_hostile_title_is_text_on_the_screen_and_in_json(tmp_path: Path) -> None:
    path = tmp_path / "x\x1b[31m.docx"
    path.write_bytes(docx_file(a_report("清河县[bold]财政局\x9b\u2028")))
    title = replace(a_report(AGENCY), title=HOSTILE.replace("\x00", ""))
    page = tmp_path / "y.html"
    page.write_bytes(as_page(title))
    for done in (check(path, page), check(path, page, "--format", "jsonl")):
        assert not set("\x1b\x9b\x85\u2028\x00") & set(done.out + done.err)
    assert len(done.objects()) == 2


def test_as_a_program_it_leaves_standard_input_alone_and_prints_json_only(
    clean: Path, tmp_path: Path
) -> None:
    odd = tmp_path / os.fsdecode(b"odd-\xff.html")
    odd.write_bytes(clean.read_bytes())
    end, other = os.pipe()
    os.write(other, b"untouched")
    os.close(other)
    command = [sys.executable, "-m", "monitor.cli", "--log-level", "debug", "check"]
    done = subprocess.run(
        [*command, str(clean), str(odd), "--format", "jsonl"],
        stdin=end,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "gbk"},
        check=False,
    )
    left = os.read(end, 100)
    os.close(end)
    assert (done.returncode, left) == (0, b"untouched")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["path"] == str(clean)
    assert first["verdicts"] == second["verdicts"]
