"""``nianbao audit history``: for people, for programs, and as a page without scripts."""

from collections.abc import Iterator

import pytest

from monitor.checking import check_filings
from tests.monitor.cli.program import Done, nianbao
from tests.monitor.history.crawling import crawled
from tests.monitor.scene import HOSTILE, NOW, YEAR, Scene, a_report, as_page, at, make_scene
from tests.monitor.scene import with_cell as cell_of

FIN = "清河县财政局"
REPORT = a_report(FIN)
URL = "http://www.qh.gov.cn/nb/one.html"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One report in three versions, and one of which only its page was seen."""
    scene = make_scene(tmp_path_factory.mktemp("history"))
    scene.portal()
    scene.agency("fin", FIN)
    one = crawled(scene, "fin", "one", title=f"年报<script>{HOSTILE}")
    one.see(at(1, 25), as_page(REPORT))
    one.see(at(2, 1), as_page(cell_of(REPORT, "requests", "new", "total", "55")))
    one.see(at(2, 3), as_page(cell_of(REPORT, "requests", "new", "total", "66")))
    crawled(scene, "fin", "two", year=YEAR - 1).see(at(1, 26), b"<p>x</p>")
    check_filings(scene.workspace, scene.engine, NOW)
    yield scene
    scene.engine.dispose()


def history(scene: Scene, *arguments: str, lang: str = "en") -> Done:
    place = ("--workspace", str(scene.workspace.directory), "--lang", lang)
    return nianbao(*place, "audit", "history", *arguments)


def test_it_tells_what_happened_and_each_cell_that_changed(scene: Scene) -> None:
    done = history(scene, URL)
    assert done.code == 0, done.err
    assert "first seen" in done.out
    assert "version 1 → 2: table cell changed (1)" in done.out
    assert "总计: 4 → 55" in done.out
    assert "log position 0" in done.out
    assert "\x1b" not in done.out
    assert "第 2 版 → 第 3 版：表格数据改动 (1)" in history(scene, URL, lang="zh").out


def test_any_two_versions_can_be_compared(scene: Scene) -> None:
    done = history(scene, "1", "--diff", "1", "3")
    assert "总计: 4 → 66" in done.out
    assert "55" not in done.out.partition("version 1 → 3")[2]
    back = history(scene, "1", "--diff", "3", "1", "--format", "jsonl").objects()
    [difference] = back[0]["differences"]
    assert (difference["before"], difference["after"], difference["kind"]) == (3, 1, "number")
    assert [cell["after"] for cell in difference["cells"]] == ["4"]


def test_programs_get_a_line_a_report(scene: Scene) -> None:
    rows = history(scene, "--agency", "fin", "--format", "jsonl").objects()
    assert [(row["filing"], row["fiscal_year"]) for row in rows] == [(1, YEAR), (2, YEAR - 1)]
    assert [version["number"] for version in rows[0]["versions"]] == [1, 2, 3]
    assert rows[1]["versions"][0]["error"] == "not-a-report"
    one = history(scene, "--agency", "fin", "--fiscal-year", str(YEAR), "--format", "jsonl")
    assert len(one.objects()) == 1


def test_the_page_has_both_languages_no_script_and_nothing_unescaped(scene: Scene) -> None:
    page = history(scene, URL, "--format", "html").out
    assert "<script" not in page
    assert "<img" not in page
    assert "default-src 'none'" in page
    assert "table cell changed" in page
    assert "表格数据改动" in page
    assert "<td>55</td>" in page


def test_the_page_can_be_written_to_a_file(scene: Scene) -> None:
    path = scene.workspace.directory / "history.html"
    assert history(scene, URL, "--format", "html", "--out", str(path)).out == ""
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")
    refused = history(scene, URL, "--format", "html", "--out", str(path / "below"))
    assert refused.code == 2


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "name a report"),
        (("1", "--agency", "fin"), 2, "name a report"),
        (("http://www.qh.gov.cn/nowhere.html",), 3, "there is no report"),
        (("--agency", "edu"), 3, "there is no report"),
        (("1", "--diff", "1", "9"), 2, "no version 9; the report has 3"),
        (("--agency", "fin", "--diff", "1", "2"), 2, "for one report"),
    ],
)
def test_what_cannot_be_told_is_refused_with_a_reason(
    scene: Scene, arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = history(scene, *arguments)
    assert done.code == code
    assert says in done.err
