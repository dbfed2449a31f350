"""Every way a portal has of naming its further pages leads to the one after, and to no other."""

import pytest

from crawler.platforms import choose_platform
from crawler.platforms.model import ListPage, Page, PageRequest
from tests.crawler.platforms.pages import COLUMN, list_page, rows


def read(page: Page) -> ListPage:
    return choose_platform(page).read_list(page)


# pager on the page, address of the page, what must be among the first candidates for the next
FIRST_PAGES = {
    "trs": ('<script>createPageHTML(3, 0, "index", "html");</script>', COLUMN, ["index_1.html"]),
    "trs named file": (
        '<script>createPageHTML(3,0,"index","shtml")</script>',
        f"{COLUMN}index.shtml",
        ["index_1.shtml"],
    ),
    "trs unfilled": (
        "<script>createPageHTML(${PAGE_COUNT}, ${PAGE_INDEX}, '${PAGE_NAME}', '${PAGE_EXT}');</script>",
        COLUMN,
        ["index_1.html"],
    ),
    "trs three numbers": (
        '<script>createPageHTML(31, 3, 0, "index", "html")</script>',
        COLUMN,
        ["index_1.html"],
    ),
    "trs Chongqing": (
        '<script>createPage(4, 0, "index", "html")</script>',
        COLUMN,
        ["index_1.html"],
    ),
    "trs object": (
        "<script>Pager({prefix:'index',suffix:'html',current:0,pageCount:4,id:'p'})</script>",
        COLUMN,
        ["index_1.html"],
    ),
    "trs variables": (
        "<script>var currentPage = 0;//所在页从0开始\nvar countPage = 5//共多少页\n</script>",
        COLUMN,
        ["index_1.html"],
    ),
    "trs next(n)": (
        '<div class="page">共27页 <a href="javascript:next(2)">下一页</a></div>',
        COLUMN,
        ["index_1.html"],
    ),
    "Shanghai": (
        '<div class="pagination"></div><script>$(".pagination").pagination({totalPage:7})</script>',
        f"{COLUMN}index.html",
        ["index_2.html"],
    ),
    "Nanjing": (
        '<script>createPageHTML(21, 0, "index", "html");</script>',
        COLUMN,
        ["index_19.html"],
    ),
    "ucap": (
        "<script>createPageHTML('page_div',4, 1,'xxgk_list','shtml',50);</script>",
        "https://www.yunxi.example.gov.cn/yunxi/c100012/xxgk_list.shtml",
        ["https://www.yunxi.example.gov.cn/yunxi/c100012/xxgk_list_2.shtml"],
    ),
    "ucap counted from one less": (
        "<script>createPageHTML('page_div',4, 1,'xxgk_list','shtml',50);</script>",
        "https://www.yunxi.example.gov.cn/yunxi/c100012/xxgk_list.shtml",
        ["https://www.yunxi.example.gov.cn/yunxi/c100012/xxgk_list_1.shtml"],
    ),
    "nfcms": (
        f'<div class="pagediv"><a class="current" href="{COLUMN}index.html">1</a>'
        f'<a href="{COLUMN}index_2.html">2</a><a class="next" href="{COLUMN}index_2.html">下一页</a>'
        f'<a class="last" href="{COLUMN}index_4.html">最后一页</a></div>',
        f"{COLUMN}index.html",
        ["index_2.html"],
    ),
    "boda": (
        '<div class="pb_sys_common pb_sys_normal"><span class="p_t">共52条</span> <span class="p_pages">'
        '<span class="p_first_d">首页</span><span class="p_no_d">1</span><span class="p_no"><a href="xxgknb/10.htm">2</a></span>'
        '<span class="p_next p_fun"><a href="xxgknb/10.htm">下页</a></span><span class="p_last"><a href="xxgknb/1.htm">尾页</a></span>'
        '</span> <span class="p_t">1/11</span></div>',
        "https://www.yunxi.example.gov.cn/zfxxgk/xxgknb.htm",
        ["https://www.yunxi.example.gov.cn/zfxxgk/xxgknb/10.htm"],
    ),
    "Openness": (
        '<div class="pages"><a href="page_2.html">下一页</a><a href="page_9.html">尾页</a></div>',
        "https://www.yunxi.example.gov.cn/OpennessContent/showList/2/106/page_1.html",
        ["https://www.yunxi.example.gov.cn/OpennessContent/showList/2/106/page_2.html"],
    ),
    "Epoint govlist": (
        '<div class="page">共3页</div>',
        "https://www.yunxi.example.gov.cn/govxxgk/govlist.html?deptcode=001&categorynum=003&pageIndex=1",
        [
            "https://www.yunxi.example.gov.cn/govxxgk/govlist.html?deptcode=001&categorynum=003&pageIndex=2"
        ],
    ),
    "static stem": (
        '<div class="page">共3页</div>',
        "https://www.yunxi.example.gov.cn/sgaj/xxgknb.html",
        [
            "https://www.yunxi.example.gov.cn/sgaj/xxgknb_1.html",
            "https://www.yunxi.example.gov.cn/sgaj/xxgknb_2.html",
        ],
    ),
    "gotopage()": (
        '<div class="page">共 3 页 <a href="javascript:void(0)" onclick="gotopage(2)">下一页</a></div>',
        "https://www.yunxi.example.gov.cn/col/13256_883485/index.html",
        ["https://www.yunxi.example.gov.cn/col/13256_883485/index_2.html"],
    ),
    "Changzhou": (
        '<div class="page">1/3</div>',
        "https://www.yunxi.example.gov.cn/class/ALFJELKI",
        ["https://www.yunxi.example.gov.cn/class/ALFJELKI/2"],
    ),
    "Shaanxi": (
        '<div class="page"><a href="1.html">首页</a><a href="2.html">下一页</a><a href="3.html">尾页</a></div>',
        f"{COLUMN}1.html",
        ["2.html"],
    ),
    "Shaanxi, counted only": ('<div class="page">共3页</div>', f"{COLUMN}1.html", ["2.html"]),
    "Ankang": (
        '<div class="page">共3页</div>',
        "https://www.yunxi.example.gov.cn/Node-6059.html",
        ["https://www.yunxi.example.gov.cn/Node-6059_2.html"],
    ),
    "Yichang": (
        '<div class="page">共3页</div>',
        f"{COLUMN}list-42461-1.html",
        ["list-42461-2.html"],
    ),
    "Liaoning": (
        '<div class="page">共3页</div>',
        f"{COLUMN}23a1128b-1.shtml",
        ["23a1128b-2.shtml"],
    ),
    "Chengdu": (
        '<div class="page">共3页</div>',
        f"{COLUMN}column-index-1.shtml",
        ["column-index-2.shtml"],
    ),
    "Tongchuan": (
        '<div class="page">共3页</div>',
        "https://www.yunxi.example.gov.cn/news_list.rt?channlCid=7&pageNo=1",
        ["https://www.yunxi.example.gov.cn/news_list.rt?channlCid=7&pageNo=2"],
    ),
    "Fujian": (
        '<span class="page-tip">共3页</span>',
        f"{COLUMN}index.html",
        ["index_1.html", "index_2.html"],
    ),
    "old Hebei": (
        '<div class="page"><a href="index2.html">下一页</a><a href="index4.html">尾页</a></div>',
        f"{COLUMN}index.html",
        ["index2.html"],
    ),
    "Taiji": (
        '<div style="display:none"><a href="index_2603340_147.html">a</a><a href="index_2603340_146.html">b</a></div>',
        f"{COLUMN}index.html",
        ["index_2603340_147.html"],
    ),
    "eportal": (
        '<div class="page">共3页</div>',
        "https://www.yunxi.example.gov.cn/eportal/ui?pageId=559300&currentPage=1",
        ["https://www.yunxi.example.gov.cn/eportal/ui?pageId=559300&currentPage=2"],
    ),
    "aspx": (
        '<div class="pages"><a href="InfoPublic.aspx?cid=1019&amp;pid=971&amp;page=2&amp;kw=">下一页</a></div>',
        "https://www.yunxi.example.gov.cn/InfoPublic.aspx?cid=1019&pid=971&page=1&kw=",
        ["https://www.yunxi.example.gov.cn/InfoPublic.aspx?cid=1019&pid=971&page=2&kw="],
    ),
    "LonSun": (
        '<div id="page" class="pagination"></div><script>Ls.pagination("#page", function(page, size){ load(page) },'
        " {currPage:1,pageCount:3,pageSize:20,total:46});</script>",
        "https://www.yunxi.example.gov.cn/content/column/10052926?pageIndex=1",
        ["https://www.yunxi.example.gov.cn/content/column/10052926?pageIndex=2"],
    ),
    "numbers only": (
        '<div class="pager"><span class="current">1</span><a href="index_1.html">2</a><a href="index_2.html">3</a></div>',
        COLUMN,
        ["index_1.html"],
    ),
    "signs": (
        '<div class="pager"><b>1</b><a href="index_1.html">&gt;</a><a href="index_8.html">&gt;&gt;</a></div>',
        COLUMN,
        ["index_1.html"],
    ),
    "rel=next": ("", COLUMN, ["index_1.html"]),
    "address in a script link": (
        """<div class="page"><a href="javascript:location.href='index_1.html'">下一页</a></div>""",
        COLUMN,
        ["index_1.html"],
    ),
}


