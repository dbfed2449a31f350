"""Writes a specimen as the page of a portal, with all that surrounds a report there."""

from html import escape
from importlib import resources
from string import Template

from monitor.specimens.html import html_body, paragraph
from monitor.specimens.html_look import PLAIN, HtmlLook
from monitor.specimens.model import Specimen

_HOLDER = {
    "plain": '<div class="content">{}</div>',
    "trs": '<div class="TRS_Editor"><div class="Custom_UnionStyle">{}</div></div>',
    "hanweb": "<div id='zoom'><!--ZJEG_RSS.content.begin-->{}<!--ZJEG_RSS.content.end--></div>",
    "ueditor": '<div class="article-con" id="UCAP-CONTENT">{}</div>',
    "wang": '<div class="w-e-text" id="vsb_content"><div class="v_news_content">{}</div></div>',
    "word": '<div class=WordSection1 style="layout-grid:15.6pt">{}</div>',
    "pasted": "<div id='NewsContent'>{}</div>",
}
_WORD_HEAD = (
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View><w:Zoom>0</w:Zoom>"
    "</w:WordDocument></xml><![endif]--><style><!--\n p.MsoNormal {mso-style-parent:'';"
    "margin:0cm;font-size:10.5pt}\n--></style>"
)


def html_page(report: Specimen, look: HtmlLook = PLAIN) -> bytes:
    """Return the report as a page, in the encoding of the look."""
    text = _HOLDER[look.editor].format(_titled(report, look) + html_body(report, look))
    if look.nested:
        side = "<table><tr><td>栏目导航</td></tr><tr><td>政府信息公开年报</td></tr></table>"
        text = (
            f"<table width='1000'><tr><td width='200' valign='top'>{side}</td>"
            f"<td width='800'>{text}</td></tr></table>"
        )
    if look.furniture:
        text = _furniture("top", report) + text + _furniture("bottom", report)
    page = f"<!DOCTYPE html>\n<html><head>{_head(report, look)}</head><body>{text}</body></html>"
    return page.encode(look.encoding, errors="xmlcharrefreplace")


def _head(report: Specimen, look: HtmlLook) -> str:
    title = escape(flat_title(report))
    parts = [f"<title>{title}_{escape(report.agency)}</title>"]
    if look.declared:
        parts.insert(
            0, f'<meta http-equiv="Content-Type" content="text/html; charset={look.declared}">'
        )
    if look.labels:
        labels = {
            "SiteName": f"{report.agency}网站",
            "ColumnName": "政府信息公开年报",
            "ArticleTitle": flat_title(report),
            "PubDate": f"{report.published_on} 09:12",
            "ContentSource": report.agency,
        }
        parts += [f'<meta name="{name}" content="{escape(text)}">' for name, text in labels.items()]
    if look.editor == "word":
        parts.append(_WORD_HEAD)
    return "".join(parts)


def flat_title(report: Specimen) -> str:
    """Return the title in one line."""
    return report.title.replace("\n", "")


def _titled(report: Specimen, look: HtmlLook) -> str:
    lines = [escape(line) for line in report.title.split("\n")]
    if look.title == "h1":
        return f"<h1>{'<br>'.join(lines)}</h1>"
    if look.title == "div":
        return f"<div class='xx_title'>{''.join(lines)}</div>"
    if look.title == "body":
        return f"<h1>{''.join(lines)}</h1>" + _styled(report, look)
    return _styled(report, look)


def _styled(report: Specimen, look: HtmlLook) -> str:
    around = "<b style='font-size:22.0pt'>{}</b>"
    return "".join(paragraph(line, look, around) for line in report.title.split("\n"))


def _furniture(name: str, report: Specimen) -> str:
    """Return what a portal shows above or below a report."""
    template = (resources.files(__package__) / f"portal_{name}.html").read_text(encoding="utf-8")
    return Template(template).substitute(
        agency=escape(report.agency),
        place=escape(report.agency[:2]),
        day=report.published_on,
        year=report.fiscal_year,
        last=report.fiscal_year - 1,
        before=report.fiscal_year - 2,
    )
