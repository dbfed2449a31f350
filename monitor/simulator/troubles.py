"""What goes wrong on portals: each trouble wraps a site (map of families, section 15).

Hard troubles leave nothing that may be read: nobody may conclude anything from them. Through the
others the reports can be had, politely.
"""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count

from monitor.simulator import detours
from monitor.simulator.detours import Wrap
from monitor.simulator.outages import OUTAGES
from monitor.simulator.server import DROPPED, NOT_FOUND, Answer, Request, Site, page

_CHALLENGES = {
    "ruishu": Answer(
        status=412,
        body=b'<!DOCTYPE html><html><head><meta charset="utf-8"><meta id="9Dhefwq" content="{}" '
        b"r='m'><script r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=53478;</script>"
        b"</head><body></body></html>",
        headers={"Content-Type": "text/html", "Set-Cookie": "FSSBBIl1UgzbN7N80S=x; Path=/"},
    ),
    "jiasule": Answer(
        status=521,
        body=b"<script>document.cookie=('_')+('_')+('j')+('s')+('l')+';max-age=3600;path=/';"
        b"location.href=location.pathname+location.search</script>",
        headers={"Content-Type": "text/html", "Set-Cookie": "__jsluid_h=x; Path=/"},
    ),
    "wzws": Answer(
        status=403,
        body=b"<html><head><title>WZWS WAF</title></head><body>GeoBL</body></html>",
        headers={"Content-Type": "text/html", "Set-Cookie": "wzws_cid=x; Path=/"},
    ),
    "edgeone": Answer(
        body=b"<html><body><script>var a='EO_Bot_Ssid';document.cookie=a+'=1';"
        b"var b='__tst_status';location.reload();</script></body></html>",
        headers={"Content-Type": "text/html"},
    ),
    "stub": Answer(
        body=(
            b"<html><script>var _0x1=['"
            + b"\\x70\\x75" * 131
            + b"'];(function(){})();</script></html>"
        )[:1166],
        headers={"Content-Type": "text/html"},
    ),
}


def _always(answer: Answer) -> Wrap:
    def wrap(_site: Site) -> Site:
        return lambda request: NOT_FOUND if request.path == "/robots.txt" else answer

    return wrap


def _robots(answer: Answer) -> Wrap:
    def wrap(site: Site) -> Site:
        return lambda request: answer if request.path == "/robots.txt" else site(request)

    return wrap


def _dead(_site: Site) -> Site:
    return lambda _request: DROPPED


def _scheme(only: str) -> Wrap:
    def wrap(site: Site) -> Site:
        return lambda request: site(request) if request.scheme == only else DROPPED

    return wrap


def _slow(site: Site) -> Site:
    return lambda request: replace(site(request), seconds=0.25)


def _soft_404(site: Site) -> Site:
    text = (
        "<html><head><title>您访问的页面不存在或已删除！</title></head><body><p>您访问的页面不存在或已删除！</p>"
        "<script>setTimeout(\"location.href='/'\",3000)</script></body></html>"
    )

    def answer(request: Request) -> Answer:
        found = site(request)
        return page(text) if found.status == 404 and request.path != "/robots.txt" else found

    return answer


def _recoded(charset: str, header: str, declared: str) -> Wrap:
    """Serve pages in one charset while header and page speak of others."""

    def wrap(site: Site) -> Site:
        def answer(request: Request) -> Answer:
            found = site(request)
            if "text/html" not in found.headers.get("Content-Type", "") or not found.body:
                return found
            text = found.body.decode().replace('charset="utf-8"', f'charset="{declared}"', 1)
            body = text.encode(charset, errors="xmlcharrefreplace")
            return replace(found, body=body, headers={**found.headers, "Content-Type": header})

        return answer

    return wrap


def _first_time(spoil: Callable[[Answer], Answer]) -> Wrap:
    """Spoil the first answer for each address: it is asked for once more."""

    def wrap(site: Site) -> Site:
        asked: set[str] = set()

        def answer(request: Request) -> Answer:
            found, is_first = site(request), request.target not in asked
            asked.add(request.target)
            spoilt = is_first and found.status == 200 and request.path != "/robots.txt"
            return spoil(found) if spoilt and detours.hash_of(request.target) % 6 == 0 else found

        return answer

    return wrap