@pytest.mark.parametrize("dialect", FIRST_PAGES)
def test_the_second_page_is_among_the_candidates(dialect: str) -> None:
    pager, url, expected = FIRST_PAGES[dialect]
    head = '<link rel="next" href="index_1.html">' if dialect == "rel=next" else ""

    found = read(list_page(pager, url=url, head=head))

    addresses = [request.url for request in found.next_pages]
    wanted = [address if "://" in address else COLUMN + address for address in expected]
    assert set(wanted) <= set(addresses), addresses
    assert len(addresses) <= 4
    assert found.last is not True
    assert found.number in (None, 1)
    assert all(request.number in (None, 2) for request in found.next_pages)


# a later page of each dialect: pager, address, the only right next one as first candidate
LATER_PAGES = {
    "trs": (
        '<script>createPageHTML(5, 2, "index", "html");</script>',
        "index_2.html",
        "index_3.html",
        3,
    ),
    "trs three numbers": (
        '<script>createPageHTML(50,5,2,"index","html")</script>',
        "index_2.html",
        "index_3.html",
        3,
    ),
    "ucap": (
        "<script>createPageHTML('page_div',5, 3,'list','shtml',70);</script>",
        "list_3.shtml",
        "list_4.shtml",
        3,
    ),
    "ucap counted from one less": (
        "<script>createPageHTML('page_div',5, 3,'list','shtml',70);</script>",
        "list_2.shtml",
        "list_3.shtml",
        3,
    ),
    "Nanjing": (
        '<script>createPageHTML(21, 1, "index", "html");</script>',
        "index_19.html",
        "index_18.html",
        2,
    ),
    "boda": (
        '<div class="pb_sys_common"><span class="p_no_d">2</span><span class="p_next"><a href="9.htm">下页</a></span> 2/11</div>',
        "10.htm",
        "9.htm",
        2,
    ),
    "Taiji": (
        '<div style="display:none"><a href="index_2603340_147.html">a</a><a href="index_2603340_146.html">b</a></div>',
        "index_2603340_147.html",
        "index_2603340_146.html",
        None,
    ),
    "Shaanxi": ('<div class="page">第2页 共3页</div>', "2.html", "3.html", 2),
    "one-based static": (
        '<div class="page"><a class="cur">2</a> 共5页</div>',
        "index_2.html",
        "index_3.html",
        2,
    ),
}


