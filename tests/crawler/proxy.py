"""A forward proxy that gives portals on loopback real names."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.crawler.portal import Answer, Asked, Site, serve
from tests.crawler.workspace import Field


class Proxy(Site):
    """A forward proxy before portals with real names."""

    def __init__(self, hosts: dict[str, Site]) -> None:
        super().__init__()
        self.hosts = hosts

    def answer(self, asked: Asked) -> Answer:
        """Answer for the host that the absolute address names."""
        parts = urlsplit(asked.path)
        self.asked.append(asked)
        site = self.hosts.get(parts.hostname or "")
        if site is None:
            return Answer(b"no such host", status=502)
        asked.path = parts.path + (f"?{parts.query}" if parts.query else "")
        return site.answer(asked)


@contextmanager
def proxied(field: Field, hosts: dict[str, Site]) -> Iterator[Proxy]:
    """Let the crawls of a workspace go through a proxy."""
    with serve(Proxy(hosts)) as proxy:
        assert isinstance(proxy, Proxy)
        field.environment["HTTP_PROXY"] = field.environment["http_proxy"] = proxy.url
        yield proxy
