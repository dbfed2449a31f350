"""Columns whose rows only a service has: what proves them must be asked for."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.crawler.county import AGENCIES, title_of
from tests.crawler.portal import Answer, Asked, Site, serve
from tests.crawler.workspace import Field, make_field

SEARCH = "/module/xxgk/search.jsp"
COLUMN = "/col/col7/index.html"
SHELL = "/govxxgk/001/govInfoPub.html?categorynum=003168002&deptcode=001"
SERVICE = "/EWB-FRONT/rest/lightfrontaction/getgovinfolist"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as site:
        yield site


@pytest.fixture
def field(tmp_path: Path, site: Site) -> Iterator[Field]:
    field = make_field(tmp_path)
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    yield field
    field.engine.dispose()


def _is_found(field: Field, site: Site, address: str, text: str) -> None:
    front = f'<html><title>清河</title><p>欢迎</p><a href="{address}">{text}</a></html>'
    site.page("/", front)
    field.crawl("discovery", "county")

    [column] = field.columns("county")
    assert column.url == site.url + address
    assert column.proof["reports"] == len(AGENCIES)


def test_a_service_that_a_script_of_the_site_tells_of_proves_the_column(
    field: Field, site: Site
) -> None:
    """The host counts its pages from one and answers nothing for page 0."""

    def rows(asked: Asked) -> Answer:
        data = [
            {"realtitle": title_of(name, 2023), "infourl": f"/a/{n}.html", "infodate": "2024-01-15"}
            for n, name in enumerate(AGENCIES)
        ]
        custom = {"total": len(data), "data": data if json.loads(asked.body)["pageIndex"] else []}
        return Answer(json.dumps({"custom": custom}).encode(), content_type="application/json")

    site.page(
        "/govxxgk/001/govInfoPub.html",
        "<html><title>年度报告</title><div class='position'>首页 &gt; 信息公开 &gt; 年度报告</div>"
        "<ul id='list'></ul><script src='/js/webBuilderCommon.js'></script></html>",
    )
    script = b"var siteInfo = {projectName:'/EWB-FRONT',siteGuid:'7eb5f7f1-9041'};"
    site.routes["/js/webBuilderCommon.js"] = Answer(script, content_type="text/javascript")
    site.routes[SERVICE] = rows
    _is_found(field, site, SHELL, "年度报告")


def test_a_service_that_mixes_all_columns_is_asked_until_a_report_of_this_one_came(
    field: Field, site: Site
) -> None:
    pages = {
        1: [("/art/2024/2/1/art_9_1.html", "清河县2023年预算执行情况报告")],
        2: [("/art/2024/1/31/art_7_2.html", "清河县2023年度报告公布情况说明")],
        3: [
            (f"/art/2024/1/15/art_7_{n}.html", title_of(name, 2023))
            for n, name in enumerate(AGENCIES, start=3)
        ],
    }

    def rows(asked: Asked) -> Answer:
        number = int(parse_qs(asked.body.decode())["currpage"][0])
        items = "".join(
            f'<li><a href="{path}">{title}</a><b>2024-01-15</b></li>'
            for path, title in pages[number]
        )
        return Answer(
            f"<ul>{items}</ul><div>共5条 第{number}页 共3页</div>".encode(),
            content_type="text/html; charset=utf-8",
        )

    call = f"{SEARCH}?divid=d7&infotypeId=&jdid=1&area=0010080030"
    site.page(
        COLUMN,
        f"<html><title>年报</title><div class='position'>首页 &gt; 信息公开 &gt; 年报</div>"
        f'<div id="d7"></div><script>ajaxSearch("{call}");</script></html>',
    )
    site.routes[SEARCH] = rows
    _is_found(field, site, COLUMN, "政府信息公开年报")
