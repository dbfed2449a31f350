"""A section lost whole is doubtful only where a sign tells; one that never was is missing."""

import pytest

from monitor.formats import load_format
from tests.monitor.reading.reading_of import text_report
from tests.monitor.reading.writing import a_truth, write_plain

TEXT = write_plain(a_truth(remedies=((1, 2, 3, 4), (0, 0, 1, 0), (10, 20, 0, 5)))).decode()
HEADINGS = [f"{spec.ordinal}、{spec.heading}" for spec in load_format("v2021").sections]


def _without(number: int) -> str:
    start = TEXT.index(HEADINGS[number - 1] + "\n")
    return TEXT[:start] + TEXT[TEXT.index(HEADINGS[number] + "\n") :]


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_a_number_that_is_skipped_is_a_sign(number: int) -> None:
    key = load_format("v2021").sections[number - 1].key
    report = text_report(_without(number))
    assert report.section(key) is None
    assert report.doubtful(section=key)
    others = {spec.key for spec in load_format("v2021").sections} - {key}
    assert all(report.doubtful(section=other) is None for other in others)


def test_a_section_left_out_of_the_count_was_never_there() -> None:
    text = _without(5).replace("六、其他", "五、其他")
    report = text_report(text)
    assert report.section("problems") is None
    assert report.doubtful(section="problems") is None


def test_page_numbers_that_skip_are_a_sign() -> None:
    text = _without(5).replace("六、其他", "五、其他")
    paged = text.replace("二、主动公开", "\n- 1 -\n\n二、主动公开", 1)
    paged = paged.replace("三、收到和", "\n- 2 -\n\n三、收到和", 1)
    whole = text_report(paged.replace("五、其他", "\n- 3 -\n\n五、其他", 1))
    assert whole.doubtful(section="problems") is None
    torn = text_report(paged.replace("五、其他", "\n- 4 -\n\n五、其他", 1))
    assert torn.doubtful(section="problems")
    assert "pages-lost" in {damage.code for damage in torn.damage}