def _cut_gzip(answer: Answer) -> Answer:
    packed = gzip.compress(answer.body, mtime=0)
    headers = {**answer.headers, "Content-Encoding": "gzip"}
    return replace(answer, body=packed[: len(packed) * 2 // 3], headers=headers)


def _unasked_gzip(site: Site) -> Site:
    def answer(request: Request) -> Answer:
        found = site(request)
        if found.status != 200 or request.path == "/robots.txt":
            return found
        headers = {**found.headers, "Content-Encoding": "gzip"}
        return replace(found, body=gzip.compress(found.body, mtime=0), headers=headers)

    return answer


def _octets(site: Site) -> Site:
    """Serve files under types that are not theirs."""
    types = ("application/octet-stream", "text/html;charset=GBK", "application/x-download")

    def answer(request: Request) -> Answer:
        found = site(request)
        if (
            not found.headers.get("Content-Type", "").startswith("application/")
            or found.status != 200
        ):
            return found
        if "json" in found.headers["Content-Type"] or "javascript" in found.headers["Content-Type"]:
            return found
        kind = types[detours.hash_of(request.target) % len(types)]
        return replace(found, headers={**found.headers, "Content-Type": kind})

    return answer


def _every(number: int, instead: Answer) -> Wrap:
    """Answer every so many requests with something else."""

    def wrap(site: Site) -> Site:
        numbers = count(1)

        def answer(request: Request) -> Answer:
            if request.path != "/robots.txt" and next(numbers) % number == 0:
                return instead
            return site(request)

        return answer

    return wrap


_TEXT = {"Content-Type": "text/plain"}
_HTML = "text/html; charset="

HARD: Mapping[str, Wrap] = {
    **{name: _always(answer) for name, answer in _CHALLENGES.items()},
    "robots-denied": _robots(Answer(body=b"User-agent: *\nDisallow: /\n", headers=_TEXT)),
    "robots-500": _robots(Answer(status=500, body=b"error", headers=_TEXT)),
    "dead": _dead,
}
"""Nothing may be read."""

SOFT: Mapping[str, Wrap] = {
    **OUTAGES,
    "http-only": _scheme("http"),
    "https-only": _scheme("https"),
    "slow": _slow,
    "robots-html": _robots(page("<html><body>您访问的页面不存在</body></html>")),
    "robots-gbk": _robots(
        Answer(body="# 禁止\nUser-agent: *\nDisallow: /admin/\n".encode("gbk"), headers=_TEXT)
    ),
    "crawl-delay": _robots(Answer(body=b"User-agent: *\nCrawl-delay: 0.3\n", headers=_TEXT)),
    "soft-404": _soft_404,
    "gbk-as-utf8": _recoded("gb18030", _HTML + "utf-8", "utf-8"),
    "gbk-as-gb2312": _recoded("gb18030", "text/html", "gb2312"),
    "utf8-as-gbk": _recoded("utf-8", _HTML + "gbk", "gb2312"),
    "gzip-cut": _first_time(_cut_gzip),
    "gzip-unasked": _unasked_gzip,
    "wrong-length": _first_time(
        lambda answer: replace(answer, announced_length=len(answer.body) + 400)
    ),
    "octets": _octets,
    "shell-refresh": detours.shell(0),
    "shell-script": detours.shell(1),
    "shell-capitals": detours.shell(2),
    "framed": detours.framed,
    "sessions": detours.sessions,
    "private": detours.private,
    "retry-after": _every(14, Answer(status=429, headers={"Retry-After": "1"})),
    "flaky": _every(9, Answer(status=503, body=b"busy", headers=_TEXT)),
    "page-one": detours.page_one,
    "expiring": detours.expiring,
    "error-as-file": detours.error_as_file,
    "cookie": detours.cookie,
    "mirror": lambda site: site,
    "mobile": lambda site: site,
    "drops": lambda site: site,
    "moved": lambda site: site,
    "redesigned": lambda site: site,
}
"""Through which the reports can be had. The last five are of the contents, not of the wire."""

TROUBLES: Mapping[str, Wrap] = {**HARD, **SOFT}
DENYING = frozenset({"robots-denied", "robots-500"})
"""Nothing but robots.txt may be asked for."""
