"""Whether an archived page links a file."""

import pytest

from monitor.history.linking import links_to

FILE = "http://www.qh.gov.cn/nb/files/%E5%B9%B4%E6%8A%A5%E9%99%84%E8%A1%A8.pdf"


@pytest.mark.parametrize(
    "page",
    [
        '<a href="files/年报附表.pdf">'.encode(),
        '<a href="files/年报附表.pdf">'.encode("gb18030"),
        b'<a href="/nb/files/%E5%B9%B4%E6%8A%A5%E9%99%84%E8%A1%A8.pdf">',
    ],
)
def test_a_name_is_found_as_it_is_and_escaped_in_either_encoding(page: bytes) -> None:
    assert links_to(page, [FILE]) == {FILE}


def test_a_page_without_the_name_links_nothing() -> None:
    assert links_to("<p>年报附表</p>".encode(), [FILE]) == frozenset()


def test_an_address_that_its_query_tells_is_found_by_the_query() -> None:
    one, other = (f"http://www.qh.gov.cn/down.jsp?id={number}&n=1" for number in (71, 72))
    page = b'<a href="/down.jsp?id=71&amp;n=1">'
    assert links_to(page, [one, other]) == {one}


def test_a_short_name_is_told_by_its_whole_path() -> None:
    one, other = "http://a.gov.cn/2023/1/a.pdf", "http://a.gov.cn/2022/1/a.pdf"
    assert links_to(b'<a href="/2023/1/a.pdf">', [one, other]) == {one}
    assert links_to(b"<p>a.pdf</p>", ["http://a.gov.cn/a"]) == frozenset()
