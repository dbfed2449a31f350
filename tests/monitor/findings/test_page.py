from dataclasses import replace

import lxml.html

from monitor.findings.page import report_page
from monitor.language import Language
from monitor.rules.catalogue import rulebook
from tests.monitor.building import a_report, with_prose
from tests.monitor.findings.judging import NOON, judged, wrong_sum
from tests.monitor.scene import HOSTILE


def page(*, language: Language = "zh", **changes: object) -> lxml.html.HtmlElement:
    titles = {rule.id: rule.title.in_language(language) for rule in rulebook().values()}
    return lxml.html.fromstring(report_page(judged(**changes), language, NOON, titles))  # type: ignore[arg-type]


def test_the_finding_stands_beside_its_cell_which_leads_to_it() -> None:
    shown = page()
    [cell] = [cell for cell in shown.cssselect("td.hit") if cell.text_content().startswith("99")]
    notes = [shown.cssselect(f"div{link.get('href')}")[0] for link in cell.cssselect("a.n")]
    assert any("requests-row-total" in note.text_content() for note in notes)


def test_a_quoted_passage_is_marked_in_its_paragraph() -> None:
    report = with_prose(a_report(), "overview", "全年公开政府信息150余条。")
    marks = [mark.text_content() for mark in page(report=report).cssselect("mark")]
    assert any("150余条" in mark for mark in marks)


def test_nothing_of_a_report_becomes_markup_and_nothing_is_loaded() -> None:
    report = replace(wrong_sum(), title=HOSTILE, preamble=HOSTILE)
    shown = page(report=report)
    assert not shown.cssselect("script, img, link, iframe, object")
    assert not shown.xpath("//@onerror | //@onclick | //@src")
    assert "default-src 'none'" in str(shown.xpath("//meta/@content"))


def test_personal_numbers_are_masked_also_in_the_text_around() -> None:
    report = with_prose(a_report(), "overview", "联系人手机13800138000，全年公开政府信息90余条。")
    text = page(report=report).text_content()
    assert "13800138000" not in text
    assert "138" in text


def test_both_languages() -> None:
    assert "依据" in page().text_content()
    assert "Basis" in page(language="en").text_content()
