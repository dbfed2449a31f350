"""A file that is HTML counts as what it holds: a report, or a page that says something is wrong."""

import pytest

from crawler.answers import Answer, Meaning, meaning_of
from crawler.fetched import Ask, Outcome, Purpose
from tests.crawler.county import list_page, row, title_of

REPORT = (
    "<html><head><meta charset='utf-8'></head><body><h1>清河县财政局2023年"
    "政府信息公开工作年度报告</h1>"
    f"<p>一、总体情况</p><p>{'我局主动公开政府信息若干条，收到依申请公开若干件。' * 12}</p>"
    "<p>二、行政复议和诉讼情况</p></body></html>"
)
LOGIN = (
    "<html><head><title>用户登录</title></head><body><form action='/login'>"
    "<input name='user'><input type='password' name='word'>请登录后下载附件</form></body></html>"
)
SITE_PAGE = list_page([row(f"/{n}.html", title_of("清河县财政局", 2000 + n)) for n in range(24)])


def asked(body: str, name: str, purpose: Purpose = Purpose.ATTACHMENT) -> Meaning:
    url = f"http://www.qinghe.gov.cn/files/{name}"
    answer = Answer(
        status=200,
        url=url,
        headers={"content-type": "application/msword"},
        body=body.encode(),
        redirected=False,
        length_unknown=False,
    )
    return meaning_of(Ask(url=url, purpose=purpose), answer)


@pytest.mark.parametrize("name", ["report.doc", "report.wps", "download.jsp?id=3"])
def test_html_with_the_text_of_a_report_is_a_file_like_another(name: str) -> None:
    assert asked(REPORT, name).outcome is Outcome.OK


@pytest.mark.parametrize("page", [LOGIN, SITE_PAGE, "<html><body><p>文件已失效</p></body></html>"])
def test_a_page_of_the_site_under_the_name_of_a_file_is_broken(page: str) -> None:
    meaning = asked(page, "report.doc")
    assert meaning.outcome is Outcome.BROKEN
    assert "under the name of a file" in meaning.reason
