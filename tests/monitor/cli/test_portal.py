"""``nianbao portal`` on real servers with real processes: what was not crawled, what is new."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawler.county import COLUMN, fill
from tests.crawler.portal import Answer, Site, serve
from tests.monitor.cli.program import nianbao
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


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    assert nianbao("init", workspace=tmp_path).code == 0
    with (tmp_path / "nianbao.toml").open("a") as file:
        file.write(SETTINGS)
    return tmp_path


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
