"""Ways around that portals send their visitors: shells, frames, sessions, redirects."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from monitor.simulator.server import Answer, Request, Site, page

Wrap = Callable[[Site], Site]

_REDIRECTS = (
    '<html><head><meta content="0;url={target}" http-equiv="refresh"></head></html>',
    '<script>window.location.href="{target}";</script>',
    '<html><head><META HTTP-EQUIV=REFRESH CONTENT="1; URL={target}"></head><body></body></html>',
)
HOME_BEHIND_SHELL = "/portal/index.shtml"


def shell(number: int) -> Wrap:
    """Put a page that only redirects before the front page."""

    def wrap(site: Site) -> Site:
        def answer(request: Request) -> Answer:
            if request.path in ("/", "/index.html"):
                return page(_REDIRECTS[number].format(target=HOME_BEHIND_SHELL))
            if request.path == HOME_BEHIND_SHELL:
                return site(replace(request, path="/", target="/"))
            return site(request)

        return answer

    return wrap


def framed(site: Site) -> Site:
    """Put every list page into a frame of a page that has nothing else."""

    def answer(request: Request) -> Answer:
        if request.query.get("inner") == "1":
            query = {name: text for name, text in request.query.items() if name != "inner"}
            target = re.sub(r"[?&]inner=1$", "", request.target)
            return site(replace(request, query=query, target=target))
        found = site(request)
        is_list = b'class="main"' in found.body and b"<h1>" not in found.body
        if not is_list or found.status != 200:
            return found
        mark = "&" if "?" in request.target else "?"
        return page(
            '<html><head><meta charset="utf-8"><title>信息公开</title></head><body>'
            '<iframe src="/visitcount/count.html" width="0"></iframe>'
            f'<iframe id="mainframe" src="{request.target}{mark}inner=1" '
            'width="100%"></iframe></body></html>'
        )

    return answer


def sessions(site: Site) -> Site:
    """Put a session into the links, another one in each answer."""
    numbers = count(1)

    def answer(request: Request) -> Answer:
        path = re.sub(r";jsessionid=\w+", "", request.path)
        target = re.sub(r";jsessionid=\w+", "", request.target)
        found = site(replace(request, path=path, target=target))
        if "text/html" not in found.headers.get("Content-Type", "") or found.status != 200:
            return found
        mark = f";jsessionid={next(numbers):032X}".encode()
        body = re.sub(
            rb'(href="(?!javascript|http)[^"?#]*\.\w{2,5})(?=["?])', rb"\1" + mark, found.body
        )
        headers = {name: text for name, text in found.headers.items() if name != "ETag"}
        return replace(found, body=body, headers=headers)

    return answer


def private(site: Site) -> Site:
    """Redirect a neighbouring column and unknown addresses into networks of others."""
    targets = (
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/",
        "http://127.0.0.1:22/",
        "http://[::1]/",
    )

    def answer(request: Request) -> Answer:
        if "zfxxgkzn" in request.path or request.path in ("/hdjl/", "/zjxx/", "/sjb/"):
            target = targets[hash_of(request.path) % len(targets)]
            return Answer(status=302, headers={"Location": target})
        found = site(request)
        links = b'<a href="http://10.1.2.3/zfxxgknb/">\xe6\x94\xbf\xe5\xba\x9c\xe4\xbf\xa1\xe6\x81\xaf\xe5\x85\xac\xe5\xbc\x80\xe5\xb9\xb4\xe6\x8a\xa5</a>'
        return replace(found, body=found.body.replace(b"</ul></div>", b"</ul></div>" + links, 1))

    return answer


def expiring(site: Site) -> Site:
    """Sign the links of files anew each hour, and refuse those of other hours."""
    link = re.compile(rb"""(href=["'][^"'?]+\.(?:pdf|docx?|wps|rtf|ofd|zip|png))(?=["'])""")

    def answer(request: Request) -> Answer:
        sign = f"{int(request.at.timestamp()) // 3600:x}"
        is_file = re.search(r"\.(?:pdf|docx?|wps|rtf|ofd|zip|png)$", request.path)
        if is_file and "Expires" in request.query and request.query["Expires"] != sign:
            return Answer(status=403, body=b"Request has expired")
        target = re.sub(r"[?&]Expires=\w+", "", request.target)
        found = site(replace(request, target=target))
        if "text/html" not in found.headers.get("Content-Type", "") or found.status != 200:
            return found
        headers = {name: text for name, text in found.headers.items() if name != "ETag"}
        body = link.sub(rb"\1?Expires=" + sign.encode(), found.body)
        return replace(found, body=body, headers=headers)

    return answer


def error_as_file(site: Site) -> Site:
    """Answer with a page that names an error under the names of some files, for a day each."""
    text = "<html><head><title>错误</title></head><body>您下载的文件不存在！</body></html>"
    first: dict[str, datetime] = {}

    def answer(request: Request) -> Answer:
        found = site(request)
        kind = found.headers.get("Content-Type", "")
        if not kind.startswith(("application/pdf", "application/vnd", "application/msword")):
            return found
        since = first.setdefault(request.target, request.at)
        is_spoilt = request.at - since < timedelta(days=1) and hash_of(request.target) % 2 == 0
        return page(text) if is_spoilt else found

    return answer


def page_one(site: Site) -> Site:
    """Answer the first page of a list whatever page is asked for, where the query names it."""

    def answer(request: Request) -> Answer:
        target = re.sub(
            r"([?&](?:page|pageNum|pageIndex|currentPage|cur_page|p|pageNo)=)\d+",
            r"\g<1>1",
            request.target,
        )
        first = re.sub(r"[?&](?:page|pageNum|pageIndex|currentPage|cur_page|p)=1$", "", target)
        found = site(replace(request, target=first if first != request.target else target))
        return found if found.status == 200 else site(request)

    return answer


def cookie(site: Site) -> Site:
    """Redirect to the same address until the session's cookie comes back."""

    def answer(request: Request) -> Answer:
        if request.path == "/robots.txt" or "CT6T=" in request.headers.get("cookie", ""):
            return site(request)
        return Answer(
            status=302, headers={"Location": request.target, "Set-Cookie": "CT6T=a1b2; Path=/"}
        )

    return answer


def hash_of(text: str) -> int:
    """Return a number that is the same in every process."""
    return sum(text.encode())
