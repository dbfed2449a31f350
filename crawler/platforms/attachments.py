"""Files that an article carries: linked, embedded, opened by scripts, in and outside its body."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from lxml.html import HtmlElement

from crawler.platforms import wording
from crawler.platforms.addresses import (
    canonical_url,
    join_address,
    looks_like_address,
)
from crawler.platforms.lists import in_chrome
from crawler.platforms.markup import Markup, collapse, parse_fragment, text_of
from crawler.platforms.model import Attachment
from crawler.platforms.row_links import link_address
from crawler.platforms.script_rows import json_objects, json_values, quoted_markup

_FILE = re.compile(
    r"\.(?:pdf|docx?|wps|ofd|xlsx?|et|zip|rar|7z|rtf|txt|ceb|pptx?|tiff?)$", re.IGNORECASE
)
_SERVED = re.compile(
    r"/(?:download|downfile|down|downloadfile|fileserver|attach|attachment|uploadfile|filedown|downloadztbattach)\w*(?:\.\w+)?(?:/|$)"
    r"|/files/[0-9a-f]{32}(?=$|\?)|downloadattachurl|wbfileid=|attachid=|fileid=|filename=|attguid=",
    re.IGNORECASE,
)
_SITE_WIDE = re.compile(
    r"\bapp\b|app下载|客户端|浏览器|移动端|下载专区|下载中心|插件|阅读器|reader|无障碍|小程序",
    re.IGNORECASE,
)
_VIEWER_PARAMETERS = ("file", "url", "src", "path", "pdf", "furl", "fileurl", "docurl", "pdfurl")
_VIEWER = re.compile(r"/pdfjs/|pdf\.?js|/viewer\.html|pdfviewer|pdfview", re.IGNORECASE)
_HELD_IN = ("value", "data-pdf", "data-file", "data-fileurl", "data-pdfurl", "data-original-file")
_STORED_NAME = re.compile(r"^[0-9A-Fa-f_-]{8,}(?:\.\w+)?$")
_NAME_PARAMETERS = ("showname", "filename", "file_name", "name", "title")
_QUOTED_FILE = re.compile(
    r"""["'](?P<path>[^"'\s<>]{3,300}\.(?:pdf|docx?|wps|ofd|xlsx?|zip|rar))["']""", re.IGNORECASE
)
_FILE_KEYS = wording.WORDS["keys"]["files"]
_NAME_KEYS = wording.WORDS["keys"]["file_names"]


def read_attachments(markup: Markup, body: HtmlElement | None, url: str) -> tuple[Attachment, ...]:
    """Return the files of an article, each once, in the order met; images of the body are none."""
    found: dict[str, Attachment] = {}
    for attachment in _all(markup, body):
        key = canonical_url(attachment.url)
        if key != canonical_url(url):
            found.setdefault(key, attachment)
    return tuple(found.values())


def _all(markup: Markup, body: HtmlElement | None) -> Iterator[Attachment]:
    within = set(body.iter()) if body is not None else set()
    for element in markup.root.iter():
        yield from _of_element(element, markup.base, within_body=element in within)
    written = quoted_markup(markup.scripts)
    if written:
        for element in parse_fragment(written).iter("a"):
            yield from _of_link(element, markup.base, within_body=False)
    for script in markup.scripts:
        yield from _of_script(script, markup.base)


def _of_element(element: HtmlElement, base: str, *, within_body: bool) -> Iterator[Attachment]:
    if element.tag in ("iframe", "embed", "object", "frame", "param"):
        yield from _of_frame(element, base)
    elif element.tag in ("input", "div", "canvas", "section", "p", "span"):
        yield from _held(element, base)
    if (element.tag == "a" or element.get("onclick")) and (within_body or not in_chrome(element)):
        yield from _of_link(element, base, within_body=within_body)


def _of_link(element: HtmlElement, base: str, *, within_body: bool) -> Iterator[Attachment]:
    address = link_address(element, base) or _protected(element, base)
    if address is None:
        return
    viewed = _viewed_file(address)
    if viewed:
        yield Attachment(url=viewed, name=_name(element, viewed))
    elif _carries_file(element, address, within_body=within_body):
        yield Attachment(url=address, name=_name(element, address))


def is_file(address: str) -> bool:
    """Tell an address of a document from that of a page, by its ending."""
    return bool(_FILE.search(urlsplit(address).path))


def _carries_file(element: HtmlElement, address: str, *, within_body: bool) -> bool:
    """Tell the article's files, also those without an ending, from the site's own programs."""
    text = text_of(element)
    if not within_body and _SITE_WIDE.search(text):
        return False
    if is_file(address):
        return True
    parts = urlsplit(address)
    if not _SERVED.search(f"{parts.path}?{parts.query}"):
        return False
    names = (text, element.get("title"), element.get("download"), _named_in(address))
    if any(name and _FILE.search(name) for name in names):
        return True
    is_page = parts.path.endswith(("html", "htm")) and not parts.query
    return not is_page and (within_body or "附件" in text or bool(parts.query))


def _protected(element: HtmlElement, base: str) -> str | None:
    """Return the public address of a TRS file whose link names only the protected store.

    The store's path is not served; the file lies beside the article under the same name.
    """
    store = element.get("oldsrc") or ""
    name = store.rpartition("/")[2]
    return join_address(base, f"./{name}") if _FILE.search(name) else None


def _of_frame(element: HtmlElement, base: str) -> Iterator[Attachment]:
    written = element.get("src") or element.get("data") or element.get("value") or ""
    address = join_address(base, written) if looks_like_address(written) else None
    if address is None:
        return
    file = _viewed_file(address) or (address if is_file(address) else None)
    if file:
        yield Attachment(url=file, name=collapse(element.get("title") or "") or _basename(file))


def _held(element: HtmlElement, base: str) -> Iterator[Attachment]:
    """Yield the document whose address a hidden field or an attribute holds for a viewer."""
    for name in _HELD_IN:
        written = element.get(name) or ""
        if name == "value" and (element.get("type") or "").lower() != "hidden":
            continue
        address = join_address(base, written) if looks_like_address(written) else None
        if address and is_file(address):
            yield Attachment(url=address, name=_basename(address))


def _viewed_file(address: str) -> str | None:
    """Return the document that a viewer page such as ``viewer.html?file=…`` shows."""
    parts = urlsplit(address)
    query = parse_qs(parts.query or parts.fragment)
    for name in _VIEWER_PARAMETERS:
        for value in query.get(name, ()):
            written = unquote(value)
            if name == "file" and _VIEWER.search(parts.path) and "/" in written:
                return join_address(address, written)
            if _FILE.search(
                urlsplit(written).path if "://" in written else written.partition("?")[0]
            ):
                return join_address(address, written)
    return None


def _of_script(script: str, base: str) -> Iterator[Attachment]:
    """Yield the files that a script names by their path, with the name an object gives them."""
    names: dict[str, str] = {}
    for value in json_values(script):
        for found in json_objects(value):
            path = next(
                (
                    v
                    for key in _FILE_KEYS
                    if isinstance(v := found.get(key), str) and _FILE.search(v)
                ),
                None,
            )
            label = next(
                (v for key in _NAME_KEYS if isinstance(v := found.get(key), str) and v), ""
            )
            if path:
                names[path] = label
    for path, label in names.items():
        address = join_address(base, path) if "/" in path else None
        if address:
            yield Attachment(url=address, name=collapse(label) or _basename(address))
    for match in _QUOTED_FILE.finditer(script):
        path = match["path"].replace("\\/", "/")
        address = _viewed_file(join_address(base, path) or "") or (
            join_address(base, path) if looks_like_address(path) and _is_path(path) else None
        )
        if address and path not in names:
            yield Attachment(url=address, name=_basename(address))


def _is_path(path: str) -> bool:
    return "/" in path or bool(re.match(r"^[PW]0\d{8,}", path))


def _name(element: HtmlElement, address: str) -> str:
    """Return what the file is called: a name with an ending first, then what the link says."""
    text = text_of(element)
    given = [
        collapse(element.get("download") or ""),
        text,
        collapse(element.get("alt") or ""),
        collapse(element.get("title") or ""),
        _named_in(address),
    ]
    with_ending = next((name for name in given if _FILE.search(name)), None)
    plain = next(
        (name for name in given if name and wording.compact(name) not in wording.ACTIONS), None
    )
    return with_ending or plain or text or _basename(address)


def _named_in(address: str) -> str:
    query = parse_qs(urlsplit(address).query)
    values = (collapse(value) for name in _NAME_PARAMETERS for value in query.get(name, ()))
    return next((value for value in values if not _STORED_NAME.match(value)), "")


def _basename(address: str) -> str:
    return unquote(urlsplit(address).path.rpartition("/")[2]) or address
