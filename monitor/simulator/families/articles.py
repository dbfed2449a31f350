"""The pages of reports, and of what only looks like reports."""

from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING

from monitor.simulator import style as looks
from monitor.simulator.documents import report_markup
from monitor.simulator.model import REPOST, ROW_FORMS, Form, Item
from monitor.simulator.wording import TEXTS

if TYPE_CHECKING:
    from monitor.simulator.families.base import Family


def article(family: "Family", item: Item, at: datetime, *, below: str = "") -> str:
    """Return the page of a row; ``below`` is what else the page shows."""
    style, source = family.style, source_of(family, item)
    node = family.homes[item.number]
    head = ""
    if style.labels:
        head = looks.meta(
            **family.column_labels(node),
            ArticleTitle=item.title,
            PubDate=f"{item.shown_on} 09:12:00",
            ContentSource=source,
        )
    written = item.shown_on - timedelta(days=3)
    path = [("首页", "/"), (node.name, family.node_path(node))]
    text = (
        f"{looks.crumbs(style, path, '正文')}\n<h1>{escape(item.title)}</h1>\n"
        f"{looks.info_line(style, item.shown_on, written, source, item.number)}\n"
        f"{looks.body_box(style, body_of(family, item, at))}\n{below}"
        f'<div class="footer">主办：{escape(family.portal.name)} 打印本页 关闭窗口</div>'
    )
    return looks.document(f"{item.title}_{family.portal.name}", text, head=head)


def source_of(family: "Family", item: Item) -> str:
    """Return the source that a page names."""
    return item.agency.name if item.agency else family.portal.name


def body_of(family: "Family", item: Item, at: datetime) -> str:
    """Return the text of a row's page with its files."""
    if not item.is_report and item.lure != REPOST:
        return str(TEXTS.get(item.lure or "", TEXTS["other"]))
    if item.form is Form.VIEWER:
        file = family.file_path(item, "pdf")
        return f'<iframe src="/pdfjs/web/viewer.html?file={file}" width="100%"></iframe>'
    if item.form is Form.PICTURES:
        return f'<p><img src="{family.file_path(item, "png")}" alt=""></p>'
    if item.form is Form.PAGE:
        return report_markup(item, family.editor, changed=item.changed(at))
    if item.form in ROW_FORMS:
        return family.attachments(item)
    # Some give the text as well as the file, some only the file.
    in_full = item.number % 2 == 0
    markup = report_markup(item, family.editor, changed=item.changed(at)) if in_full else ""
    return f"{markup or '<p>详见附件。</p>'}{family.attachments(item)}"
