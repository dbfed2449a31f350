"""Lists that exist only after scripts ran, drawn by a real browser that has no network itself."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
from playwright.async_api import Error as PlaywrightError

from crawler import drawing
from crawler.errors import RenderingUnavailableError
from crawler.rendering import browser_program
from monitor.portal_facts import portal_facts
from storage.clock import utc_now
from storage.database import reading
from storage.models import CrawlState
from tests.crawler.county import AGENCIES, COLUMN, fill, report_path, title_of
from tests.crawler.portal import Answer, Site, serve
from tests.crawler.workspace import Field, make_field

needs_browser = pytest.mark.skipif(
    not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")),
    reason="no Chromium on this machine",
)

SHELL = """<!DOCTYPE html><html><head><title>政府信息公开年报</title>
<meta name="ColumnName" content="政府信息公开年报"><meta name="ColumnType" content="信息公开年报">
</head><body><div id="app"></div><img src="/big.png"><script src="/static/app.js"></script>
</body></html>"""
SCRIPT = """
fetch('/api/list.json').then(r => r.json()).then(function (rows) {
  var list = document.createElement('ul');
  rows.forEach(function (each) {
    var item = document.createElement('li');
    item.innerHTML = '<a href="' + each.url + '" title="' + each.title + '">' + each.title
      + '</a><span>2024-01-15</span>';
    list.appendChild(item);
  });
  document.getElementById('app').appendChild(list);
});
fetch('http://10.0.0.1/steal').catch(function () {});
fetch('/secret/inside.json').catch(function () {});
new WebSocket('ws://127.0.0.1:9/');
document.cookie = 'solved=1';
"""


def _rows() -> str:
    rows = [
        f'{{"url": "{report_path(n)}", "title": "{title_of(agency, 2023)}"}}'
        for n, agency in enumerate(AGENCIES)
    ]
    return f"[{','.join(rows)}]"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as site:
        fill(site)
        site.page(COLUMN, SHELL)
        site.routes["/static/app.js"] = Answer(SCRIPT.encode(), content_type="text/javascript")
        site.routes["/api/list.json"] = Answer(
            _rows().encode(), content_type="application/json; charset=utf-8"
        )
        site.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /secret/\n")
        yield site


def _field(directory: Path, site: Site, render: str) -> Field:
    field = make_field(directory, render=render, timeout=20.0)
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.add_column("county", site.url + COLUMN)
    return field


@pytest.mark.browser
@needs_browser
def test_a_list_drawn_by_scripts_is_read_through_the_crawler(tmp_path: Path, site: Site) -> None:
    field = _field(tmp_path, site, "auto")
    field.crawl("watch", "county")

    crawl = field.crawl_of("county")
    assert crawl.state is CrawlState.COMPLETE, crawl.reason
    assert [filing.title for filing in field.filings("county")] == [
        title_of(agency, 2023) for agency in AGENCIES
    ]
    drawn = [capture for capture in field.captures(COLUMN) if capture.rendered]
    assert len(drawn) == 1
    document = [each for each in field.captures(COLUMN) if each.url == drawn[0].url][-2]
    assert drawn[0].sha256 != document.sha256
    # What is said of the exchange is what was true of the page before its scripts ran.
    assert (drawn[0].headers, drawn[0].address) == (document.headers, "127.0.0.1")
    assert "content-length" in {name.lower() for name, _ in drawn[0].headers}
    [(_, host)] = [pair for pair in drawn[0].request_headers if pair[0].lower() == "host"]
    assert host == site.asked[0].headers["host"]
    assert [capture.status for capture in field.captures("/api/list.json")] == [200]
    field.engine.dispose()


@pytest.mark.browser
@needs_browser
def test_what_a_page_loads_obeys_robots_and_sends_no_cookie_of_a_script(
    tmp_path: Path, site: Site
) -> None:
    field = _field(tmp_path, site, "auto")
    field.crawl("watch", "county")

    assert "/secret/inside.json" not in site.paths()
    assert "/big.png" not in site.paths()
    assert all("solved" not in asked.headers.get("cookie", "") for asked in site.asked)
    assert all(asked.headers["user-agent"].startswith("nianbao/") for asked in site.asked)
    field.engine.dispose()


@pytest.mark.browser
@needs_browser
def test_a_browser_that_has_drawn_its_share_is_replaced(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "PAGES_PER_BROWSER", 1)
    field = _field(tmp_path, site, "auto")
    site.page("/other/", SHELL)
    field.add_column("county", f"{site.url}/other/")
    field.crawl("watch", "county")

    assert [reading.reports for reading in field.readings("county")] == [3, 3]
    field.engine.dispose()


def _with_ids(site: Site) -> None:
    """Have the column's rows carry ids only, of which a script of its own makes addresses."""
    rows = "".join(
        f'<li><a href="javascript:;" data-id="{1000 + n}">{title_of(agency, 2023)}</a></li>'
        for n, agency in enumerate(AGENCIES)
    )
    head = SHELL.partition("<div id")[0]
    site.page(COLUMN, f'{head}<ul>{rows}</ul><script src="/static/app.js"></script></body></html>')
    script = """document.querySelectorAll('[data-id]').forEach(function (link) {
      link.href = '/zwgk/zfxxgk/zfxxgknb/202401/t20240115_' + link.dataset.id + '.html'; });"""
    site.routes["/static/app.js"] = Answer(script.encode(), content_type="text/javascript")


