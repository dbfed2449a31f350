"""Report pages: the day that counts, the files that count, and nothing made up."""

from datetime import date

import pytest

from crawler.platforms.article import read_article
from tests.crawler.platforms.pages import article_page

BODY = "<div id='zoom'><p>本报告由云溪县民政局编制。</p><p>一、总体情况</p></div>"
DAY = date(2024, 1, 31)
PLAIN = "https://www.yunxi.example.gov.cn/show.asp?id=7"


def days(content: str, head: str = "") -> list[tuple[str, date]]:
    article = read_article(article_page(content, url=PLAIN, head=head))
    return [(found.source, found.day) for found in article.days]


@pytest.mark.parametrize(
    "line",
    [
        "发布时间：2024-01-31 15:50",
        "发布日期:2024-01-31",
        "发布日期：[2024-01-31]",
        "【发布时间：2024年1月31日】",
        "日期：2024/01/31 浏览：7",
        "信息来源：民政局　时间：2024.1.31",
        "发 布 时 间 2024-01-31".replace(" ", ""),
        "公开日期：２０２４-０１-３１",
        "发布时间：2024-01-3109:12",
        "成文日期：2024-01-05 发布日期：2024-01-31",
    ],
)
def test_the_visible_day_of_publication_is_read(line: str) -> None:
    assert days(f"<p>{line}</p>{BODY}") == [("page", DAY)]


@pytest.mark.parametrize(
    "line",
    [
        "更新时间：2024-01-31",
        "打印日期：2024-01-31",
        "成文日期：2024-01-31",
        "归档时间：2024-01-31",
        "现在时间：2024-01-31",
        "今天是2024年1月31日 星期三",
        "发布时间：2024-02-30",
        "发布时间：",
        "<script>document.write('发布时间：2024-01-31')</script>",
    ],
)
def test_other_days_are_none_of_publication(line: str) -> None:
    assert days(f"<p>{line}</p>{BODY}") == []


def test_an_index_table_with_heads_in_its_first_row_is_read() -> None:
    table = (
        "<table><tr><th>索引号</th><th>成文日期</th><th>发布日期</th></tr>"
        "<tr><td>7/2024-1</td><td>2024-01-05</td><td>2024-01-31</td></tr></table>"
    )

    assert days(table + BODY) == [("page", DAY)]


@pytest.mark.parametrize(
    "tag",
    [
        '<meta name="PubDate" content="2024-01-31 09:12:00">',
        '<META Content="2024-01-31" Name="pubdate" />',
        "<meta\n name='PUBDATE'\n content='2024年1月31日'>",
        '<meta http-equiv="PubDate" content="2024-01-31">',
        '<meta name="PubDate" content=""><meta name="PubDate" content="2024-01-31">',
        '<meta name="PubDate" content="${PUBDATE}"><meta name="publishdate" content="20240131">',
    ],
)
def test_the_label_is_read_in_any_spelling(tag: str) -> None:
    assert days(BODY, head=tag) == [("meta", DAY)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SiteName", "网站名称"),
        ("SiteIDCode", "政府网站标识码"),
        ("ArticleTitle", "${ARTICLE_TITLE}"),
        ("ContentSource", "<%=source%>"),
        ("Author", ""),
        ("ColumnName", "{{column.name}}"),
    ],
)
def test_what_a_template_left_behind_is_no_value(name: str, value: str) -> None:
    article = read_article(article_page(BODY, head=f'<meta name="{name}" content="{value}">'))

    assert name.lower() not in article.labels


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>云溪县民政局2023年政府信息公开工作年度报告_云溪县人民政府</title>", None),
        (
            "<title>云溪县人民政府 云溪县民政局2023年政府信息公开工作年度报告</title>",
            "云溪县人民政府 ",
        ),
        ("<title>年报 - 云溪县民政局2023年政府信息公开工作年度报告 - 云溪县</title>", None),
    ],
)
def test_the_title_stands_without_the_name_of_the_site(head: str, title: str | None) -> None:
    article = read_article(article_page(BODY, head=head))

    assert article.title == f"{title or ''}云溪县民政局2023年政府信息公开工作年度报告"


def test_a_cut_label_gives_way_to_the_full_heading() -> None:
    head = '<meta name="ArticleTitle" content="云溪县民政局2023年政府信息公开…">'
    heading = "<h1>云溪县民政局2023年政府信息公开工作年度报告</h1>"

    article = read_article(article_page(heading + BODY, head=head))

    assert article.title == "云溪县民政局2023年政府信息公开工作年度报告"


def test_a_page_without_anything_is_read_as_nothing() -> None:
    article = read_article(article_page("", url=PLAIN))

    assert article.title is None
    assert article.days == ()
    assert article.attachments == ()
    assert article.source_name is None
    assert not article.recognised


def test_site_wide_downloads_and_images_are_no_attachments() -> None:
    content = (
        "<div id='zoom'><p>一、总体情况</p><img src='./W020240131331234111111.png'></div>"
        "<div class='tool'><a href='/files/reader.zip'>PDF阅读器下载</a></div>"
    )

    assert read_article(article_page(content)).attachments == ()


def test_one_file_linked_twice_is_one_attachment() -> None:
    content = (
        "<div id='zoom'><p>一、总体情况</p><a href='./a.pdf'>年报.pdf</a></div>"
        "<p>附件：<a href='a.pdf#page=2'>下载</a></p>"
    )

    files = read_article(article_page(content)).attachments

    assert [file.name for file in files] == ["年报.pdf"]
