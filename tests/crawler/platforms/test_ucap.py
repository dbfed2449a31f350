"""UCAP's lists are read to their end by whatever route a site gives: files, services, trees."""

import json
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.platforms import platform_named
from crawler.platforms.model import ListPage, Page, PageRequest
from tests.crawler.platforms.servers import Server, Walked, title, titles

HOST = "https://www.lanxi.example.gov.cn"
CHANNEL = "979dc6eb921b418a9355bc6eb2eac8f4"
LABEL = f'<meta name="channelid" content="{CHANNEL}">'
COLUMN = f"{HOST}/lanxi/c112125/xxgk_list.shtml"
UCAP = platform_named("ucap")


def address(number: int) -> str:
    return f"//www.lanxi.example.gov.cn/lanxi/c112125/202601/{number:032x}.shtml"


def rows(first: int, last: int) -> str:
    return "".join(
        f'<li><a href="{address(number)}" title="{title(number)}">{title(number)}</a>'
        "<span>2026-01-28</span></li>"
        for number in range(first, last + 1)
    )


def list_file(first: int, last: int, *, pages: int, number: int, announced: int) -> str:
    call = f"createPageHTML('page_div',{pages}, {number},'xxgk_list','shtml',{announced});"
    return (
        f"<html><head>{LABEL}</head><body><ul class='list'>{rows(first, last)}</ul>"
        f"<div id='page_div'></div><script>{call}</script></body></html>"
    )


def files(
    total: int, *, shift: int = 0, announced: int | None = None, pages: int | None = None
) -> Server:
    """Return a host whose page ``k`` is the file ``xxgk_list_{k - shift}``, 20 rows each."""
    whole = -(-total // 20)

    def answer(request: PageRequest) -> str | None:
        name = urlsplit(request.url).path.rpartition("/")[2].removesuffix(".shtml")
        count = name.rpartition("_")[2]
        number = int(count) + shift if count.isdigit() else 1
        if name == f"xxgk_list_{1 - shift}" or not 1 <= number <= whole:
            return None
        return list_file(
            (number - 1) * 20 + 1,
            min(number * 20, total),
            pages=pages or whole,
            number=number if pages is None else min(number, pages),
            announced=total if announced is None else announced,
        )

    return answer


def file_column(server: Server) -> Page:
    text = server(PageRequest(url=COLUMN))
    assert text is not None
    return Page(url=COLUMN, text=text)


@pytest.mark.parametrize("total", [5, 20, 21, 61])
@pytest.mark.parametrize("shift", [0, 1])
def test_files_counted_from_one_or_from_nought_are_read_to_their_end(
    total: int, shift: int
) -> None:
    server = files(total, shift=shift)

    found = Walked(file_column(server), server)

    assert found.titles == titles(total)
    assert found.walk.read_to_end


def test_a_total_below_the_rows_of_the_page_does_not_end_the_list() -> None:
    server = files(41, announced=5, pages=1)

    found = Walked(file_column(server), server)

    assert found.titles == titles(41)
    assert found.walk.read_to_end


def test_a_stale_total_of_a_list_with_one_page_costs_two_guesses() -> None:
    server = files(20, announced=5)

    found = Walked(file_column(server), server)

    assert len(found.titles) == 20
    assert found.walk.read_to_end
    assert len(found.requests) == 3


def test_a_page_number_in_the_query_is_never_guessed() -> None:
    server = files(61)

    found = Walked(file_column(server), server)

    assert not any("page=" in request.url for request in found.requests)


def service_rows(first: int, last: int) -> Iterator[dict[str, object]]:
    for number in range(first, last + 1):
        labels = [
            {"key": "writedate", "value": "2026-01-11"},
            {"key": "pubdate", "value": "2026-01-28"},
            {"key": "source", "value": f"第{number}局"},
        ]
        yield {
            "title": title(number),
            "subTitle": "",
            "url": address(number),
            "publishedTimeStr": "2026-01-28 10:25:13",
            "resList": [{"fileName": "年报.pdf", "filePath": f"/c112125/files/{number:032x}.pdf"}],
            "domainMetaList": [{"resultList": labels}],
        }


def asked(request: PageRequest) -> dict[str, str]:
    query = f"{urlsplit(request.url).query}&{request.body}"
    return {key: values[0] for key, values in parse_qs(query, keep_blank_values=True).items()}


def service(route: str, total: int, *, size: int = 15, told: int | None = None) -> Server:
    """Return a host with one route by channel, which gives ``size`` rows whatever is asked."""

    def answer(request: PageRequest) -> str | None:
        if urlsplit(request.url).path != f"{route}{CHANNEL}":
            return None
        number = int(asked(request)["page"])
        given = list(service_rows((number - 1) * size + 1, min(number * size, total)))
        data = {
            "total": total if told is None else told,
            "page": number,
            "rows": size,
            "results": given,
        }
        return json.dumps({"data": data})

    return answer


SHELL = Page(url=COLUMN, text=f"<html><head>{LABEL}</head><body><ul id='list'></ul></body></html>")


@pytest.mark.parametrize("total", [3, 15, 16, 44])
@pytest.mark.parametrize("route", ["/common/search/", "/searchList/", "/search/"])
def test_a_shell_s_rows_are_found_by_its_channel(route: str, total: int) -> None:
    found = Walked(SHELL, service(route, total))

    assert found.titles == titles(total)
    assert found.walk.read_to_end


def test_a_route_that_the_page_names_is_the_only_one_asked() -> None:
    named = Page(url=COLUMN, text=SHELL.text + "<script>$.get('/searchList/'+channelid)</script>")

    found = Walked(named, service("/searchList/", 18))

    assert found.titles == titles(18)
    assert len(found.requests) == 3


def test_a_service_with_smaller_pages_than_asked_is_read_whole() -> None:
    assert Walked(SHELL, service("/common/search/", 44, size=10)).titles == titles(44)


def test_a_service_that_announces_too_few_is_read_until_nothing_comes() -> None:
    found = Walked(SHELL, service("/common/search/", 44, told=9))

    assert found.titles == titles(44)
    assert found.walk.read_to_end


@pytest.mark.parametrize("text", ["", "{}", '{"data":{"results":[]}}', '{"data":null}', "<html>"])
def test_an_answer_without_rows_is_not_the_end(text: str) -> None:
    whole = service("/common/search/", 44)

    def answer(request: PageRequest) -> str | None:
        return text if asked(request).get("page") == "2" else whole(request)

    found = Walked(SHELL, answer)

    assert len(found.titles) == 15
    assert not found.walk.read_to_end


def read_answer(**row: object) -> ListPage:
    text = json.dumps({"data": {"total": 1, "page": 1, "rows": 15, "results": [row]}})
    return UCAP.read_list(Page(url=f"{HOST}/common/search/{CHANNEL}?page=1", text=text))


def test_a_row_brings_day_publisher_and_files() -> None:
    [item] = read_answer(**next(service_rows(1, 1))).items

    assert item.url == f"https:{address(1)}"
    assert item.day == date(2026, 1, 28)
    assert item.source_name == "第1局"
    assert [(file.name, file.url) for file in item.attachments] == [
        ("年报.pdf", f"{HOST}/c112125/files/{1:032x}.pdf")
    ]


def test_a_row_without_a_page_is_its_file_and_the_day_of_writing_is_not_its_day() -> None:
    row = {**next(service_rows(1, 1)), "url": "", "publishedTimeStr": ""}
    row["domainMetaList"] = [{"resultList": [{"key": "writedate", "value": "2026-01-11"}]}]

    [item] = read_answer(**row).items

    assert item.url.endswith(".pdf")
    assert item.day is None
