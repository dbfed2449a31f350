"""The shared samples of real and reconstructed portal pages, where they lie beside the project."""

import csv
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.platforms import choose_platform
from crawler.platforms.model import Article, ListPage, Page
from crawler.platforms.subcolumns import is_article_address

SAMPLES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "shared_samples.toml").read_text("utf-8")
)


def named(kind: str) -> pytest.MarkDecorator:
    cases = [pytest.param(case, id=case["name"]) for case in SAMPLES[kind]]
    return pytest.mark.parametrize("case", cases)


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


@named("list")
def test_the_rows_of_a_sample_list_are_read(portals: Path, case: dict[str, Any]) -> None:
    found = read_list(portals, case["name"], case["url"])

    assert len(found.items) == case["rows"]
    assert found.items[0].day == case["first_day"]
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


@named("article")
def test_a_sample_article_gives_day_files_and_text(portals: Path, case: dict[str, Any]) -> None:
    article = read_article(portals, case["name"], case["url"])

    assert article.recognised
    assert {found.day for found in article.days} == {case["day"]}
    assert {found.source for found in article.days} >= {"meta", "page"}
    assert len(article.attachments) == case["files"]
    assert len(article.text) >= case["characters"]


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


COLUMNS_THAT_ARE_THE_TEXT = frozenset({"hanweb_xxgk_annual_jsp", "ucap_column_as_page", "other"})


def test_addresses_at_which_reports_were_seen_are_told_from_columns(portals: Path) -> None:
    lines = (portals / "annual_report_urls_observed.tsv").read_text("utf-8").splitlines()
    seen = [row for row in csv.DictReader(lines, delimiter="\t") if row["kind"] == "official"]

    taken_for_columns = [row for row in seen if not is_article_address(row["url"])]

    assert len(seen) > 100
    assert {row["url_shape"] for row in taken_for_columns} <= COLUMNS_THAT_ARE_THE_TEXT
    assert len(taken_for_columns) <= 4
