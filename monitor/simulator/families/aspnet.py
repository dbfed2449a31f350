"""ASP.NET WebForms: one address for all pages of a list, the others are sent as a form."""

from html import escape
from typing import ClassVar

from monitor.simulator.families.base import Family
from monitor.simulator.families.ucap import hexes
from monitor.simulator.model import Item, Node
from monitor.simulator.server import Answer, Request

_PAGER = "ctl00$MainContent$AspNetPager1"


class AspNet(Family):
    """A portal whose pagers call ``__doPostBack``; the server wants its view state back."""

    name: ClassVar[str] = "aspnet"
    static: ClassVar[bool] = False

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return ``/Web/list.aspx?cid=12``, whatever the page."""
        del number, total
        return f"/Web/list.aspx?cid={node.number % 5_000 + 900 * self.salt}"

    def item_path(self, item: Item) -> str:
        """Return ``/Web/show.aspx?id=4000012``."""
        return f"/Web/show.aspx?id={item.number}"

    def service(self, request: Request) -> Answer | None:
        """Answer the form of a pager."""
        node = self._lists.get(request.target)
        if request.method != "POST" or node is None:
            return None
        fields = request.form
        if fields.get("__VIEWSTATE") != self._state(node):
            return Answer(status=500, body=b"Invalid viewstate")
        number = fields.get("__EVENTARGUMENT", "")
        is_ours = fields.get("__EVENTTARGET") == _PAGER and number.isdigit()
        return self.list_answer(node, int(number) if is_ours else 1, request.at)

    def _state(self, node: Node) -> str:
        return f"/wEPDwUK{hexes('state', node.number)}ZGQ="

    def pager(self, node: Node, number: int, total: int, items: int) -> str:
        """Return a form with the view state and links that send it."""
        fields = {
            "__EVENTTARGET": "", "__EVENTARGUMENT": "", "__VIEWSTATE": self._state(node),
            "__VIEWSTATEGENERATOR": "CA0B0334",
        }  # fmt: skip
        hidden = "".join(
            f'<input type="hidden" name="{name}" id="{name}" value="{escape(text)}">'
            for name, text in fields.items()
        )
        pages = " ".join(
            f"<span>{page}</span>" if page == number else _link(page, str(page))
            for page in range(1, total + 1)
        )
        after = _link(number + 1, "下一页") if number < total else "<span>下一页</span>"
        return (
            f'<form method="post" action="{escape(self.node_path(node))}" id="form1">{hidden}'
            f'<div class="pager">共{items}条 第{number}/{total}页 {pages} {after}</div></form>'
        )


def _link(page: int, text: str) -> str:
    return f"<a href=\"javascript:__doPostBack('{_PAGER}','{page}')\">{text}</a>"
