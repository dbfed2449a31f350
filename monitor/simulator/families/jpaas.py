"""Hanweb's third generation, JPaaS “unitbuild”: a column page that is a script tag."""

import json
from datetime import datetime
from html import escape
from urllib.parse import urlencode

from monitor.simulator.families.base import JSON
from monitor.simulator.families.hanweb import HanwebBase
from monitor.simulator.families.ucap import hexes
from monitor.simulator.model import Item, Node
from monitor.simulator.server import NOT_FOUND, Answer, Request

_SERVICE = "/api-gateway/jpaas-publish-server/front/page/build/unit"


class Jpaas(HanwebBase):
    """A portal of JPaaS."""

    name = "jpaas"
    layouts = ("own", "own", "mixed", "central")
    static = True

    def prepare(self) -> None:
        """Draw ids and moods of the service."""
        self.web = str(self.chance.randint(1000, 9999))
        self.template = hexes("tpl", self.portal.seed)[:21]
        self.parse = self.chance.choice(("bulidstatic", "buildstatic"))
        self.text_data = self.chance.random() < 0.3
        self.needs_referer = self.chance.random() < 0.5
        self.page_one_only = self.chance.random() < 0.15
        if self.page_one_only:
            self.size = 10_000
        self.tag = self.chance.choice(("信息列表", "栏目1板块"))

    def item_path(self, item: Item) -> str:
        """Return ``/col/col1229123351/art/2026/art_<32 hex>.html``."""
        begin = item.spans[0][0] if item.spans else item.shown_on
        if begin.year % 2:  # older articles keep the addresses of the system before
            return super().item_path(item)
        column = self.column(self.homes[item.number])
        return f"/col/col{column}/art/{begin.year}/art_{hexes(item.portal, item.number)}.html"

    def listing(self, node: Node, number: int, at: datetime) -> str:
        """Return the script tag that is all there is of a list."""
        del number, at
        data = (
            f"{{'webId':'{self.web}','pageId':'{self.column(node)}','parseType':'{self.parse}',"
            f"'pageType':'column','tagId':'{self.tag}','tplSetId':'{self.template}','editType':'null'}}"
        )
        return (
            f'<div class="page_list"><script src="/AuthorizedRead/unitbuild.js" url="{_SERVICE}" '
            f'queryData="{data}"></script></div>'
        )

    def service(self, request: Request) -> Answer | None:
        """Answer the service that builds units."""
        if request.path != _SERVICE:
            return self.download(request)
        if self.needs_referer and "referer" not in request.headers:
            return Answer(status=403, body=b"Forbidden", headers={"Content-Type": "text/plain"})
        wanted = request.query.get("pageId")
        node = next((n for n in self.nodes() if str(self.column(n)) == wanted), None)
        if node is None or request.query.get("tplSetId") != self.template:
            return NOT_FOUND
        html = self._unit(node, self._number(request), request.at)
        data: object = html if self.text_data else {"html": html}
        body = json.dumps({"success": True, "code": "200", "data": data}, ensure_ascii=False)
        return Answer(body=body.encode(), headers={"Content-Type": JSON})

    def _number(self, request: Request) -> int:
        try:
            asked = json.loads(request.query.get("paramJson") or "{}")
            return int(asked.get("pageNo") or 1)
        except (ValueError, AttributeError):
            return 1

    def _unit(self, node: Node, number: int, at: datetime) -> str:
        items = self.page_rows(node, number, at)
        rows = "".join(
            f"<li class='clearfix'><a href='{self.href(item, node)}' title='{escape(item.title)}' "
            f"target='_blank'>{escape(item.title)}</a><b>{item.shown_on}</b></li>"
            for item in items
        )
        size = min(self.size, 500)
        return (
            f'<ul>{rows}</ul><div class="pagination" rows="{size}" '
            f'count="{len(node.rows(at))}"></div>'
        )

    def attachments(self, item: Item) -> str:
        """Return links of the gateway, which expire."""
        text = super().attachments(item)
        ticket = urlencode({"fileUrl": hexes(item.number)[:12]})
        return text.replace("classid=0&amp;", f"classid=0&amp;{ticket}&amp;")