@pytest.mark.parametrize("dialect", LATER_PAGES)
def test_a_later_page_pins_the_dialect_down(dialect: str) -> None:
    pager, name, following, number = LATER_PAGES[dialect]

    found = read(list_page(pager, url=COLUMN + name))

    assert found.next_pages[0].url == COLUMN + following
    assert found.number == number


LAST_PAGES = {
    "trs": ('<script>createPageHTML(3, 2, "index", "html");</script>', "index_2.html"),
    "trs single": ('<script>createPageHTML(1, 0, "index", "html");</script>', ""),
    "ucap": ("<script>createPageHTML('page_div',2, 2,'list','shtml',31);</script>", "list_2.shtml"),
    "boda": (
        '<div class="pb_sys_common"><span class="p_next_d p_fun_d">下页</span><span class="p_last_d">尾页</span> 11/11</div>',
        "1.htm",
    ),
    "next leads nowhere": (
        '<div class="page"><a href="index_4.html">上一页</a> 第6页/共6页 <a href="#">下一页</a></div>',
        "index_5.html",
    ),
    "next leads to itself": (
        '<div class="page">5/5 <a href="index_4.html">下一页</a></div>',
        "index_4.html",
    ),
    "next leads to the start": (
        '<div class="page">5/5 <a href="index.html">下一页</a></div>',
        "index_4.html",
    ),
    "all items are here": ('<div class="page">共12条</div>', ""),
}


