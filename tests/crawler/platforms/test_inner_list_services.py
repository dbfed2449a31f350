"""gkmlpt, the blocks of Hebei and Boda's inverted lists are walked to their end and no further."""

import json
from collections.abc import Callable
from pathlib import Path

from crawler.platforms import choose_platform
from crawler.platforms.model import ListPage, Page, PageRequest

SAVED = Path(__file__).parent / "saved"
API = "http://www.lanxi.example.gov.cn/lxjyj/gkmlpt/api/all/96?page={}&sid=200212"
BLOCK = json.loads((SAVED / "hebei_block.expected.json").read_text("utf-8"))["url"]
Service = Callable[[PageRequest], str | None]


def title(number: int) -> str:
    return f"兰溪县第{number}局2025年政府信息公开工作年度报告"


def walk(first: PageRequest, text: str, service: Service) -> tuple[list[str], list[ListPage]]:
    """Follow the candidates from a first page; a service answers None where it has no page."""
    adapter = choose_platform(Page(url=first.url, text=text))
    pages = [adapter.read_list(Page(url=first.url, text=text, request=first))]
    seen = [item.url for item in pages[0].items]
    while len(pages) < 30:
        for request in pages[-1].next_pages:
            answer = service(request)
            if answer is None:
                continue
            found = adapter.read_list(Page(url=request.url, text=answer, request=request))
            new = [item.url for item in found.items if item.url not in seen]
            if new:
                seen += new
                pages.append(found)
                break
        else:
            return seen, pages
    raise AssertionError("the walk does not end")


def gkmlpt_answer(first: int, last: int, total: int) -> str:
    rows = [
        {
            "title": title(n),
            "display_publish_time": 0,
            "created_at": "2026-01-29 16:25:04",
            "url": ""
            if n % 2
            else f"http://www.lanxi.example.gov.cn/gkmlpt/content/9/9/post_{n}.html",
            "post_url": f"http://www.lanxi.example.gov.cn/gkmlpt/content/9/9/post_{n}.html",
        }
        for n in range(first, last + 1)
    ]
    classify = {"id": 96, "name": "政府信息公开工作年度报告", "post_count": total}
    return json.dumps({"classify": classify, "articles": rows, "total": total})


def test_a_node_of_more_than_a_hundred_rows_is_read_in_as_many_requests_as_it_has_pages() -> None:
    asked: list[str] = []

    def service(request: PageRequest) -> str:
        asked.append(request.url)
        number = request.number or 0
        return gkmlpt_answer(number * 100 - 99, min(number * 100, 230), 230)

    seen, pages = walk(
        PageRequest(url=API.format(1), number=1), gkmlpt_answer(1, 100, 230), service
    )

    assert len(seen) == 230
    assert asked == [API.format(2), API.format(3)]
    assert [page.last for page in pages] == [False, False, True]


def test_page_nought_is_page_one_and_leads_to_page_two() -> None:
    page = Page(url=API.format(0), text=gkmlpt_answer(1, 100, 130))

    found = choose_platform(page).read_list(page)

    assert (found.number, found.announced_items, found.last) == (1, 130, False)
    assert [request.url for request in found.next_pages] == [API.format(2)]


def test_a_host_that_gives_the_whole_list_at_once_is_asked_for_no_second_page() -> None:
    page = Page(url=API.format(1), text=gkmlpt_answer(1, 140, 140))

    found = choose_platform(page).read_list(page)

    assert (len(found.items), found.next_pages, found.last) == (140, (), True)


def test_a_refused_second_page_leaves_the_list_unfinished() -> None:
    seen, pages = walk(
        PageRequest(url=API.format(1), number=1), gkmlpt_answer(1, 100, 130), lambda _: None
    )

    assert len(seen) == 100
    assert pages[-1].last is False


def test_a_counter_that_lags_behind_is_no_proof_of_more_nor_of_the_end() -> None:
    page = Page(url=API.format(1), text=gkmlpt_answer(1, 11, 12))

    found = choose_platform(page).read_list(page)

    assert found.last is None
    assert [(request.url, request.probe) for request in found.next_pages] == [(API.format(2), True)]


