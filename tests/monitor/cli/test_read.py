"""The command ``nianbao read``: the report as read, for people and for programs."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from monitor.specimens.html import html_body
from monitor.specimens.pdf import pdf_file
from tests.monitor.cli.program import nianbao
from tests.monitor.scene import HOSTILE, a_report, as_page, with_cell

AGENCY = "清河县财政局"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "年报.html"
    path.write_bytes(as_page(with_cell(a_report(AGENCY), "requests", "new", "natural", "4711")))
    return path


def test_people_see_title_sections_and_tables_with_their_official_names(page: Path) -> None:
    done = nianbao("--lang", "zh", "read", page)
    assert done.code == 0
    for shown in (
        AGENCY,
        "一、总体情况",
        "[overview]",
        "本年新收政府信息公开申请数量",
        "自然人",
        "4711",
    ):
        assert shown in done.out
    assert "读取完整" in done.out


def test_english_readers_see_the_keys(page: Path) -> None:
    done = nianbao("--lang", "en", "read", page)
    assert "refuse_petition" in done.out
    assert "Read whole" in done.out


def test_the_object_tells_everything_with_its_place(page: Path) -> None:
    [found] = nianbao("read", page, "--format", "jsonl").objects()
    reading = found["reading"]
    assert (found["agency"], found["error"], found["pictures"]) == (AGENCY, None, [])
    assert reading["tables"]["requests"]["new"]["natural"] == "4711"
    assert reading["places"]["requests"]["new"]["natural"]["path"]
    assert {section["key"] for section in reading["sections"]} >= {"overview", "other_matters"}
    assert all(section["place"] and section["heading"] for section in reading["sections"])
    assert len(reading["printed"]["requests"]["rows"]) == 25


def test_an_unread_cell_is_null_with_its_reason(tmp_path: Path) -> None:
    markup = html_body(a_report(AGENCY)).replace("<td>0</td>", "<td><p>3</p><p>5</p></td>", 1)
    path = tmp_path / "a.html"
    path.write_text(f"<h1>{AGENCY}2023年政府信息公开工作年度报告</h1>{markup}", encoding="utf-8")
    [found] = nianbao("read", path, "--format", "jsonl").objects()
    unread = [
        reason
        for table in found["reading"]["printed"].values()
        for row in table["unread"].values()
        for reason in row.values()
    ]
    assert len(unread) == 1
    assert unread[0]
    assert "?" in nianbao("read", path).out


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(page: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    done = nianbao("read", broken, tmp_path / "none.html", page, "--format", "jsonl")
    codes = [row["error"] and row["error"]["code"] for row in done.objects()]
    assert (done.code, codes) == (3, ["damaged", "missing", None])


def test_no_escape_code_of_a_report_reaches_the_terminal(tmp_path: Path) -> None:
    report = replace(a_report(AGENCY), preamble=f"\x1b[31m{HOSTILE}\x1b]0;x\x07")
    path = tmp_path / "hostile.html"
    path.write_bytes(as_page(report))
    assert "\x1b" not in nianbao("read", path).out


def test_pictures_show_every_page_of_a_pdf(tmp_path: Path) -> None:
    path = tmp_path / "报告.pdf"
    path.write_bytes(pdf_file(a_report(AGENCY)))
    [found] = nianbao("read", path, "--picture", tmp_path / "out", "--format", "jsonl").objects()
    pictures = [Path(name) for name in found["pictures"]]
    assert pictures
    assert pictures == sorted((tmp_path / "out").iterdir())
    with Image.open(pictures[0]) as drawn:
        assert drawn.width > 1000


def test_a_kind_that_cannot_be_drawn_is_told_beside_its_reading(tmp_path: Path, page: Path) -> None:
    done = nianbao(
        *("--lang", "en", "read", page, "--picture", tmp_path / "out"),
        *("--browser", tmp_path / "no-such-chromium", "--format", "jsonl"),
    )
    assert done.code == 3
    assert "no-such-chromium" in done.err
    assert done.objects()[0]["reading"]["tables"]
