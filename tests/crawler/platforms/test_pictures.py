"""Pictures in a report's text that may be a table, and those that are ornaments."""

import pytest

from crawler.platforms.article import read_article
from crawler.platforms.pictures import MOST_PICTURES
from tests.crawler.platforms.pages import article_page

HOST = "https://www.yunxi.example.gov.cn"


def pictures(content: str, *, around: str = "") -> list[str]:
    html = f"<div id='zoom'><p>一、总体情况</p>{content}</div>{around}"
    article = read_article(article_page(html, url=f"{HOST}/zwgk/nb/t1.html"))
    return [picture.url for picture in article.pictures]


@pytest.mark.parametrize(
    ("tag", "address"),
    [
        ("<img src='./W020240131331234111111.png'>", "/zwgk/nb/W020240131331234111111.png"),
        ("<img src='/upload/a.jpg' width='800' height='600'>", "/upload/a.jpg"),
        ("<img src='/upload/a.jpg' style='width: 640px; height:auto'>", "/upload/a.jpg"),
        ("<img src='/upload/a.jpg' width='100%'>", "/upload/a.jpg"),
        ("<img src='data:image/gif;base64,R0' data-src='/upload/b.png'>", "/upload/b.png"),
        ("<img src='/images/loading.gif' data-original='/upload/b.png'>", "/upload/b.png"),
        ("<img data-src='/upload/b.png'>", "/upload/b.png"),
        ("<img src='image001.gif'>", "/zwgk/nb/image001.gif"),
        ("<a href='/big.html'><img src='/upload/c.jpeg?v=1'></a>", "/upload/c.jpeg?v=1"),
    ],
)
def test_a_large_picture_in_the_text_is_one(tag: str, address: str) -> None:
    assert pictures(f"<p>{tag}</p>") == [f"{HOST}{address}"]


@pytest.mark.parametrize(
    "tag",
    [
        "<img src='/ueditor/dialogs/attachment/fileTypeImages/icon_pdf.gif'>",
        "<img src='/images/logo.png'>",
        "<img src='/images/qrcode_1.png'>",
        "<img src='/upload/ewm.jpg'>",
        "<img src='/upload/x.jpg' alt='微信公众号二维码'>",
        "<img src='/upload/x.jpg' title='分享到微博'>",
        "<img src='/upload/x.png' width='32' height='32'>",
        "<img src='/upload/x.png' style='width:16px'>",
        "<img src='/upload/x.png' height='20px'>",
        "<img src='/upload/top_banner.jpg'>",
        "<img src='/upload/x.svg'>",
        "<img src='data:image/png;base64,iVBORw0KGgo='>",
        "<img src='file:///C:/Users/a/1.png'>",
        "<img src=''>",
        "<img>",
    ],
)
def test_ornaments_and_what_cannot_be_fetched_are_none(tag: str) -> None:
    assert pictures(f"<p>{tag}</p>") == []


def test_pictures_around_the_text_are_none() -> None:
    assert pictures("", around="<div class='footer'><img src='/upload/a.jpg'></div>") == []


def test_a_picture_shown_twice_is_one_and_their_number_is_capped() -> None:
    assert len(pictures("<img src='/a1.jpg'><img src='/a1.jpg#x'>")) == 1
    many = "".join(f"<img src='/upload/{number}.jpg'>" for number in range(99))
    assert len(pictures(many)) == MOST_PICTURES
