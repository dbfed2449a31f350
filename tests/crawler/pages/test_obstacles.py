"""Answers that are neither the page nor its absence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.obstacles import EVIDENCE_CHARACTERS, BlockKind, classify_response

RUISHU = "<html><head><script r='m'>$_ts=window['$_ts'];$_ts.cd='x';</script></head></html>"
BODY = "<p>" + "本年度主动公开政府信息二百三十条，依申请公开十二件。" * 40 + "</p>"

BLOCKED = {
    "Ruishu": (412, {}, RUISHU, BlockKind.RUISHU),
    "Ruishu with 202": (202, {}, RUISHU, BlockKind.RUISHU),
    "Ruishu with 200": (200, {}, RUISHU, BlockKind.RUISHU),
    "412 without anything": (412, {}, "", BlockKind.RUISHU),
    "Jiasule": (521, {"set-cookie": "__jsluid_h=a"}, "<script>x</script>", BlockKind.JIASULE),
    "WZWS": (
        403,
        {"set-cookie": "wzws_cid=1"},
        "<html><title>WZWS WAF</title>GeoBL</html>",
        BlockKind.WZWS,
    ),
    "WZWS with 200": (200, {}, "<html><title>WZWS WAF</title>GeoBL</html>", BlockKind.WZWS),
    "EdgeOne": (
        200,
        {},
        "<html><script>EO_Bot_Ssid=1;__tst_status=2</script></html>",
        BlockKind.EDGEONE,
    ),
    "360": (
        200,
        {},
        "<html><title>访问异常</title><body>360网站卫士 提示：访问异常</body></html>",
        BlockKind.QIHOO_360,
    ),
    "slider": (
        200,
        {},
        "<html><title>安全验证</title><body>请完成安全验证，拖动滑块</body></html>",
        BlockKind.WALL,
    ),
    "CDN": (403, {}, "Access Denied\nReference #18.2f", BlockKind.WALL),
    "403": (403, {}, "<html><body><h1>403 Forbidden</h1></body></html>", BlockKind.FORBIDDEN),
    "stub": (
        200,
        {},
        "<html><script>" + "var a=['x'];function b(c){return a[c]};" * 28 + "</script></html>",
        BlockKind.SCRIPT_STUB,
    ),
    "soft 404": (
        200,
        {},
        "<html><title>您访问的页面不存在或已删除！</title></html>",
        BlockKind.SOFT_404,
    ),
    "soft 404 in the text": (
        200,
        {},
        "<html><title>提示</title><body>抱歉，页面找不到了</body></html>",
        BlockKind.SOFT_404,
    ),
    "parked": (
        200,
        {},
        "<html><title>qinghe.cn</title><body>该域名已过期，请续费</body></html>",
        BlockKind.PARKED,
    ),
    "for sale": (
        200,
        {},
        "<html><title>This domain is for sale</title><body>x</body></html>",
        BlockKind.PARKED,
    ),
    "hijacked": (
        200,
        {},
        f"<html><title>澳门葡京娱乐城_真人视讯</title><body>{BODY}</body></html>",
        BlockKind.HIJACKED,
    ),
    "nginx": (
        200,
        {},
        "<html><title>Welcome to nginx!</title><body>working</body></html>",
        BlockKind.DEFAULT_PAGE,
    ),
    "IIS": (
        200,
        {},
        "<html><title>IIS Windows Server</title><body></body></html>",
        BlockKind.DEFAULT_PAGE,
    ),
}

CONTENT: dict[str, tuple[int, dict[str, str], str]] = {
    "a report": (200, {}, f"<html><title>年度报告</title><body>{BODY}</body></html>"),
    "a page behind Ruishu that was let through": (
        200,
        {},
        f"<html><script>$_ts=window['$_ts'];</script><body>{BODY}<a href='x'>y</a></body></html>",
    ),
    "an app": (
        200,
        {},
        "<html><body><div id='app'></div><script src='/app.js'></script></body></html>",
    ),
    "a report on requests that found nothing": (
        200,
        {},
        f"<html><title>关于政府信息不存在的答复</title><body>{BODY}</body></html>",
    ),
    "a report on fighting gambling": (
        200,
        {},
        f"<html><title>公安局打击网络博彩工作</title><body>{BODY}</body></html>",
    ),
    "a missing page": (404, {}, "<html><title>404 Not Found</title></html>"),
    "a server error": (502, {}, "<html><title>502 Bad Gateway</title></html>"),
    "a shell": (
        200,
        {},
        "<html><script>window.location.href='index.shtml';/*" + "x" * 300 + "*/</script></html>",
    ),
    "json": (200, {}, '{"data": {"html": "<ul></ul>"}}'),
    "a PDF": (200, {}, "%PDF-1.4 安全验证"),
}


@pytest.mark.parametrize("name", BLOCKED)
def test_an_obstacle_is_told_by_its_signs(name: str) -> None:
    status, headers, body, expected = BLOCKED[name]
    block = classify_response(status, headers, body.encode())
    assert block is not None
    assert block.kind is expected
    assert body.startswith(block.excerpt)


@pytest.mark.parametrize("name", CONTENT)
def test_content_is_no_obstacle(name: str) -> None:
    status, headers, body = CONTENT[name]
    assert classify_response(status, headers, body.encode()) is None


@given(st.integers(100, 599), st.text(max_size=400))
def test_any_answer_can_be_classified(status: int, text: str) -> None:
    block = classify_response(status, {}, text.encode("utf-8", errors="replace"))
    assert block is None or len(block.excerpt) <= EVIDENCE_CHARACTERS


def test_a_gbk_challenge_is_read() -> None:
    body = "<html><title>访问异常</title><body>网站防火墙</body></html>".encode("gbk")
    block = classify_response(200, {"content-type": "text/html; charset=utf-8"}, body)
    assert block is not None
    assert "防火墙" in block.excerpt
