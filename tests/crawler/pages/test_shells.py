"""Pages that only send on."""

import pytest

from crawler.pages.shells import shell_target

HERE = "https://www.qinghe.gov.cn/zwgk/index.html"
LEADS = {
    "refresh": ('<meta http-equiv="refresh" content="0;url=/njxxnew/">', "/njxxnew/"),
    "refresh, other order": ('<meta content="0;url=/njxxnew/" http-equiv="refresh">', "/njxxnew/"),
    "refresh in capitals": (
        "<META HTTP-EQUIV=Refresh CONTENT='1; URL=\"a.html\"'>",
        "/zwgk/a.html",
    ),
    "refresh without url=": ('<meta http-equiv="refresh" content="0; a.html">', "/zwgk/a.html"),
    "script": ('<script>window.location.href="index.shtml";</script>', "/zwgk/index.shtml"),
    "script, bare": ("<script>location = '/main/';</script>", "/main/"),
    "script, replace": ("<script>location.replace('/main/')</script>", "/main/"),
    "script, top": ("<script>top.location='/main/';</script>", "/main/"),
}
STAYS = {
    "a page": '<meta http-equiv="refresh" content="0;url=/x"><p>' + "正文" * 200 + "</p>",
    "a page of links": "<script>location.href='/x'</script>" + "<a href='y'>y</a>" * 9,
    "a page that reloads itself": '<meta http-equiv="refresh" content="300">',
    "a refresh long after": '<meta http-equiv="refresh" content="300;url=/x">',
    "a refresh for readers without scripts": (
        '<noscript><meta http-equiv="refresh" content="0;url=/x"></noscript>'
    ),
    "a jump for phones": (
        "<script>if(/Android|iPhone/i.test(navigator.userAgent)){location.href='/m/'}</script>"
    ),
    "a jump computed": "<script>location.href=location.pathname+location.search</script>",
    "a jump to a script": "<script>location.href='javascript:void(0)'</script>",
    "another scheme": "<script>location.href='file:///etc/passwd'</script>",
    "a broken address": "<script>location.href='http://[::1'</script>",
    "nothing": "",
}


@pytest.mark.parametrize("name", LEADS)
def test_a_shell_leads_on(name: str) -> None:
    html, path = LEADS[name]
    assert shell_target(f"<html><head>{html}</head></html>", HERE) == (
        f"https://www.qinghe.gov.cn{path}"
    )


@pytest.mark.parametrize("name", STAYS)
def test_what_is_more_than_a_shell_stays(name: str) -> None:
    assert shell_target(f"<html><head></head><body>{STAYS[name]}</body></html>", HERE) is None
