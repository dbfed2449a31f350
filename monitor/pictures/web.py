"""Sheets of web pages, drawn by a Chromium that runs no script and reaches no network."""

import os
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import cast

from lxml import etree
from PIL import Image
from playwright.sync_api import Browser, Error, Page, sync_playwright

from monitor.language import Bilingual
from monitor.pictures.drawing import Box, Sheet
from monitor.pictures.errors import PictureError
from monitor.pictures.notes import Note, Spot
from monitor.reading import kinds
from monitor.reading.html import parse_page
from storage.browser import NoBrowserError, find_browser

WEB = frozenset((kinds.HTML,))
"""The kinds of files that this module draws."""
_MARK = "data-nianbao"
_WIDTH = 1100
_SHEET = 2200
"""Height of a sheet in pixels."""
_TALLEST = 60_000
_PATIENCE = 60_000
_REMOVED = ("script", "iframe", "frame", "object", "embed", "base", "link", "video", "audio")
_BOXES = """nodes => nodes.map(node => {
    const box = node.getBoundingClientRect();
    return [node.getAttribute("data-nianbao"), box.left + scrollX, box.top + scrollY,
            box.right + scrollX, box.bottom + scrollY];
})"""


def web_sheets(body: bytes, kind: str, notes: Sequence[Note], browser: str) -> Iterator[Sheet]:
    """Yield a page in sheets of equal height; places are found by their element paths.

    Raises:
        PictureError: if there is no Chromium, or it cannot draw the page.
    """
    assert kind in WEB
    paths = {spot.place.path for note in notes for spot in note.spots if spot.place.path}
    markup = _marked(body, {path: str(index) for index, path in enumerate(sorted(paths))})
    names = {str(index): path for index, path in enumerate(sorted(paths))}
    try:
        with sync_playwright() as driver:
            program = find_browser(browser, driver.chromium.executable_path)
            launched = driver.chromium.launch(
                executable_path=program,
                args=["--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"],
                chromium_sandbox=os.geteuid() != 0,  # Chromium refuses its sandbox to root
            )
            yield from _photographed(launched, markup, names)
    except NoBrowserError as error:
        raise PictureError(Bilingual(f"{error.zh}。", f"{error}.")) from error
    except Error as error:
        why = str(error).partition("\n")[0]
        raise PictureError(
            Bilingual(f"浏览器无法绘制该网页：{why}。", f"the browser cannot draw the page: {why}.")
        ) from error


def _marked(body: bytes, marks: Mapping[str, str]) -> str:
    """Return the page with its read elements marked, without what would load or run anything."""
    root = parse_page(body)
    tree = root.getroottree()
    for path, mark in marks.items():
        for element in cast("list[etree._Element]", tree.xpath(path)):
            element.set(_MARK, mark)
    refreshing = cast("list[etree._Element]", root.xpath("//meta[@http-equiv]"))
    for element in [*root.iter(*_REMOVED), *refreshing]:
        tail = element.tail
        element.clear()
        element.tag, element.tail = "span", tail
    return etree.tostring(root, encoding="unicode", method="html", doctype="<!DOCTYPE html>")


def _photographed(browser: Browser, markup: str, names: Mapping[str, str]) -> Iterator[Sheet]:
    context = browser.new_context(
        viewport={"width": _WIDTH, "height": _SHEET},
        java_script_enabled=False,
        offline=True,
        service_workers="block",
        accept_downloads=False,
    )
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    page.route("**/*", lambda route: route.abort())
    page.set_content(markup, wait_until="domcontentloaded")
    boxes = _boxes(page, names)
    height = min(_TALLEST, int(page.evaluate("document.documentElement.scrollHeight")))
    for top in range(0, max(1, height), _SHEET):
        clip = {"x": 0, "y": top, "width": _WIDTH, "height": min(_SHEET, max(1, height - top))}
        png = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
        with Image.open(BytesIO(png)) as picture:
            yield Sheet(picture=picture.convert("RGB"), locate=_ByPath(boxes, top, _SHEET))
    context.close()


def _boxes(page: Page, names: Mapping[str, str]) -> dict[str, Box]:
    found = page.locator(f"[{_MARK}]").evaluate_all(_BOXES)
    return {
        names[mark]: (left, top, right, bottom)
        for mark, left, top, right, bottom in found
        if mark in names and left < right and top < bottom
    }


class _ByPath:
    """Finds places by their element path, on the sheet where the element begins."""

    def __init__(self, boxes: Mapping[str, Box], top: float, height: float) -> None:
        self._boxes = boxes
        self._top = top
        self._height = height

    def __call__(self, spot: Spot) -> Box | None:
        box = self._boxes.get(spot.place.path or "")
        if box is None or not self._top <= box[1] < self._top + self._height:
            return None
        return box[0], box[1] - self._top, box[2], box[3] - self._top
