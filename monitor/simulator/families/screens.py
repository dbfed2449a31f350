"""Home pages, platforms and columns, in the layouts of section 11 of the map of families."""

from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from monitor.simulator import style as looks
from monitor.simulator import wording
from monitor.simulator.families import articles
from monitor.simulator.model import Item, Kind, Node
from monitor.simulator.style import Link

if TYPE_CHECKING:
    from monitor.simulator.families.base import Family


def home(family: "Family") -> str:
    """Return the front page: menus, news, links to other portals of the place."""
    portal = family.portal
    root = family.node_path(portal.root)
    menus = [Link(href="/", text="首页"), Link(href=family.node_path(portal.news), text="新闻中心")]
    menus.append(Link(href=root, text=portal.root.name))
    place = portal.name[:3]
    menus += [
        Link(href=f"/{slug}/", text=name.format(place=place))
        for slug, name in zip(("hdjl", "bsfw", "zjxx"), wording.WORDS["menus"][1:4], strict=True)
    ]
    text = "".join(f'<li><a href="{link.href}">{escape(link.text)}</a></li>' for link in menus)
    friends = "".join(f'<a href="{href}">{escape(name)}</a>\n' for name, href in portal.siblings)
    head = looks.meta(**family.site_labels()) if family.style.labels else ""
    mobile = f"http://{portal.mobile_host}/" if portal.mobile_host else "/sjb/"
    body = (
        f'<div class="top"><a href="/wza/">无障碍浏览</a> <a href="{mobile}">手机版</a></div>'
        f'<div class="nav"><ul>{text}</ul></div><h1>{escape(portal.name)}</h1>'
        f"<p>欢迎访问{escape(portal.name)}。本网站依法公开政府信息，提供办事服务，回应社会关切。</p>"
        f'<div class="friends">友情链接 {friends}</div>'
        f'<div class="footer">主办：{escape(portal.name)} 网站标识码：{portal.division}0001</div>'
    )
    return looks.document(portal.name, body, head=head)


def node_page(family: "Family", node: Node, number: int, at: datetime) -> str:
    """Return a page that leads on."""
    match node.kind:
        case Kind.TEXT:
            return _text(family, node, at)
        case Kind.HUB:
            body = _entries(family, node)
        case Kind.NOTE:
            body = str(wording.TEXTS["note"]).format(name=escape(node.name))
        case Kind.TABS:
            body = _tabs(family, node, at)
        case Kind.PANELS:
            body = _panels(family, node, at)
        case Kind.SELECT:
            body = _select(family, node, at)
        case Kind.TABLE:
            body = _table(family, node, at)
        case Kind.SHELL:
            body = _shell(node)
        case Kind.LIST:
            body = family.listing(node, number, at)
    return framed(family, node, body)


def framed(family: "Family", node: Node, body: str) -> str:
    """Return a page of a column with its surroundings."""
    portal, style = family.portal, family.style
    path = [("首页", "/"), (portal.root.name, family.node_path(portal.root))]
    side = "".join(
        f'<li><a href="{family.node_path(child)}">{escape(child.name)}</a></li>'
        for child in portal.root.children
    )
    text = (
        f"{looks.crumbs(style, path, node.name)}\n"
        f'<div class="side"><ul>{side}</ul></div>\n<div class="main"><h3>{escape(node.name)}</h3>\n'
        f'{body}</div>\n<div class="footer">主办：{escape(portal.name)}</div>'
    )
    return looks.document(f"{node.name}_{portal.name}", text, head=family.listing_head(node))


def plain_pager(family: "Family", node: Node, number: int, total: int, items: int) -> str:
    """Return a pager of ordinary links."""
    if total == 1:
        return ""

    def to(text: str, page: int) -> str:
        ok = 1 <= page <= total and page != number
        return f'<a href="{family.node_path(node, page, total)}">{text}</a>' if ok else text

    pages = " ".join(to(str(page), page) for page in range(1, min(total, 9) + 1))
    return (
        f'<div class="page">共{items}条 第{number}/{total}页 {to("首页", 1)} '
        f"{to('上一页', number - 1)} "
        f"{pages} {to('下一页', number + 1)} {to('尾页', total)}</div>"
    )


