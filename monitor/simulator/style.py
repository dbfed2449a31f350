"""How a portal writes its pages: labels, breadcrumbs, rows, dates, the frame around reports."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from random import Random

_DAYS = (
    "{0:%Y-%m-%d}", "{0:%Y-%m-%d}", "[{0:%Y-%m-%d}]", "({0:%Y-%m-%d})", "{0:%Y/%m/%d}",
    "{0:%Y.%m.%d}",
    "{0.year}年{0.month}月{0.day}日", "[\n {0:%Y-%m-%d} ]", "{0:%Y-%m-%d} 09:12",
)  # fmt: skip
_ROWS = {
    "li": '<li><a href="{href}"{title}{more}>{text}</a><span>{day}</span></li>',
    "li-b": '<li><a href="{href}"{title}{more} target="_blank">{text}</a><b>{day}</b></li>',
    "li-first": '<li><span class="date">{day}</span><a{title} href="{href}"{more}>{text}</a></li>',
    "li-loose": "<li><a href='{href}'{title}{more}>· {text}</a> {day}</li>",
    "ul-each": '<ul class="clearfix"><li class="mc"><a href="{href}"{title}{more}>{text}</a></li>'
    '<li class="rq">{day}</li></ul>',
    "h4": (
        '<li><h4><a href="{href}"{title}{more}>{text}</a></h4><span class="time">{day}</span></li>'
    ),
    "table": '<tr><td>·</td><td><a href="{href}"{title}{more}>{text}</a></td><td>{day}</td></tr>',
    "table-numbered": "<tr><td>{number}</td><td><a href='{href}'{title}{more}>{text}</a></td>"
    "<td align='center'>{day}</td></tr>",
    "dl": '<dd><a href="{href}"{title}{more}>{text}</a><em>{day}</em></dd>',
    "div": '<div class="item"><div class="t"><a href="{href}"{title}{more}>{text}</a></div>'
    '<div class="d">{day}</div></div>',
    "p": '<p><a href="{href}"{title}{more}>{text}</a><span>{day}</span></p>',
}
_AROUND = {
    "table": ("<table><tbody>", "</tbody></table>"),
    "table-numbered": ("<table><tr><th>序号</th><th>标题</th><th>日期</th></tr>", "</table>"),
    "dl": ("<dl><dt>年度报告</dt>", "</dl>"),
    "div": ('<div class="listbox">', "</div>"),
    "p": ('<div class="text_list">', "</div>"),
    "ul-each": ('<div class="xxgk_nav_con">', "</div>"),
}
_INFOS = (
    "发布时间：{day} 09:12 来源：{source} 字体：大 中 小",
    "发布日期：{day} 来源：{source} 浏览次数：<script src='/js/count.js'></script>",
    "日期：{day:%Y}年{day.month}月{day.day}日　信息来源：{source}",
    "时间：{day}09:26 &nbsp; 作者： &nbsp; 来源：{source}",
    (
        "<table class='xxgk_table'><tr><td>索引号：</td><td>00{number}/{day:%Y}-00012"
        "</td><td>发布机构：</td>"
        "<td>{source}</td></tr><tr><td>成文日期：</td><td>{written}</td><td>发布日期：</td><td>{day}</td></tr></table>"
    ),
)
_BODIES = (
    '<div class="TRS_Editor">{}</div>', '<div id="zoom">{}</div>',
    '<div class="article-content">{}</div>',
    '<div class="news_content" id="content">{}</div>', '<td class="bt_content">{}</td>',
    '<div class="wz_con"><div class="wz_text">{}</div></div>',
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One way of writing pages."""

    rows: str = "li"
    day: str = "{0:%Y-%m-%d}"
    cut: int | None = None
    """Longer titles are cut in lists, the title attribute holds the rest."""
    labels: bool = True
    """Whether pages bear the labels of the State Council's guideline."""
    info: int = 0
    body: int = 0
    crumbs: str = "当前位置："
    list_class: str = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link as a list shows it."""

    href: str
    text: str
    day: date | None = None
    onclick: str = ""


def random_style(chance: Random) -> Style:
    """Return one way of writing pages."""
    return Style(
        rows=chance.choice(tuple(_ROWS)),
        day=chance.choice(_DAYS),
        cut=chance.choice((None, None, 22, 28)),
        labels=chance.random() < 0.8,
        info=chance.randrange(len(_INFOS)),
        body=chance.randrange(len(_BODIES)),
        crumbs=chance.choice(("当前位置：", "您的位置：", "您现在所在的位置:", "位置 ")),
        list_class=chance.choice(("list", "xxgk_list", "gknb_list", "newsList", "zfxxgk_zdgkc")),
    )


def row(style: Style, link: Link, number: int = 1) -> str:
    """Return one row of a list."""
    is_cut = style.cut is not None and len(link.text) > style.cut
    text = f"{link.text[: style.cut]}…" if is_cut else link.text
    title = f' title="{escape(link.text)}"' if is_cut or style.cut is None else ""
    return _ROWS[style.rows].format(
        href=escape(link.href, quote=True),
        text=escape(text),
        title=title,
        more=f' onclick="{link.onclick}"' if link.onclick else "",
        day=style.day.format(link.day) if link.day else "",
        number=number,
    )


def rows(style: Style, links: Iterable[Link]) -> str:
    """Return the rows of a list with what surrounds them."""
    before, after = _AROUND.get(style.rows, (f'<ul class="{style.list_class}">', "</ul>"))
    inside = "\n".join(row(style, link, number) for number, link in enumerate(links, start=1))
    return f"{before}\n{inside}\n{after}"


def meta(**labels: str) -> str:
    """Return labels of the head of a page."""
    return "".join(
        f'<meta name="{name}" content="{escape(text)}">\n' for name, text in labels.items()
    )


def crumbs(style: Style, path: Sequence[tuple[str, str]], last: str) -> str:
    """Return the breadcrumb: names with addresses, and the name of the page itself."""
    links = " &gt; ".join(f'<a href="{href}">{escape(name)}</a>' for name, href in path)
    return f'<div class="position">{style.crumbs}{links} &gt; {escape(last)}</div>'


def document(title: str, body: str, *, head: str = "", charset: str = "utf-8") -> str:
    """Return a page."""
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="{charset}">\n<title>{escape(title)}</title>\n'
        f"{head}</head>\n<body>\n{body}\n</body></html>"
    )


def info_line(style: Style, day: date, written: date, source: str, number: int) -> str:
    """Return what stands between a title and a text: dates and source."""
    text = _INFOS[style.info].format(day=day, written=written, source=escape(source), number=number)
    return f'<div class="info">{text}</div>'


def body_box(style: Style, text: str) -> str:
    """Return the element that holds the text of an article."""
    box = _BODIES[style.body].format(text)
    return f"<table><tr>{box}</tr></table>" if box.startswith("<td") else box