def test_pages_of_another_size_are_read_on() -> None:
    def service(request: PageRequest) -> str:
        number = request.number or 0
        return gkmlpt_answer(number * 20 - 19, min(number * 20, 70), 70)

    seen, pages = walk(PageRequest(url=API.format(1), number=1), gkmlpt_answer(1, 20, 70), service)

    assert len(seen) == 70
    assert pages[-1].last is None


def test_an_answer_without_rows_is_no_end_of_a_list_that_has_some() -> None:
    request = PageRequest(url=API.format(2), number=2)
    page = Page(url=request.url, text=gkmlpt_answer(1, 0, 130), request=request)

    found = choose_platform(page).read_list(page)

    assert (found.items, found.next_pages, found.last) == ((), (), None)


def block(first: int, last: int, words: str = "") -> str:
    return (
        "".join(
            f'<li class="xxgkgzwjk-list-li"><a href="/columns/29527d47-65f0-4e58-9a95-804549f339e9'
            f'/202601/28/{n:08d}-d54a-40f0-9d7f-060e77400269.html">{title(n)}</a></li>'
            for n in range(first, last + 1)
        )
        + words
    )


def test_a_block_that_tells_no_count_is_read_until_it_brings_nothing() -> None:
    def service(request: PageRequest) -> str:
        number = request.number or 0
        assert request.url == BLOCK.replace("page=1", f"page={number}")
        return block(number * 15 - 14, min(number * 15, 40))

    seen, pages = walk(PageRequest(url=BLOCK, number=1), block(1, 15), service)

    assert len(seen) == 40
    assert pages[-1].last is None


def test_a_block_that_tells_its_count_is_asked_for_no_more() -> None:
    def service(request: PageRequest) -> str:
        assert (request.number or 0) <= 2
        return block(16, 20, '<div class="page">共2页</div>')

    seen, pages = walk(
        PageRequest(url=BLOCK, number=1), block(1, 15, '<div class="page">共2页</div>'), service
    )

    assert len(seen) == 20
    assert pages[-1].last is True


def test_a_column_with_rows_goes_on_with_its_own_block_and_no_other() -> None:
    text = (SAVED / "hebei_column.html").read_text("utf-8")
    url = json.loads((SAVED / "hebei_column.expected.json").read_text("utf-8"))["url"]
    page = Page(url=url, text=text.replace("<ul></ul>", f"<ul>{block(1, 15)}</ul>"))

    found = choose_platform(page).read_list(page)

    assert len(found.items) == 15
    assert [request.url for request in found.next_pages] == [BLOCK.replace("page=1", "page=2")]


SLUG = "https://www.dongping.example.gov.cn/zfxxgk/xxgknb"


def boda_page(number: int, pages: int, *, linked: bool) -> str:
    file = "xxgknb/" if number == 1 else ""
    onward = f'<span class="p_next"><a href="{file}{pages - number}.htm">下页</a></span>'
    rows = "".join(
        f'<li id="line_u7_{n}"><span>2026-01-{n + 10}</span><a href="/info/2061/{number}00{n}.htm">'
        f"<em>{title(number * 10 + n)}</em></a></li>"
        for n in range(6)
    )
    shown = onward if linked and number < pages else ""
    return (
        f"<!--Announced by Visual SiteBuilder 9--><ul>{rows}</ul><div class='pb_sys_common'>"
        f'{shown}<span class="p_t">{number}/{pages}</span></div>'
    )


def test_a_list_numbered_from_its_end_is_walked_by_links_and_without_them() -> None:
    for linked in (True, False):

        def service(request: PageRequest, *, linked: bool = linked) -> str | None:
            file = int(request.url.removeprefix(f"{SLUG}/").removesuffix(".htm"))
            return boda_page(5 - file + 1, 5, linked=linked)

        first = PageRequest(url=f"{SLUG}.htm", number=1)
        seen, pages = walk(first, boda_page(1, 5, linked=linked), service)

        assert len(seen) == 30
        assert [page.number for page in pages] == [1, 2, 3, 4, 5]
        assert [page.last for page in pages] == [False, False, False, False, True]