def _entries(family: "Family", node: Node) -> str:
    links = family.platform_links(node)
    inside = "".join(f'<li><a href="{link.href}">{escape(link.text)}</a></li>' for link in links)
    return f'<ul class="xxgk_entry">{inside}</ul>'


def _tabs(family: "Family", node: Node, at: datetime) -> str:
    tabs = " ".join(
        f'<a class="tab" href="{family.node_path(child)}">{escape(child.name)}</a>'
        for child in node.children
    )
    shown = next((child for child in node.children if child.rows(at)), node.children[0])
    rows = looks.rows(family.style, family.links(shown.rows(at), shown))
    return f'<div class="tabs">{tabs}</div>{rows}'


def _panels(family: "Family", node: Node, at: datetime) -> str:
    tabs = "".join(f"<span class='tab'>{escape(child.name)}</span>" for child in node.children)
    panels = "".join(
        f'<div class="panel" style="display:{"none" if index else "block"}">'
        f"{looks.rows(family.style, family.links(child.rows(at), child))}</div>"
        for index, child in enumerate(node.children)
    )
    return f'<div class="tabs">{tabs}</div>{panels}'


def _select(family: "Family", node: Node, at: datetime) -> str:
    options = "".join(
        f'<option value="{family.node_path(child)}">{escape(child.name)}</option>'
        for child in node.children
    )
    shown = node.children[0]
    rows = looks.rows(family.style, family.links(shown.rows(at), shown))
    return (
        f'<select onchange="location.href=this.value"><option value="">请选择单位</option>{options}'
        f"</select>{rows}"
    )


def _table(family: "Family", node: Node, at: datetime) -> str:
    """Return the table of who has published: a link a unit, its text only says 查看."""
    items = node.rows(at)
    lines = []
    for number, item in enumerate(items, start=1):
        text = "查看" if item.agency else "详情"
        lines.append(
            f"<tr><td>{number}</td><td>{escape(item.title)}</td><td>{item.shown_on}</td>"
            f'<td><a href="{family.href(item, node)}" target="_blank">{text}</a></td></tr>'
        )
    return (
        "<table border='1'><tr><th>序号</th><th>年度报告</th><th>公布日期</th><th>链接</th></tr>"
        f"{''.join(lines)}</table>"
    )


def _shell(node: Node) -> str:
    """Return a page whose rows exist only after its script has asked for them.

    Where from, the script says, puts together letter by letter, or asks for after a while.
    """
    service = f"/api/front/rows?channel={node.number}"
    letters = ",".join(str(ord(letter)) for letter in service)
    asks = (
        f"fetch('{service}')",
        f"fetch(String.fromCharCode({letters}))",
        f"new Promise(a=>setTimeout(a,300)).then(()=>fetch(String.fromCharCode({letters})))",
    )[node.number % 3]
    return (
        '<div id="app"></div><script>'
        f"{asks}.then(a=>a.json()).then(function(rows){{"
        "var list=document.createElement('ul');rows.forEach(function(row){"
        "var item=document.createElement('li'),link=document.createElement('a');"
        "link.href=row.u;link.textContent=row.t;item.appendChild(link);"
        "var day=document.createElement('span');day.textContent=row.d;"
        "item.appendChild(day);list.appendChild(item);});"
        "document.getElementById('app').appendChild(list);});</script>"
    )


def _text(family: "Family", node: Node, at: datetime) -> str:
    """Return the newest report itself, the earlier ones linked below it."""
    reports = [item for item in node.rows(at) if item.is_report and item.target is None]
    if not reports:
        return framed(family, node, "<p>内容整理中。</p>")
    earlier = "".join(_earlier(family, node, item) for item in reports[1:])
    below = f'<div class="history">往年年报<ul>{earlier}</ul></div>'
    shown = articles.article(family, reports[0], at, below=below)
    directory = family.item_path(reports[0]).rpartition("/")[0]
    return shown.replace('href="./', f'href="{directory}/')  # its files lie beside its own page


def _earlier(family: "Family", node: Node, item: Item) -> str:
    return f'<li><a href="{family.href(item, node)}">{escape(item.title)}</a></li>'
