"""Follows pages that only send on: a meta refresh or a line of script."""

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from crawler.pages.decoding import decode_page
from crawler.pages.kinds import HTML, media_type_of
from crawler.pages.shells import MAX_HOPS, shell_target
from crawler.pages.urls import same_site
from crawler.trail import TRAIL, Trail

FOLLOW_SHELLS = "follow_shells"
"""Request meta: False where a shell is itself the answer (past the end of a list)."""
_LARGEST_SHELL = 16 * 1024


class ShellMiddleware:
    """Scrapy's own follows a meta refresh for some orders of attributes only, and no script.

    Only within one site: a page that sends elsewhere is given to the caller as it is.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the request for the page behind a shell, else the response."""
        trail: Trail = request.meta[TRAIL]
        if not request.meta.get(FOLLOW_SHELLS, True) or not _may_be_shell(response):
            return response
        hops = request.meta.get("shell_hops", 0)
        text, _ = decode_page(response.body, _content_type(response))
        target = shell_target(text, response.url)
        if not target or hops >= MAX_HOPS or not _leads_on(response.url, target):
            return response
        trail.shells.add(response.url)
        meta = {**request.meta, "shell_hops": hops + 1}
        return request.replace(url=target, method="GET", body=b"", meta=meta)


def _may_be_shell(response: Response) -> bool:
    return (
        response.status == 200
        and 0 < len(response.body) <= _LARGEST_SHELL
        and media_type_of(response.body) == HTML
    )


def _content_type(response: Response) -> dict[str, str]:
    value = response.headers.get("Content-Type") or b""
    return {"content-type": value.decode("latin-1")}


def _leads_on(url: str, target: str) -> bool:
    here, there = urlsplit(url), urlsplit(target)
    moved = (here.scheme, here.netloc, here.path, here.query) != (
        there.scheme,
        there.netloc,
        there.path,
        there.query,
    )
    return moved and same_site(url, target)
