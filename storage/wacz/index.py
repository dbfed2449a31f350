"""The index of a WARC file by address and time (CDXJ), as replay tools look captures up."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from storage.models import Capture

_WWW = re.compile(r"^www\d*\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """Where the answer of one capture stands in the WARC file."""

    url: str
    at: datetime
    status: int
    media_type: str
    digest: str
    offset: int
    length: int

    def line(self, filename: str) -> str:
        """Return it as a line of the index."""
        values = {
            "url": self.url,
            "mime": self.media_type,
            "status": str(self.status),
            "digest": self.digest,
            "length": str(self.length),
            "offset": str(self.offset),
            "filename": filename,
        }
        return f"{search_key(self.url)} {timestamp(self.at)} {json.dumps(values)}\n"


def indexed(capture: Capture, digest: str, offset: int, length: int) -> Indexed:
    """Return the entry of a capture whose answer begins at ``offset`` and is ``length`` long."""
    return Indexed(
        url=capture.final_url or capture.url,
        at=capture.fetched_at,
        status=int(capture.status or 0),
        media_type="warc/revisit"
        if capture.sha256 is None and capture.status == 304
        else capture.media_type or "application/octet-stream",
        digest=digest,
        offset=offset,
        length=length,
    )


def timestamp(at: datetime) -> str:
    """Return an instant as the fourteen digits of the index, UTC."""
    return at.strftime("%Y%m%d%H%M%S")


def search_key(url: str) -> str:
    """Return the sort-friendly form of an address (SURT): ``cn,gov,qinghe)/zwgk?a=1``.

    As replay tools make it: lower case, without ``www.`` and the last slash, queries sorted.
    """
    parts = urlsplit(url.lower())
    host = ",".join(reversed(_WWW.sub("", parts.hostname or "").split(".")))
    port = f":{parts.port}" if parts.port else ""
    query = sorted(parse_qsl(parts.query, keep_blank_values=True), key=lambda pair: pair[0])
    asked = f"?{urlencode(query)}" if query else ""
    return f"{host}{port}){parts.path.removesuffix('/') or '/'}{asked}"
