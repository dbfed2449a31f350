"""A saved page on disk finds its pictures below its own directory, and nowhere else."""

import os
from pathlib import Path
from typing import Any

import pytest

from monitor.file_reading import pictures_beside, read_file
from monitor.reading.model import Image
from monitor.reading.pictured import SMALLEST_TABLE
from monitor.specimens.bundles import zip_file
from monitor.specimens.word import docx_file
from tests.monitor.cli.program import nianbao
from tests.monitor.reading.filing_parts import page_without
from tests.monitor.scene import a_report, as_page, with_cell

BODY = b"\x89PNG\r\n\x1a\n" + b"\x07" * SMALLEST_TABLE
FIN = "清河县财政局"


def beside(page: Path, *sources: str) -> dict[str, bytes]:
    return pictures_beside(page, [Image(source=source) for source in sources])


@pytest.fixture
def page(tmp_path: Path) -> Path:
    directory = tmp_path / "saved"
    (directory / "report_files" / "deep").mkdir(parents=True)
    (tmp_path / "secret.png").write_bytes(BODY)
    for name in ("a.png", "表 1.png", "deep/b.png"):
        (directory / "report_files" / name).write_bytes(BODY)
    return directory / "report.html"


def test_pictures_saved_beside_a_page_are_found(page: Path) -> None:
    sources = [
        "report_files/a.png",
        "./report_files/%E8%A1%A8%201.png",
        "report_files/表 1.png?v=2",
        "report_files/deep/../deep/b.png",
    ]
    assert beside(page, *sources) == dict.fromkeys(sources, BODY)


@pytest.mark.parametrize(
    "source",
    [
        "../secret.png",
        "report_files/../../secret.png",
        "%2e%2e/secret.png",
        "/etc/passwd",
        "file:///etc/passwd",
        "//host/a.png",
        "http://host/report_files/a.png",
        "report_files",
        "report_files/none.png",
        "report_files/a.png\x00",
        "",
        "http://[broken/a.png",
    ],
)
def test_nothing_else_is_opened(page: Path, source: str) -> None:
    assert beside(page, source) == {}


def test_no_link_leads_out_and_no_pipe_is_waited_for(page: Path) -> None:
    (page.parent / "link.png").symlink_to(page.parent.parent / "secret.png")
    (page.parent / "out").symlink_to(page.parent.parent)
    (page.parent / "inside.png").symlink_to(page.parent / "report_files" / "a.png")
    os.mkfifo(page.parent / "pipe.png")
    found = beside(page, "link.png", "out/secret.png", "pipe.png", "inside.png")
    assert found == {"inside.png": BODY}


def test_little_pictures_are_left_out(page: Path) -> None:
    (page.parent / "dot.png").write_bytes(b"tiny")
    assert beside(page, "dot.png") == {}


def test_a_page_whose_picture_cannot_be_read_keeps_its_report_and_says_so(page: Path) -> None:
    text = page_without(a_report(FIN), ["requests"], "<p><img src='report_files/a.png'></p>")
    report = read_file(page, text)
    damage = report.doubtful(table="requests")
    assert damage is not None
    assert damage.code == "picture-unread"
    assert "not at hand" not in damage.detail


def run(*arguments: str | Path) -> tuple[int, list[dict[str, Any]]]:
    done = nianbao("check", *arguments, "--format", "jsonl")
    return done.code, done.objects()


def test_a_zip_gives_one_object_with_the_report_found_and_its_member(tmp_path: Path) -> None:
    path = tmp_path / "年报.zip"
    files = [("清河县教育局.docx", docx_file(a_report("清河县教育局"))), ("x.pdf", b"%PDF-1.4 x")]
    path.write_bytes(
        zip_file([(f"{FIN}.docx", docx_file(a_report(FIN))), *files], charset="gb18030")
    )
    _, (found,) = run(path)
    assert (found["member"], found["agency"]) == (f"{FIN}.docx", FIN)
    assert found["media_type"] == "application/zip"
    reading = found["reading"]
    assert reading["method"] == "zip:docx"
    assert [(item["source"]["member"], item["error"]) for item in reading["beside"]] == [
        ("清河县教育局.docx", None),
        ("x.pdf", "damaged"),
    ]
    _, (other,) = run(path, "--agency", "清河县教育局", "--fiscal-year", "2023")
    assert other["member"] == "清河县教育局.docx"


def test_a_bomb_is_refused_and_the_next_file_is_checked(tmp_path: Path) -> None:
    bomb, page = tmp_path / "bomb.zip", tmp_path / "page.html"
    bomb.write_bytes(zip_file([(f"{number}.bin", b"\x00" * (30 * 2**20)) for number in range(3)]))
    page.write_bytes(as_page(a_report(FIN)))
    code, (refused, checked) = run(bomb, page)
    assert code == 3
    assert refused["error"] is not None
    assert refused["reading"] is None
    assert checked["agency"] == FIN
    assert checked["member"] is None


def test_the_other_files_of_a_bundle_are_named_to_people(tmp_path: Path) -> None:
    changed = with_cell(a_report(FIN), "requests", "new", "total", "77")
    path = tmp_path / "a.zip"
    files = [("a.docx", docx_file(a_report(FIN))), ("b\x1b[31m.html", as_page(changed))]
    files += [("c.pdf", b"%PDF-1.4 x"), ("d.html", as_page(a_report("清河县教育局")))]
    path.write_bytes(zip_file(files))
    done = nianbao("--lang", "en", "check", path)
    for line in (
        "read from a.docx",
        "differs: cells 1",
        "c.pdf was not read",
        "another report: d.html",
    ):
        assert line in done.err
    assert "\x1b[31m" not in done.err
    assert "取自压缩包内的 a.docx" in nianbao("--lang", "zh", "check", path).err
