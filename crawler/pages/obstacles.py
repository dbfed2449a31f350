"""Answers that are neither the page nor its absence: challenges, walls, parked hosts, soft 404s.

They are recognised, recorded with their evidence and never solved. What is told apart matters:
a challenge says nothing about whether the page exists, and neither does a soft 404.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crawler.pages.decoding import decode_page
from crawler.pages.kinds import HTML, media_type_of
from crawler.pages.markup import Markup, take_apart
from crawler.pages.shells import shell_target

EVIDENCE_CHARACTERS = 300


class BlockKind(StrEnum):
    """What stands in the way."""

    RUISHU = "rs"
    """瑞数: 412 and ``$_ts``."""
    JIASULE = "jsl"
    """加速乐: 521 and ``__jsluid``."""
    WZWS = "wzws"
    EDGEONE = "eo"
    QIHOO_360 = "360"
    WALL = "waf"
    """Another firewall's page."""
    SCRIPT_STUB = "stub"
    """Nothing but a script, where a page should be."""
    MOBILE_ONLY = "ua"
    """Only for telephones, or inside another program: reported, not imitated."""
    FORBIDDEN = "forbidden"
    """401 or 403 without a better explanation: often a foreign or data centre address."""
    PARKED = "parked"
    HIJACKED = "hijacked"
    DEFAULT_PAGE = "default_page"
    """The server's own page: nothing is installed there any more."""
    SOFT_404 = "soft_404"
    """Status 200 and a page saying that there is none."""

    @property
    def label(self) -> str:
        """What operators know it by, legible in both languages."""
        return _LABELS[self]


