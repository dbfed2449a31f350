"""``nianbao portal`` and the record of a run, on real servers with real processes."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.crawl_reports.writing import DIRECTORY, LINES, PAGE
from tests.crawler.county import COLUMN, fill
from tests.crawler.portal import Answer, Site, serve
from tests.monitor.cli.program import Done, nianbao
from tests.monitor.cli.test_crawl import SETTINGS, make_workspace


@pytest.fixture(scope="module", autouse=True)
def no_environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.lower().endswith("_proxy") or name.startswith("NIANBAO"):
                patch.delenv(name)
        yield


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[str, Site]]:
    sites = {name: Site() for name in ("healthy", "walled")}
    fill(sites["healthy"])
    sites["walled"].missing = Answer(b"<script>$_ts=window['$_ts']</script>", status=412)
    with serve(sites["healthy"]), serve(sites["walled"]):
        yield sites


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, sites: dict[str, Site]) -> tuple[Path, Done]:
    place = make_workspace(tmp_path_factory.mktemp("portal"), sites)
    return place, nianbao("--lang", "en", "crawl", workspace=place)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    assert nianbao("init", workspace=tmp_path).code == 0
    with (tmp_path / "nianbao.toml").open("a") as file:
        file.write(SETTINGS)
    return tmp_path


def test_a_run_leaves_its_record_in_the_workspace(crawled: tuple[Path, Done]) -> None:
    place, done = crawled
    (record,) = (place / DIRECTORY).iterdir()
    assert str(record / PAGE) in done.err.replace("\n", "")
    objects = [json.loads(line) for line in (record / LINES).read_text().splitlines()]
    healthy, walled = objects
    assert (healthy["portal"], healthy["state"]) == ("healthy", "complete")
    assert (healthy["reports_found"], len(healthy["originals"])) == (3, 4)
    (column,) = healthy["columns"]
    assert (column["read_to_end"], column["control_passed"]) == (True, True)
    assert column["url"].endswith(COLUMN)
    assert (walled["state"], walled["evidence"]["status"]) == ("blocked", 412)
    assert "never solved" in walled["advice_en"]


def test_the_page_of_a_run_tells_what_is_wrong_first_and_loads_nothing(
    crawled: tuple[Path, Done],
) -> None:
    (record,) = (crawled[0] / DIRECTORY).iterdir()
    page = (record / PAGE).read_text()
    assert page.index('id="walled"') < page.index('id="healthy"')
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "$_ts=window" in page  # what stood in the way, as text


def test_a_portal_is_explained_with_proofs_crawls_and_advice(
    crawled: tuple[Path, Done],
) -> None:
    done = nianbao("--lang", "en", "portal", "explain", "healthy", workspace=crawled[0])
    assert done.code == 0
    assert COLUMN in done.out
    assert "its labels say that it is such a column" in done.out
    assert "4 rows on its first page, 3 of them reports, 1 that only look so" in done.out
    assert "nothing to do" in done.out
    (told,) = nianbao(
        "portal", "explain", "walled", "--format", "jsonl", workspace=crawled[0]
    ).objects()
    assert told["columns"] == []
    assert told["search_next"] is True
    assert told["crawls"][0]["state"] == "blocked"


def test_the_page_that_proves_a_column_is_in_the_archive(crawled: tuple[Path, Done]) -> None:
    (told,) = nianbao(
        "portal", "explain", "healthy", "--format", "jsonl", workspace=crawled[0]
    ).objects()
    (column,) = told["columns"]
    shown = nianbao("audit", "original", column["evidence_sha256"], workspace=crawled[0])
    assert shown.code == 0
    assert "政府信息公开年报" in shown.out


def test_all_portals_are_listed_with_their_last_crawl(crawled: tuple[Path, Done]) -> None:
    listed = nianbao("portal", "list", "--format", "jsonl", workspace=crawled[0]).objects()
    assert [(each["portal"], each["columns"], each["state"]) for each in listed] == [
        ("healthy", 1, "complete"),
        ("walled", 0, "blocked"),
    ]
    assert "blocked" in nianbao("--lang", "en", "portal", "list", workspace=crawled[0]).out


def test_an_unknown_portal_is_refused(empty: Path) -> None:
    done = nianbao("--lang", "en", "portal", "explain", "nowhere", workspace=empty)
    assert done.code == 2
    assert "nowhere is not in the registry" in done.err


def test_a_portal_that_was_never_crawled_is_explained_all_the_same(
    tmp_path: Path, sites: dict[str, Site]
) -> None:
    place = make_workspace(tmp_path, sites)
    done = nianbao("--lang", "en", "portal", "explain", "healthy", workspace=place)
    assert (done.code, "nianbao crawl --portal healthy" in done.out) == (0, True)
    assert "never crawled" in nianbao("--lang", "en", "portal", "list", workspace=place).out


def test_a_new_portal_is_shown_and_not_stored_unless_agreed(
    empty: Path, sites: dict[str, Site]
) -> None:
    done = nianbao("--lang", "en", "portal", "add", sites["healthy"].url + "/", workspace=empty)
    assert done.code == 0
    assert COLUMN in done.out
    assert "Nothing was stored." in done.err
    assert nianbao("portal", "list", "--format", "jsonl", workspace=empty).objects() == []
    assert list((empty / "archive").iterdir()) == []


def test_an_agreed_portal_is_stored_with_its_columns_and_can_be_crawled(
    empty: Path, sites: dict[str, Site]
) -> None:
    url = sites["healthy"].url + "/"
    about = ("--name", "清河县", "--division", "130534", "--level", "county", "--id", "qinghe")
    (found,) = nianbao(
        "portal", "add", url, *about, "--yes", "--format", "jsonl", workspace=empty
    ).objects()
    assert [column["url"] for column in found["columns"]] == [url.rstrip("/") + COLUMN]
    exported = nianbao("registry", "export", "--kind", "portals", workspace=empty).out
    column = url.rstrip("/") + COLUMN
    assert exported.splitlines()[1] == f"qinghe,清河县,130534,county,{url},{column}"
    assert nianbao("crawl", workspace=empty).code == 0
    again = nianbao("--lang", "en", "portal", "add", url, workspace=empty)
    assert (again.code, "is registered already" in again.err) == (2, True)


def test_a_bad_division_is_told_before_the_search(empty: Path, sites: dict[str, Site]) -> None:
    asked = len(sites["healthy"].asked)
    about = ("--name", "清河县", "--division", "13", "--level", "county", "--yes")
    done = nianbao("portal", "add", sites["healthy"].url + "/", *about, workspace=empty)
    assert (done.code, "13" in done.err) == (2, True)
    assert len(sites["healthy"].asked) == asked
    assert nianbao("portal", "list", "--format", "jsonl", workspace=empty).objects() == []


def test_what_is_missing_is_named_when_there_is_nobody_to_ask(
    empty: Path, sites: dict[str, Site]
) -> None:
    done = nianbao("--lang", "en", "portal", "add", sites["healthy"].url, "--yes", workspace=empty)
    assert (done.code, "--name is needed" in done.err) == (2, True)


def test_a_portal_that_refuses_us_is_told_with_what_to_do(
    empty: Path, sites: dict[str, Site]
) -> None:
    done = nianbao("--lang", "en", "portal", "add", sites["walled"].url + "/", workspace=empty)
    assert done.code == 3
    assert "whether the portal has such a column is not known" in done.out
    assert "challenge of Ruishu" in done.out
    assert "never solved" in done.out


def test_something_else_than_a_web_address_is_refused(empty: Path) -> None:
    done = nianbao("--lang", "en", "portal", "add", "qinghe", workspace=empty)
    assert (done.code, "is no web address" in done.err) == (2, True)
