"""What surrounds a report on a page, and bytes in every charset."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.reading.assemble import assemble
from monitor.reading.html import read_html
from monitor.reading.model import Image, Paragraph, UnreadableError
from tests.monitor.building import PREAMBLE
from tests.monitor.reading.reading_of import cells, html_report
from tests.monitor.reading.writing import a_truth, write_html

TRUTH = a_truth(remedies=((1, 2, 3, 4), (0, 0, 1, 0), (10, 20, 0, 5)))
PAGE = write_html(TRUTH).decode()


def _recoded(charset: str, declared: str | None) -> bytes:
    meta = f"<meta charset='{declared}'>" if declared else ""
    return PAGE.replace("<meta charset='utf-8'>", meta).encode(charset)


@pytest.mark.parametrize(
    "body",
    [
        PAGE.encode(),
        b"\xef\xbb\xbf" + PAGE.encode(),
        b"\xff\xfe" + PAGE.encode("utf-16-le"),
        _recoded("gb18030", "gb2312"),
        _recoded("gb18030", "gbk"),
        _recoded("gb18030", None),
        _recoded("gb18030", "utf-8"),
        _recoded("utf-8", "gb2312"),
        _recoded("utf-8", "iso-8859-1"),
        _recoded("utf-8", "no-such-charset"),
        PAGE.encode().replace("首页".encode(), b"\x00"),
    ],
)
def test_a_page_is_read_in_every_charset_and_under_false_labels(body: bytes) -> None:
    report = html_report(body)
    assert cells(report) == TRUTH.cells
    assert report.preamble == PREAMBLE


def test_characters_that_cannot_be_decoded_are_damage() -> None:
    body = PAGE.encode().replace("扎实推进".encode(), b"\xe6\x89")
    assert [damage.code for damage in html_report(body).damage] == ["text-undecodable"]


def test_the_server_may_know_the_charset() -> None:
    body = _recoded("gb18030", None)
    assert cells(assemble(read_html(body, charset="gb2312"))) == TRUTH.cells


def test_navigation_and_footer_are_no_part_of_the_report() -> None:
    report = html_report(PAGE)
    assert "首页" not in report.preamble
    last = report.section("other_matters")
    assert last is not None
    assert last.text == "2023年，示例县科技局没有收取政府信息公开信息处理费。"


def test_labels_and_dates_of_the_page_are_kept() -> None:
    page = PAGE.replace("<h1>", "<div>发布时间：2024-01-26 10:00 来源：县科技局</div><h1>")
    report = html_report(page)
    assert report.labels["articletitle"] == TRUTH.title
    assert report.date_candidates == (("meta", "2024-01-25 09:00"), ("page", "2024-01-26 10:00"))
    assert report.published_on is not None
    assert report.published_on.isoformat() == "2024-01-25"
    assert report.published_on_source == "meta"


@pytest.mark.parametrize(
    "shown",
    [
        "发布时间：2024-01-26 10:00",
        "发布日期: 2024年1月26日",
        "[发布时间] 2024/01/26",
        "发文日期：2024.1.26",
    ],
)
def test_without_labels_the_day_shown_on_the_page_counts(shown: str) -> None:
    page = PAGE.replace('<meta name="PubDate" content="2024-01-25 09:00">', "")
    report = html_report(page.replace("<h1>", f"<p><span>{shown}</span></p><h1>"))
    if shown.startswith("["):
        assert report.published_on is None
        return
    assert report.published_on is not None
    assert report.published_on.isoformat() == "2024-01-26"
    assert report.published_on_source == "page"


@pytest.mark.parametrize("date", ["", "2024-13-45", "${PubDate}", "网站名称", "昨天"])
def test_an_impossible_day_is_no_day(date: str) -> None:
    page = PAGE.replace("2024-01-25 09:00", date)
    assert html_report(page).published_on is None


@pytest.mark.parametrize(
    "style", ["display:none", "DISPLAY : none;", "visibility:hidden", "mso-hide:all"]
)
def test_hidden_elements_are_left_out(style: str) -> None:
    page = PAGE.replace(
        "<h1>", f'<div style="{style}"><p>一、总体情况</p><p>藏起来的话</p></div><h1>'
    )
    report = html_report(page)
    assert "藏起来的话" not in report.preamble + report.text
    assert cells(report) == TRUTH.cells


def test_a_report_that_only_a_script_shows_is_read() -> None:
    page = PAGE.replace("<div class='main'>", "<div class='main' style='display:none'>")
    assert cells(html_report(page)) == TRUTH.cells


def test_a_body_hidden_until_a_script_runs_is_read() -> None:
    assert (
        cells(html_report(PAGE.replace("<body>", "<body style='visibility: hidden'>")))
        == TRUTH.cells
    )


def test_links_to_attachments_are_no_prose() -> None:
    end = "没有收取政府信息公开信息处理费。</p>"
    links = (
        '<p>附件：<a href="./P020240131.pdf">示例县科技局2023年政府信息公开工作年度报告.pdf</a></p>'
        '<p><a href="/system/_content/download.jsp?wbfileid=1">2023年年报</a></p>'
        "<p>示例县科技局2023年政府信息公开工作年度报告</p>"
    )
    last = html_report(PAGE.replace(end, end + links)).section("other_matters")
    assert last is not None
    assert last.text == "2023年，示例县科技局没有收取政府信息公开信息处理费。"


def test_a_link_inside_a_sentence_stays() -> None:
    page = PAGE.replace("（五）监督保障。", '（五）监督保障。见<a href="a.pdf">考核办法</a>全文。')
    overview = html_report(page).section("overview")
    assert overview is not None
    assert "见考核办法全文。" in overview.text


def test_pictures_are_kept_where_they_stand() -> None:
    page = PAGE.replace("</table>", '</table><p><img src="./W0202.png" alt="附表"></p>', 1)
    (image,) = html_report(page).images
    assert image.source == "./W0202.png"
    assert image.place.path is not None


def test_a_second_copy_of_the_report_changes_nothing() -> None:
    start, end = PAGE.index("<h1>"), PAGE.index("</div></div>\n<div class='foot'")
    report = html_report(PAGE[:end] + "<div>" + PAGE[start:end] + "</div>" + PAGE[end:])
    assert cells(report) == TRUTH.cells
    assert not any(table.unknown_rows for table in report.tables.values())


def test_spans_inside_words_and_no_break_spaces_do_no_harm() -> None:
    page = PAGE.replace("<h1>示例县", "<h1>示<span>例</span>县&nbsp;").replace(
        "2023年政府", "<span>20</span><span>23</span>年&nbsp;政府", 3
    )
    report = html_report(page.replace('<meta name="ArticleTitle"', '<meta name="x"'))
    assert report.title == TRUTH.title
    assert report.fiscal_year == 2023


def test_paragraphs_know_their_element() -> None:
    document = read_html(PAGE.encode())
    paragraphs = [block for block in document.blocks if isinstance(block, Paragraph)]
    assert all(paragraph.place.path for paragraph in paragraphs)
    assert paragraphs[0].level == 1


def test_entities_and_addresses_are_not_fetched() -> None:
    page = (
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body>'
        "<p>一、总体情况 &x;</p></body></html>"
    )
    assert "root:" not in html_report(page).text


@pytest.mark.parametrize("body", [b"", b"  \n "])
def test_an_empty_page_says_so(body: bytes) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_html(body)
    assert caught.value.code == "empty"


def test_a_page_nested_too_deeply_says_so() -> None:
    with pytest.raises(UnreadableError) as caught:
        read_html(b"<div>" * 5000 + b"x")
    assert caught.value.code == "limits-exceeded"


def test_a_page_too_large_says_so() -> None:
    with pytest.raises(UnreadableError) as caught:
        read_html(b"x" * 20_000_001)
    assert caught.value.code == "too-large"


_TAGS = st.sampled_from(
    [
        "<table>",
        "</table>",
        "<tr>",
        "<td>",
        "<td\xa0rowspan=3>",
        "<td\xa0colspan=9>",
        "</td>",
        "</tr>",
        "<p>",
        "</p>",
        "<br>",
        "<div>",
        "</div>",
        "<a\xa0href=x.pdf>",
        "<!--",
        "-->",
        "<th>",
        "&nbsp;",
        "一、总体情况",
        "二、主动公开政府信息情况",
        "第二十条第（一）项",
        "信息内容",
        "规章",
        "0",
        "12",
        "行政复议",
        "结果维持",
        "总计",
        "自然人",
        "（七）总计",
        "3.其他",
        "\x00",
        "�",
        "<script>",
    ]
)


@given(st.lists(_TAGS.map(lambda tag: tag.replace("\u00a0", " ")), max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_markup_is_too_broken(parts: list[str]) -> None:
    try:
        document = read_html("".join(parts).encode())
    except UnreadableError:
        return
    assemble(document)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_bytes_are_too_odd(body: bytes) -> None:
    with suppress(UnreadableError):
        assemble(read_html(body))


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\ufeff\ufeff"])
def test_characters_of_two_bytes_are_told_with_and_without_a_mark(charset: str, mark: str) -> None:
    page = f"{mark}<html><body><div><p>一、总体情况</p><p>全年公开信息5条。</p></div></body></html>"
    assert "全年公开信息5条。" in assemble(read_html(page.encode(charset))).text


@pytest.mark.parametrize(
    "written",
    [
        'src="/images/loading.gif" data-src="./W0202.png"',
        'src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-original="./W0202.png"',
        'src="../img/1x1.png" oldsrc="./W0202.png"',
        'data-src="./W0202.png"',
        'src="./W0202.png" data-src="./W0202_small.png"',
        'src="./W0202.png" oldsrc="W0202.png"',
    ],
)
def test_the_real_picture_is_named_where_a_placeholder_stands_for_it(written: str) -> None:
    page = PAGE.replace("</table>", f"</table><p><img {written}></p>", 1)
    (image,) = html_report(page).images
    assert image.source == "./W0202.png"


def test_a_placeholder_alone_is_still_a_picture() -> None:
    page = PAGE.replace("</table>", '</table><p><img src="/images/loading.gif"></p>', 1)
    assert [image.source for image in html_report(page).images] == ["/images/loading.gif"]


def test_a_page_of_pictures_keeps_them_although_its_text_stands_elsewhere() -> None:
    page = (
        "<body><div class='head'><p>示例县人民政府门户网站 2024年1月20日 星期六</p></div>"
        "<div class='text'><p><img src='1.jpg'></p><p><img src='2.jpg'></p></div>"
        "<div class='foot'><p>主办：示例县人民政府办公室 网站标识码：1234567890</p>"
        "</div></body>"
    )
    blocks = read_html(page.encode()).blocks
    assert [block.source for block in blocks if isinstance(block, Image)] == ["1.jpg", "2.jpg"]
