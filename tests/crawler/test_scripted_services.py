"""A list whose service is named in a script of the site, crawled over the network."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.models import CrawlState
from tests.crawler.county import report_page
from tests.crawler.portal import Answer, Asked, Site, serve
from tests.crawler.workspace import Field, make_field

SHELL = "/dynamic/zwgk/govInfoPub.html"
COLUMN = f"{SHELL}?categorynum=003168002"
SCRIPT = "/js/webBuilderCommon.js"
SERVICE = "/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
TOTAL, SIZE = 31, 20


def _title(number: int) -> str:
    return f"清河县第{number}局2023年政府信息公开工作年度报告"


def _path(number: int) -> str:
    return f"/govxxgk/LY/2024-01-26/{number:08x}-4d5e-6f70-8192-a3b4c5d6e7f8.html"


def _rows(asked: Asked) -> Answer:
    """Answer as a host that counts pages from nought and wants its parameters wrapped."""
    body = json.loads(asked.body)
    if "params" not in body:
        return Answer(b'{"custom":{},"status":{"code":0}}', content_type="application/json")
    first = body["params"]["pageIndex"] * SIZE
    data = [
        {"realtitle": _title(n), "infourl": _path(n), "infodate": "2024-01-26"}
        for n in range(first, min(first + SIZE, TOTAL))
    ]
    answer = {"custom": {"total": TOTAL, "data": data}, "status": {"code": 1}}
    return Answer(json.dumps(answer).encode(), content_type="application/json")


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as site:
        site.page(
            SHELL,
            '<html><head><meta name="ColumnName" content="政府信息公开年报"></head><body>'
            f'<ul id="govinfolist"></ul><script src="{SCRIPT}"></script></body></html>',
        )
        script = 'var siteInfo = {"projectName":"/EWB-FRONT","siteGuid":"7eb5f7f1-9041"};'
        site.routes[SCRIPT] = Answer(script.encode(), content_type="application/javascript")
        site.routes[SERVICE] = _rows
        for number in range(TOTAL):
            site.page(_path(number), report_page(_title(number)))
        yield site


@pytest.fixture
def field(tmp_path: Path, site: Site) -> Iterator[Field]:
    field = make_field(tmp_path)
    field.register("county", f"{site.url}/")
    field.add_column("county", site.url + COLUMN)
    yield field
    field.engine.dispose()


def test_the_service_is_found_by_the_site_s_script_and_read_to_its_end(
    field: Field, site: Site
) -> None:
    field.crawl("watch", "county", fiscal_years="2008")

    [reading] = field.readings("county")
    assert (reading.announced, reading.found, reading.reports) == (TOTAL, TOTAL, TOTAL)
    assert reading.read_to_end, reading.reason
    posts = [asked for asked in site.asked if asked.path.startswith(SERVICE)]
    assert all(asked.headers["content-type"].startswith("application/json") for asked in posts)


def test_a_second_reading_is_as_whole_as_the_first(field: Field) -> None:
    field.crawl("watch", "county", fiscal_years="2008")
    field.crawl("watch", "county", fiscal_years="2008")

    assert [reading.found for reading in field.readings("county")] == [TOTAL, TOTAL]
    assert all(reading.read_to_end for reading in field.readings("county"))


def test_without_the_script_the_list_is_unread(field: Field, site: Site) -> None:
    site.routes[SCRIPT] = Answer(b"", status=404)
    field.crawl("watch", "county", fiscal_years="2008")

    [reading] = field.readings("county")
    assert not reading.read_to_end
    assert field.crawl_of("county").state is CrawlState.PARTIAL
