"""Epoint WebBuilder (新点): rows from JSON services whose dialects differ by host."""

import json
import re
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from monitor.simulator.families.base import JSON, Family
from monitor.simulator.model import Item, Kind, Node
from monitor.simulator.server import NOT_FOUND, Answer, Request

DEFAULT_GUID = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"
"""The vendor's, met on many hosts."""
MOODS = ("json", "params", "middle", "static")


class Epoint(Family):
    """A portal of WebBuilder."""

    name = "epoint"
    layouts = ("own", "mixed", "central")
    per_page = (6, 8, 10)

    def prepare(self) -> None:
        """Draw the host's dialect: the project, where pages begin, how bodies are wrapped."""
        self.mood = self.chance.choice(MOODS)
        self.project = {"params": "/EWB_YK_Mid", "middle": "/Epoint-MiddleForWeb"}.get(
            self.mood, "/EWB-FRONT"
        )
        self.first = 0 if self.mood == "params" else self.chance.choice((0, 1))

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return the sub-page of a department with the category, or a second page."""
        del total
        if node is self.portal.news or node.kind is Kind.HUB:
            return f"/{self.directory(node)}/secondpage.html"
        if self.mood == "static":
            page = f"&pageIndex={number}" if number > 1 else ""
            return (
                f"/dynamic/zwgk/govlist.html?deptcode={self._dept(node)}&category"
                f"num={self._category(node)}{page}"
            )
        return (
            f"/govxxgk/{self._dept(node)}/govInfoPub.html?categorynum="
            f"{self._category(node)}&deptcode={self._dept(node)}"
        )

    def _category(self, node: Node) -> str:
        return f"003{node.number % 10**6:06d}{self.salt}"

    def _dept(self, node: Node) -> str:
        return f"00{1 + sum(node.agency.slug.encode()) % 97 if node.agency else 1:03d}"

    def item_path(self, item: Item) -> str:
        """Return ``/govxxgk/001/2024-03-05/<uuid>.html``."""
        begin = item.spans[0][0] if item.spans else item.shown_on
        department = self._dept(self.homes[item.number])
        return f"/govxxgk/{department}/{begin:%Y-%m-%d}/{_uuid(item)}.html"

    def file_path(self, item: Item, ending: str) -> str:
        """Return a download without a file name."""
        return (
            f"{self.project}/webbuildermis/attach/downloadztbattach?attachGuid="
            f"{_uuid(item, ending)}"
            f"&appUrlFlag=ewb&siteGuid={DEFAULT_GUID}"
        )

    def list_at(self, request: Request) -> tuple[Node, int] | None:
        """Return the column that an address names by its category."""
        if not request.path.endswith(("govlist.html", "govInfoPub.html")):
            return None
        wanted = request.query.get("categorynum")
        node = next((n for n in self.nodes() if self._category(n) == wanted), None)
        return (node, int(request.query.get("pageIndex") or 1)) if node else None

    def listing_head(self, node: Node) -> str:
        """Return the labels, some left as the template has them."""
        text = super().listing_head(node)
        if self.mood == "middle":
            text = re.sub(r'(name="SiteName" content=")[^"]*', r"\1网站名称", text)
        return f'{text}<script src="/js/webBuilderCommon.js"></script>'

    def listing(self, node: Node, number: int, at: datetime) -> str:
        """Return a template that a script fills, or rows in the page."""
        if self.mood == "static" or node is self.portal.news:
            return super().listing(node, number, at).replace("<ul ", '<ul id="govinfolist" ', 1)
        wrapped = self._wrap(node)
        return (
            '<ul id="govinfolist"></ul><script type="text/template" id="tpl">{{#data}}<li>'
            '<a href="{{infourl}}">{{title}}</a><span>{{infodate}}</span></li>{{/data}}</script>'
            f"<script>var deptcode='{self._dept(node)}',categorynum='{self._category(node)}',"
            f"pageSize={self.size};\n$.ajax({{url:siteInfo.projectName+"
            f"'/rest/lightfrontaction/getgovinfolist',type:'post',contentType:'application/json',"
            f"data:JSON.stringify({wrapped})}});</script>"
        )

    def _wrap(self, node: Node) -> str:
        asked = json.dumps(
            {
                "deptcode": self._dept(node), "categorynum": self._category(node),
                "pageIndex": self.first, "pageSize": self.size, "siteGuid": DEFAULT_GUID,
            }
        )  # fmt: skip
        return f'{{"params":{asked}}}' if self.mood == "params" else asked

    def service(self, request: Request) -> Answer | None:
        """Answer the script with the project's name, and the list service."""
        if request.path == "/js/webBuilderCommon.js":
            text = (
                f"var siteInfo = {{ projectName: '{self.project}', siteGuid: "
                f"'{DEFAULT_GUID}', vname: '' }};"
            )
            return Answer(body=text.encode(), headers={"Content-Type": "application/javascript"})
        if request.path != f"{self.project}/rest/lightfrontaction/getgovinfolist":
            return None
        return self._rows(request) if request.method == "POST" else NOT_FOUND

    def _rows(self, request: Request) -> Answer:
        asked = _body(request)
        if (self.mood == "params") != ("params" in asked):
            text = json.dumps({"custom": {}, "status": {"code": 0, "text": "参数错误"}})
            return Answer(body=text.encode(), headers={"Content-Type": JSON})
        asked = asked.get("params") or asked
        wanted = str(asked.get("categorynum"))
        node = next((n for n in self.nodes() if self._category(n) == wanted), None)
        rows = node.rows(request.at) if node else []
        number = int(asked.get("pageIndex") or 0) - self.first
        size = int(asked.get("pageSize") or self.size)
        shown = rows[max(0, number) * size : (max(0, number) + 1) * size]
        data = [self._row(item, node) for item in shown if node]
        answer = {
            "custom": {"total": len(rows), "data": data},
            "status": {"code": 1, "text": "操作成功"},
        }
        return Answer(body=json.dumps(answer).encode(), headers={"Content-Type": JSON})

    def _row(self, item: Item, node: Node) -> dict[str, str]:
        return {
            "title": f"{item.title[:16]}…", "realtitle": item.title,
            "infourl": self.href(item, node),
            "infodate": item.shown_on.isoformat(), "infoid": _uuid(item),
            "deptname": self.portal.name,
            "categorynum": self._category(node),
        }  # fmt: skip


def _uuid(item: Item, more: str = "") -> str:
    return str(uuid5(NAMESPACE_URL, f"{item.portal} {item.number} {more}"))


def _body(request: Request) -> dict[str, Any]:
    try:
        found = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
