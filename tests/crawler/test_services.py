"""Lists that come from a service behind the page."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from storage.models import CrawlState
from tests.crawler.county import report_page
from tests.crawler.portal import Answer, Asked, Site, serve
from tests.crawler.workspace import Field, make_field

COLUMN = "/col/col84242/index.html"
PROXY = "/module/web/jpage/dataproxy.jsp"
TOTAL, PAGE, GROUP = 75, 20, 60


def _title(number: int) -> str:
    return f"清河县第{number}局2023年政府信息公开工作年度报告"


def _path(number: int) -> str:
    return f"/art/2024/1/30/art_84242_{88000 + number}.html"


def _record(number: int) -> str:
    link = f'<a href="{_path(number)}" title="{_title(number)}">{_title(number)}</a>'
    return f"<record><![CDATA[<li>{link}<span>2024-01-30</span></li>]]></record>"


def _column() -> str:
    records = "".join(_record(number) for number in range(GROUP))
    following = (
        f"{PROXY}?startrecord={GROUP + 1}&endrecord={2 * GROUP}&perpage={PAGE}"
        "&amp;columnid=84242&amp;unitid=112233&amp;webid=3095"
    )
    return f"""<!DOCTYPE html><html><head><title>政府信息公开年报</title>
<meta name="ColumnName" content="政府信息公开年报"><script src="/script/jquery.jpage.js"></script>
</head><body><div id="112233"><script type="text/xml"><datastore>
<nextgroup><![CDATA[<a href="{following}"></a>]]></nextgroup>
<recordset>{records}</recordset></datastore></script></div>
<script>$('#112233').jpage({{totalRecord:{TOTAL},openCookies:0,perPage:{PAGE},
proxyUrl:'{PROXY}',columnid:'84242',unitid:'112233',webid:'3095',col:1,appid:1,path:'/',
sourceContentType:1,permissiontype:0,webname:'清河'}});</script></body></html>"""


def _answer_from_proxy(asked: Asked) -> Answer:
    query = {
        **parse_qs(urlsplit(asked.path).query),
        **parse_qs(asked.body.decode()),
    }
    if query.get("columnid") != ["84242"]:
        return Answer(b"", status=404)
    first = int(query["startrecord"][0]) - 1
    last = min(TOTAL, int(query["endrecord"][0]))
    records = "".join(_record(number) for number in range(first, last))
    body = (
        f"<datastore><totalrecord>{TOTAL}</totalrecord><totalpage>4</totalpage>"
        f"<recordset>{records}</recordset></datastore>"
    )
    return Answer(body.encode(), content_type="text/xml; charset=utf-8")


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as site:
        site.page(COLUMN, _column())
        site.routes[PROXY] = _answer_from_proxy
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


def test_a_list_behind_a_proxy_is_read_to_its_announced_end(field: Field, site: Site) -> None:
    field.crawl("watch", "county", fiscal_years="2008")

    [reading] = field.readings("county")
    assert (reading.announced, reading.found, reading.reports) == (TOTAL, TOTAL, TOTAL)
    assert reading.read_to_end, reading.reason
    posts = [asked for asked in site.asked if asked.path.startswith(PROXY)]
    assert posts
    assert all(asked.headers.get("referer") == site.url + COLUMN for asked in posts)


def test_a_proxy_that_answers_nothing_leaves_the_list_unread(field: Field, site: Site) -> None:
    site.routes[PROXY] = Answer(
        b"<datastore><recordset></recordset></datastore>", content_type="text/xml"
    )
    field.crawl("watch", "county", fiscal_years="2008")

    [reading] = field.readings("county")
    assert not reading.read_to_end
    assert not reading.control_passed
    assert field.crawl_of("county").state is CrawlState.PARTIAL