@pytest.mark.parametrize("case", LAST_PAGES)
def test_the_last_page_says_so_and_asks_for_nothing(case: str) -> None:
    pager, name = LAST_PAGES[case]

    found = read(list_page(pager, url=COLUMN + name))

    assert found.next_pages == ()
    assert found.last is True
    assert len(found.items) == 12


def test_a_short_list_without_any_pager_is_whole() -> None:
    found = read(list_page(body=f"<ul>{rows(4)}</ul>"))

    assert found.next_pages == ()
    assert found.last is True


def test_more_rows_announced_than_shown_leave_the_list_unfinished() -> None:
    found = read(list_page('<div class="page">共 40 条</div>'))

    assert found.announced_items == 40
    assert found.last is False
    assert found.next_pages


def test_guessed_addresses_are_marked_as_probes_and_linked_ones_are_not() -> None:
    guessed = read(list_page('<script>createPageHTML(3, 0, "index", "html");</script>'))
    linked = read(list_page('<div class="page"><a href="index_1.html">下一页</a></div>'))

    assert all(request.probe for request in guessed.next_pages)
    assert not any(request.probe for request in linked.next_pages)


@pytest.mark.parametrize(
    "pager",
    [
        '<div class="page"><a href="?month=2024-03">下一页</a></div>',
        '<div class="pager"><a href="?year=2024&amp;month=3">&gt;</a></div>',
        '<table class="page"><tr><td><a href="?date=20240301">»</a></td></tr></table>',
        '<div class="page"><a href="https://other.example.com/index_1.html">下一页</a></div>',
    ],
)
def test_calendars_and_other_hosts_are_never_a_next_page(pager: str) -> None:
    assert read(list_page(pager)).next_pages == ()


def test_an_unfilled_pager_element_is_probed_though_it_says_nothing() -> None:
    found = read(list_page('<div id="page_div"></div><script src="/js/page.js"></script>'))

    assert [request.url for request in found.next_pages][:1] == [f"{COLUMN}index_1.html"]
    assert found.last is None


def test_a_first_guess_that_landed_far_down_an_inverted_list_is_taken_back() -> None:
    landed = PageRequest(url=f"{COLUMN}index_1.html", number=2, probe=True)
    page = list_page(
        '<script>createPageHTML(21, 19, "index", "html");</script>',
        url=f"{COLUMN}index_1.html",
        request=landed,
    )

    found = read(page)

    assert found.number == 20
    assert found.next_pages[0].url == f"{COLUMN}index_19.html"