_LABELS = {
    BlockKind.RUISHU: "瑞数 (Ruishu) challenge",
    BlockKind.JIASULE: "加速乐 (Jiasule) challenge",
    BlockKind.WZWS: "WZWS firewall",
    BlockKind.EDGEONE: "腾讯 EdgeOne challenge",
    BlockKind.QIHOO_360: "360 firewall",
    BlockKind.WALL: "防火墙 (firewall)",
    BlockKind.SCRIPT_STUB: "空壳脚本页 (script stub)",
    BlockKind.MOBILE_ONLY: "仅限手机或微信访问 (mobile only)",
    BlockKind.FORBIDDEN: "禁止访问 (forbidden)",
    BlockKind.PARKED: "域名停放页 (parked host)",
    BlockKind.HIJACKED: "网页被劫持 (hijacked)",
    BlockKind.DEFAULT_PAGE: "服务器默认页 (default page)",
    BlockKind.SOFT_404: "页面不存在 (soft 404)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """An obstacle and the first text that shows it."""

    kind: BlockKind
    excerpt: str
    """Up to 300 characters of the body as served."""


@dataclass(frozen=True, slots=True)
class _Signature:
    kind: BlockKind
    pattern: re.Pattern[str]
    """Searched in cookies and body."""
    statuses: tuple[int, ...] = ()
    """Statuses under which the pattern alone decides; elsewhere the page must also be empty."""


def _signature(kind: BlockKind, pattern: str, *statuses: int) -> _Signature:
    return _Signature(kind, re.compile(pattern, re.IGNORECASE), statuses)


_SIGNATURES = (
    _signature(BlockKind.RUISHU, r"\$_ts\b|window\['\$_ts'\]", 412, 202, 400, 403),
    _signature(BlockKind.JIASULE, r"__jsluid_[sh]|__jsl_clearance", 521, 403, 512, 503),
    _signature(BlockKind.WZWS, r"wzws_cid|wzws-waf|WZWS WAF|GeoBL", 403, 405, 503),
    _signature(BlockKind.EDGEONE, r"EO_Bot_Ssid|__tst_status", 403, 401, 566, 567),
    _signature(
        BlockKind.QIHOO_360, r"360网站卫士|wangzhan\.360\.cn|webscan\.360\.cn|访问异常", 403, 493
    ),
    _signature(
        BlockKind.MOBILE_ONLY,
        r"请(?:使用|用|在|通过)(?:手机|移动端|微信)(?:浏览器|客户端)?.{0,6}(?:访问|打开|浏览|查看)",
        403,
    ),
    _signature(
        BlockKind.WALL,
        r"NWAF|创宇盾|安全狗|safedog|云锁|云盾|your request has been blocked|网站防火墙|"
        r"Web应用防火墙|waf_?captcha|请完成安全验证|滑动验证|拖动滑块|Access Denied|"
        r"Checking your browser|cf-chl-|疑似黑客攻击|非法请求被拦截|访问过于频繁",
        403,
        405,
        406,
        418,
        429,
        503,
    ),
)
_STATUS_ALONE = {412: BlockKind.RUISHU, 521: BlockKind.JIASULE}
_REFUSALS = frozenset({401, 403, 418, 451})
_SOFT_404 = re.compile(
    r"页面不存在|页面未找到|页面找不到|找不到(?:该|此|您|相关)?.{0,8}页面|无法找到(?:该|此|您|页面)|"
    r"(?:页面|网页|文章|(?<!政府)信息|内容|文件).{0,6}(?:不存在|已(?:被)?删除)|(?:\b|^)404(?:\b|错误)|"
    r"not\s+found|page\s+(?:does\s+not|doesn't)\s+exist",
    re.IGNORECASE,
)
_PARKED = re.compile(
    r"域名(?:出售|转让|已过期|到期|停靠)|(?:该|此|本)域名|domain\s+(?:is\s+)?(?:for\s+sale|parked|"
    r"expired)|buy\s+this\s+domain|网站(?:已过期|已到期|已暂停|未备案|尚未备案)|"
    r"website\s+(?:is\s+)?(?:expired|suspended)",
    re.IGNORECASE,
)
_GAMBLING = re.compile(
    r"六合彩|时时彩|娱乐城|博彩|葡京|bet365|赌场|百家乐|棋牌游戏|真人视讯|体育投注|成人视频|老虎机",
    re.IGNORECASE,
)
_DEFAULT_TITLE = re.compile(
    r"welcome to (?:nginx|tengine|openresty|caddy)|apache2? .*default page|"
    r"test page for the|http server test page|it works!|iis windows server|iis7|"
    r"internet information services|apache tomcat/[\d.]+|恭喜.{0,4}站点创建成功|没有找到站点",
    re.IGNORECASE,
)
_LINK_TEXT = re.compile(r"<a\s[^<>]*+>([^<>]*+)</a>", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]*>([^<]*)<", re.IGNORECASE)
_META = re.compile(r"<meta\s[^<>]*>", re.IGNORECASE)
_MANY_LINKS = 20
_FEW_CHARACTERS = 80
_SHORT_PAGE = 600
_STUB_SCRIPT = 150
_GAMBLING_TERMS = 2


def classify_response(status: int, headers: Mapping[str, str], body: bytes) -> Block | None:
    """Return the obstacle that an answer is, or None if it may be what was asked for.

    Args:
        status: HTTP status.
        headers: response headers, names in lower case; several ``set-cookie`` joined.
        body: bytes after content decoding.

    A signature inside a full page is no block: the same products put their scripts into pages
    that they let through.
    """
    is_html = media_type_of(body) == HTML
    text = decode_page(body, headers)[0] if is_html or len(body) < _SHORT_PAGE else ""
    if is_html and status == 200 and _is_plainly_content(text):
        return None
    page = take_apart(text) if is_html else None
    kind = (
        _by_signature(status, headers.get("set-cookie", ""), text, page)
        or _by_status(status)
        or (_by_content(page, text) if page and status < 400 else None)
    )
    return Block(kind=kind, excerpt=_excerpt(body, text)) if kind else None


def _is_plainly_content(text: str) -> bool:
    """Tell, without taking a page apart, that nothing below can find it to be an obstacle.

    A page with many links of much text is neither empty nor short; then only its title and its
    description still count. False where that is not sure.
    """
    if not _has_many_links(text):
        return False
    title = "".join(_TITLE.findall(text))
    said = title + "".join(_META.findall(text))
    return "&" not in said and not any(
        pattern.search(said) for pattern in (_DEFAULT_TITLE, _PARKED, _GAMBLING, _SOFT_404)
    )


def _has_many_links(text: str) -> bool:
    letters = 0
    for found, match in enumerate(_LINK_TEXT.finditer(text), start=1):
        letters += len(match[1])
        if found >= _MANY_LINKS and letters >= 4 * _SHORT_PAGE:
            return True
    return False


def _by_signature(status: int, cookies: str, text: str, page: Markup | None) -> BlockKind | None:
    bare = page is not None and status < 400 and _is_empty(page)
    for signature in _SIGNATURES:
        if status in signature.statuses and signature.pattern.search(f"{cookies}\n{text}"):
            return signature.kind
        if bare and signature.pattern.search(text):
            return signature.kind
    return None


def _by_status(status: int) -> BlockKind | None:
    if status in _STATUS_ALONE:
        return _STATUS_ALONE[status]
    return BlockKind.FORBIDDEN if status in _REFUSALS else None


def _by_content(page: Markup, text: str) -> BlockKind | None:
    if _DEFAULT_TITLE.search(page.title):
        return BlockKind.DEFAULT_PAGE
    if _PARKED.search(page.title) or (len(page.text) < _SHORT_PAGE and _PARKED.search(page.text)):
        return BlockKind.PARKED
    if len(set(_GAMBLING.findall(f"{page.title} {page.description}"))) >= _GAMBLING_TERMS:
        return BlockKind.HIJACKED
    if _says_gone(page):
        return BlockKind.SOFT_404
    if _is_stub(page) and not shell_target(text, "http://x/"):
        return BlockKind.SCRIPT_STUB
    return None


def _is_empty(page: Markup) -> bool:
    return len(page.text) < _SHORT_PAGE and len(page.links) <= 3


def _says_gone(page: Markup) -> bool:
    if _SOFT_404.search(page.title):
        return len(page.text) < 4 * _SHORT_PAGE
    return len(page.text) < _FEW_CHARACTERS and bool(_SOFT_404.search(page.text))


def _is_stub(page: Markup) -> bool:
    """Tell whether a page is a script and nothing to see: no text, no link, no frame, no app."""
    return (
        not page.text
        and not page.links
        and not page.frames
        and not page.script_files
        and page.refresh is None
        and sum(len(script) for script in page.inline_scripts) > _STUB_SCRIPT
    )


def _excerpt(body: bytes, text: str) -> str:
    shown = text or body[: 4 * EVIDENCE_CHARACTERS].decode("utf-8", errors="replace")
    return shown[:EVIDENCE_CHARACTERS]
