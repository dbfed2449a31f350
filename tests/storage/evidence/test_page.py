"""The readable pages of a pack."""

import re
from functools import partial
from pathlib import Path

import pytest
from parsel import Selector
from playwright.sync_api import ConsoleMessage, sync_playwright

from storage.browser import find_browser
from tests.storage.evidence.conftest import Sealed
from tests.storage.evidence.scene import HOSTILE, files_of, run_verify

PAGES = ("README.html", "README.en.html")


def page(pack: Path, name: str) -> Selector:
    return Selector((pack / name).read_text())


def test_hostile_names_are_harmless_everywhere(sealed: Sealed) -> None:
    for name in files_of(sealed.year):
        assert name.isprintable()
        assert "img" not in name
    for name in PAGES:
        shown = page(sealed.year, name)
        assert shown.xpath("//img | //script | //iframe | //form | //b | //*[@onerror]") == []
        assert HOSTILE.partition("\x1b")[0] in shown.xpath("string()").get("")
    for name in (*PAGES, "README.txt", "bag-info.txt"):
        content = (sealed.year / name).read_text()
        assert "\x1b" not in content
        assert "49" not in content.split("onerror")[1][:60]
    assert "\x1b" not in run_verify(sealed.year).stdout


@pytest.mark.parametrize("name", PAGES)
def test_pages_load_nothing_and_lead_nowhere_but_into_the_pack(sealed: Sealed, name: str) -> None:
    shown = page(sealed.year, name)
    policy = shown.xpath("//meta[@http-equiv='Content-Security-Policy']/@content").get("")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert shown.xpath("//*[@src or @style or @srcset]") == []
    links = shown.xpath("//a/@href").getall()
    anchors = set(shown.xpath("//@id").getall())
    for link in links:
        if link.startswith("#"):
            assert link[1:] in anchors
        else:
            assert (sealed.year / link).is_file()
            assert not re.search(r"\.(x?html?|svg|xml)$", link) or link in PAGES


@pytest.mark.parametrize("which", ["year", "absence"])
def test_what_is_and_is_not_proved_is_said_in_both_languages(sealed: Sealed, which: str) -> None:
    pack = getattr(sealed, which)
    both = (pack / "README.txt").read_text()
    for heading in ("证明了什么", "没有证明什么", "What is proved", "What is not proved"):
        assert heading in both
    for name, proved, not_proved in (
        ("README.html", "证明了什么", "没有证明什么"),
        ("README.en.html", "What is proved", "What is not proved"),
    ):
        headings = page(pack, name).xpath("//h2/text()").getall()
        assert proved in headings
        assert not_proved in headings
        root = (pack / "data/checkpoint.txt").read_text().split(" ")[1]
        assert root in page(pack, name).xpath("string()").get("")


def test_times_are_in_both_zones_and_holders_are_named(sealed: Sealed) -> None:
    shown = page(sealed.year, "README.en.html").xpath("string()").get("")
    assert "2024-01-20 12:00:00 Beijing time (2024-01-20T04:00:00Z)" in shown
    assert "time authority: http://127.0.0.1:" in shown
    assert "published in: /srv/public" in shown
    assert "Nobody that the program knows of" not in shown


def test_changes_are_shown_cell_by_cell(sealed: Sealed) -> None:
    shown = page(sealed.year, "README.html")
    gone, came = shown.xpath("//del/text()").getall(), shown.xpath("//ins/text()").getall()
    assert (gone, came) == (["3", "甲", "—"], ["<b>5</b>", "乙", "新"])


def test_a_deleted_original_is_told(sealed: Sealed) -> None:
    shown = page(sealed.year, "README.en.html").xpath("string()").get("")
    assert "(the original was deleted by decision)" in shown
    assert "Originals that were deleted" in shown
    assert "王敏: 列表页精简" in shown


def _note(complaints: list[str], message: ConsoleMessage) -> None:
    complaints.append(message.text)


@pytest.mark.browser
def test_a_browser_draws_the_pages_without_complaint(sealed: Sealed) -> None:
    with sync_playwright() as play:
        program = find_browser("", play.chromium.executable_path)
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for width, scheme in ((1200, "light"), (390, "dark")):
            screen = {"width": width, "height": 900}
            context = browser.new_context(
                viewport=screen,  # type: ignore[arg-type]
                color_scheme=scheme,  # type: ignore[arg-type]
            )
            tab = context.new_page()
            complaints: list[str] = []
            tab.on("console", partial(_note, complaints))
            tab.goto(f"file://{sealed.absence}/README.html")
            background = tab.evaluate("getComputedStyle(document.body).backgroundColor")
            assert background == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(21, 24, 28)")
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
            assert complaints == []
        browser.close()