@pytest.mark.browser
@needs_browser
def test_rows_whose_addresses_a_script_makes_are_read_by_a_browser(
    tmp_path: Path, site: Site
) -> None:
    _with_ids(site)
    field = _field(tmp_path, site, "auto")
    field.crawl("watch", "county")

    assert field.crawl_of("county").state is CrawlState.COMPLETE
    assert {filing.url for filing in field.filings("county")} == {
        site.url + report_path(n) for n, _ in enumerate(AGENCIES)
    }
    field.engine.dispose()


def test_without_a_browser_rows_without_addresses_are_unread_and_explained(
    tmp_path: Path, site: Site
) -> None:
    _with_ids(site)
    field = _field(tmp_path, site, "never")
    field.crawl("watch", "county")

    crawl = field.crawl_of("county")
    assert (crawl.state, crawl.control_passed) == (CrawlState.PARTIAL, False)
    with reading(field.engine) as session:
        facts = portal_facts(
            session, "county", crawls=1, now=utc_now(), rediscover=timedelta(days=90)
        )
    assert 'render = "auto"' in str(facts.advice)
    field.engine.dispose()


def test_without_rendering_such_a_column_is_unread_and_never_empty(
    tmp_path: Path, site: Site
) -> None:
    field = _field(tmp_path, site, "never")
    field.crawl("watch", "county")

    [reading] = field.readings("county")
    assert not reading.read_to_end
    assert not reading.control_passed
    assert "scripts" in str(reading.reason)
    assert field.crawl_of("county").state is CrawlState.PARTIAL
    field.engine.dispose()


def test_without_a_browser_such_a_column_is_unread_and_says_why(tmp_path: Path, site: Site) -> None:
    field = _field(tmp_path, site, "auto")
    settings = tmp_path / "nianbao.toml"
    settings.write_text(settings.read_text() + 'browser = "/nowhere/chromium"\n')
    field.crawl("watch", "county")

    [reading] = field.readings("county")
    assert not reading.read_to_end
    assert "/nowhere/chromium" in str(reading.reason)
    field.engine.dispose()


def test_without_a_driver_such_a_column_is_unread_and_says_why(tmp_path: Path, site: Site) -> None:
    field = _field(tmp_path, site, "auto")
    field.environment["PLAYWRIGHT_NODEJS_PATH"] = "/bin/false"
    field.crawl("watch", "county")

    [reading] = field.readings("county")
    assert not reading.read_to_end
    assert "driver does not start" in str(reading.reason)
    assert field.crawl_of("county").state is CrawlState.PARTIAL
    field.engine.dispose()


@pytest.mark.parametrize(
    ("said", "another"),
    [
        (Exception("Connection closed while reading from the driver"), True),
        (PlaywrightError("Target page, context or browser has been closed"), True),
        (PlaywrightError("Target page, context or browser has been closed"), False),
    ],
)
def test_a_browser_that_ends_by_itself_is_replaced_for_the_next_page(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch, said: Exception, another: bool
) -> None:
    drawers = []

    async def ending(drawer: drawing.Drawer, _request: object) -> None:
        drawers.append(drawer)
        drawer.browser = AsyncMock()
        if another:
            drawer.browser.new_context.side_effect = said
        raise said

    monkeypatch.setattr(drawing.Drawer, "download_request", ending)
    field = _field(tmp_path, site, "auto")
    site.page("/other/", SHELL)
    field.add_column("county", f"{site.url}/other/")
    field.crawl("watch", "county")

    assert [str(said) in str(reading.reason) for reading in field.readings("county")] == [True] * 2
    assert "unexpected" not in str(field.crawl_of("county").reason)
    assert (len(drawers), len(set(drawers))) == (2, 2 if another else 1)
    field.engine.dispose()


def test_a_browser_is_taken_from_the_setting_first_then_from_playwright(tmp_path: Path) -> None:
    configured, bundled = tmp_path / "configured", tmp_path / "bundled"
    configured.touch()
    bundled.touch()
    assert browser_program(str(configured), str(bundled)) == str(configured)
    assert browser_program("", str(bundled)) == str(bundled)


def test_no_browser_at_all_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderingUnavailableError):
        browser_program("", str(tmp_path / "none"))
