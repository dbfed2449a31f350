"""The shared samples of real and reconstructed portal pages, where they lie beside the project."""

from datetime import date
from pathlib import Path

import pytest

from crawler.platforms import choose_platform
from crawler.platforms.model import Article, ListPage, Page


@pytest.fixture(scope="session")
def portals(corpus: Path) -> Path:
    folder = corpus.parent / "portals"
    if not folder.is_dir():
        pytest.skip(f"the samples of portal pages are not at {folder}")
    return folder


def page(portals: Path, name: str, url: str) -> Page:
    return Page(url=url, text=(portals / name).read_text("utf-8"))


def read_list(portals: Path, name: str, url: str) -> ListPage:
    sample = page(portals, name, url)
    return choose_platform(sample).read_list(sample)


def read_article(portals: Path, name: str, url: str) -> Article:
    sample = page(portals, name, url)
    return choose_platform(sample).read_article(sample)


LISTS = {
    "recon/trs_list_index.html": ("http://www.example.gov.cn/zwgk/zfxxgk/zfxxgknb/2023n/", "trs", 4, date(2024, 1, 31)),
    "recon/ucap_list.shtml.html": ("http://www.example.gov.cn/xjwqx/c112125/zfxxgk_gknbz.shtml", "generic", 2, date(2026, 1, 28)),
    "recon/boda_list.htm.html": ("http://www.example.gov.cn/zfxxgk/xxgknb.htm", "generic", 2, date(2026, 1, 28)),
    "recon/hanweb_jpage_column.html": ("http://www.example.gov.cn/col/col33718/index.html", "hanweb", 2, date(2026, 1, 30)),
    "recon/hanweb_dataproxy_response.xml": (
        "http://www.example.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=57&perpage=19",
        "hanweb",
        1,
        date(2026, 1, 30),
    ),
    "recon/shaanxi_snowflake_list.html": ("http://www.example.gov.cn/zfxxgk/zfxxgknb/1.html", "generic", 1, date(2024, 2, 2)),
    "recon/truecms_list.html": ("http://www.example.gov.cn/sgaj/xxgknb/xxgknb.html", "generic", 1, date(2026, 1, 27)),
    "recon/lonsun_public_list_fragment.html": ("http://www.example.gov.cn/site/label/8888?pageIndex=1", "generic", 1, date(2026, 1, 26)),
    "recon/ucap_search_api.json": ("http://www.example.gov.cn/common/search/979d?page=1", "generic", 1, date(2026, 1, 28)),
    "recon/ucap_getFileListByCodeId.json": ("http://www.example.gov.cn/getFileListByCodeId", "generic", 1, date(2026, 1, 30)),
    "recon/epoint_getgovinfolist.json": ("http://www.example.gov.cn/EWB-FRONT/rest/x", "generic", 1, date(2026, 1, 26)),
    "recon/hanweb_unitbuild_response.json": ("http://www.example.gov.cn/api-gateway/x", "generic", 2, date(2026, 1, 29)),
    "recon/truecms_getMessage.jsonp": ("http://www.example.gov.cn/TrueCMS/messageController/getMessage.do", "generic", 1, date(2026, 1, 27)),
    "real/nfcms_list_gz_rsj.html": ("https://rsj.gz.gov.cn/ywzt/ldgx/ldrszyzc/zcgg/index.html", "generic", 15, date(2025, 1, 14)),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_the_rows_of_a_sample_list_are_read(portals: Path, name: str) -> None:
    url, platform, count, day = LISTS[name]
    sample = page(portals, name, url)

    found = choose_platform(sample).read_list(sample)

    assert len(found.items) == count
    assert found.items[0].day == day
    assert found.recognised


def test_the_real_list_leads_to_its_second_page(portals: Path) -> None:
    found = read_list(
        portals,
        "real/nfcms_list_gz_rsj.html",
        "https://rsj.gz.gov.cn/ywzt/ldgx/ldrszyzc/zcgg/index.html",
    )

    assert [request.url for request in found.next_pages] == [
        "https://rsj.gz.gov.cn/ywzt/ldgx/ldrszyzc/zcgg/index_2.html"
    ]


ARTICLES = {
    "real/nfcms_detail_gz_rsj_attachment.html": ("https://rsj.gz.gov.cn/ywzt/content/post_10200153.html", date(2025, 3, 31), 5, 1500),
    "real/nfcms_detail_tianhe_attachments.html": ("http://www.thnet.gov.cn/zsks/content/post_10872346.html", date(2026, 6, 25), 3, 1500),
    "real/nfcms_detail_pubdate_nbsp.html": ("http://www.yuexiu.gov.cn/ggfw/content/post_10527377.html", date(2025, 4, 8), 0, 1000),
    "real/gkmlpt_detail_thnet.html": ("http://www.thnet.gov.cn/gzthczgz/gkmlpt/content/9/9914/post_9914521.html", date(2024, 10, 15), 0, 400),
    "recon/trs_detail.html": ("http://www.example.gov.cn/zwgk/nb/202401/t20240131_87229032.html", date(2024, 1, 31), 2, 10),
    "recon/boda_detail.htm.html": ("http://www.example.gov.cn/info/2061/33061.htm", date(2026, 1, 28), 2, 5),
}  # fmt: skip


@pytest.mark.parametrize("name", ARTICLES)
def test_a_sample_article_gives_day_files_and_text(portals: Path, name: str) -> None:
    url, day, files, length = ARTICLES[name]

    article = read_article(portals, name, url)

    assert article.recognised
    assert {found.day for found in article.days} == {day}
    assert {found.source for found in article.days} >= {"meta", "page"}
    assert len(article.attachments) == files
    assert len(article.text) >= length


def test_the_trap_of_the_day_of_writing_is_avoided(portals: Path) -> None:
    article = read_article(
        portals,
        "real/gkmlpt_detail_thnet.html",
        "http://www.thnet.gov.cn/gkmlpt/content/9/9914/post_9914521.html",
    )

    assert date(2024, 3, 14) not in {found.day for found in article.days}
    assert article.source_name == "广州市天河区财政局（广州市天河区人民政府国有资产监督管理局）"


def test_true_names_of_files_come_from_the_download_attribute(portals: Path) -> None:
    article = read_article(
        portals,
        "real/nfcms_detail_tianhe_attachments.html",
        "http://www.thnet.gov.cn/zsks/content/post_10872346.html",
    )

    assert article.attachments[0].name == "附件1 2026年公办小学积分入学招生计划表.xls"


def test_all_label_spellings_of_real_pages_are_read(portals: Path) -> None:
    lines = (portals / "real" / "meta_labels_real_variants.tsv").read_text("utf-8").splitlines()[1:]
    dated = [
        line.split("\t")[2].replace("\\n", "\n")
        for line in lines
        if line.split("\t")[1] == "PubDate"
    ]

    for tag in dated:
        sample = Page(
            url="http://www.example.gov.cn/a.html",
            text=f"<html><head>{tag}</head><body></body></html>",
        )
        article = choose_platform(sample).read_article(sample)
        assert [found.source for found in article.days] == ["meta"], tag
    assert len(dated) >= 40
