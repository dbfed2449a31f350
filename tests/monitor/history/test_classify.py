"""In what two versions differ: the classes of changes, and when nothing is claimed."""

from dataclasses import replace

import pytest

from monitor.filing_reading import ReadFiling
from monitor.history.classify import classify
from monitor.history.contents import Content, content_of, digest_of
from monitor.history.contract import change_object, change_of
from monitor.history.model import Change, ChangeKind, PartChange, Turn, VersionFile
from monitor.history.wording import change_lines, said_of_change
from monitor.reading.model import Report, UnreadableError
from storage.models import OriginalRole
from tests.monitor.building import (
    PROSE,
    a_report,
    with_cell,
    with_damage,
    with_preamble,
    with_prose,
)

REPORT = a_report()
PAGE = "http://www.qh.gov.cn/nb/1.html"
BETTING = "皇冠体育投注平台注册送彩金，澳门新葡京娱乐场官网。"


def file(sha256: str, url: str = PAGE) -> VersionFile:
    role = OriginalRole.PAGE if url == PAGE else OriginalRole.ATTACHMENT
    return VersionFile(
        url=url, sha256=sha256, role=role, name=None, media_type="x", size=1, capture_id=1
    )


def version(report: Report | None, *files: VersionFile, **more: object) -> Content:
    return Content(files=files or (file("a"),), report=report, **more)  # type: ignore[arg-type]


def change(before: Report | None, after: Report | None, **more: object) -> Change:
    return classify(version(before), version(after, file("b"), **more))


def without(section: str) -> Report:
    kept = tuple(each for each in REPORT.sections if each.key != section)
    return replace(REPORT, sections=kept)


def part(found: Change, name: str) -> PartChange:
    return next(each for each in found.parts if each.part == name)


def test_bytes_that_say_the_same_are_page_furniture() -> None:
    found = change(REPORT, REPORT)
    assert (found.kind, found.kinds, found.certain) == (
        ChangeKind.FURNITURE,
        (ChangeKind.FURNITURE,),
        True,
    )
    assert not found.of_the_report
    assert [(each.before, each.after) for each in found.files] == [("a", "b")]


def test_a_cell_with_another_number_is_named_with_both_values() -> None:
    found = change(REPORT, with_cell(REPORT, "requests", "new", "total", "21"))
    assert (found.kind, found.of_the_report, found.cells_in_all) == (ChangeKind.NUMBER, True, 1)
    [cell] = found.cells
    assert (cell.table, cell.row, cell.column) == ("requests", "new", "total")
    assert (cell.before, cell.after) == ("10", "21")
    lines = [line.zh for line in change_lines(found)]
    assert lines[0] == "依申请公开表“一、本年新收政府信息公开申请数量”“总计”：10 → 21"


@pytest.mark.parametrize(("before", "after"), [("1234", "1,234"), ("１０", "10"), ("10", "10件")])
def test_a_number_that_is_written_in_another_way_is_the_same(before: str, after: str) -> None:
    one, other = (with_cell(REPORT, "requests", "new", "total", text) for text in (before, after))
    assert change(one, other).kind is ChangeKind.FURNITURE


@pytest.mark.parametrize(("before", "after"), [("0", ""), ("/", "0"), ("", "3")])
def test_a_blank_and_a_zero_are_not_the_same(before: str, after: str) -> None:
    one, other = (with_cell(REPORT, "requests", "new", "total", text) for text in (before, after))
    assert change(one, other).kind is ChangeKind.NUMBER


def test_another_word_is_shown_with_its_section_and_passage() -> None:
    text = tuple(each.replace("2次", "9次") for each in PROSE["overview"])
    found = change(REPORT, with_prose(REPORT, "overview", *text))
    assert found.kind is ChangeKind.WORDING
    assert found.share is not None
    assert 0 < found.share < 0.005
    reworded = part(found, "section:overview")
    assert (reworded.turn, len(reworded.passages)) == (Turn.REPLACED, 1)
    assert "培训2次" in reworded.passages[0].before
    assert "培训9次" in reworded.passages[0].after
    assert len(found.parts) == 1


def test_the_gravest_kind_stands_first() -> None:
    cell = with_cell(REPORT, "requests", "new", "total", "21")
    both = replace(cell, sections=without("problems").sections, title="另一个题名")
    found = change(REPORT, both)
    assert found.kinds == (ChangeKind.SECTION, ChangeKind.NUMBER, ChangeKind.METADATA)
    assert found.kind is ChangeKind.SECTION


def test_a_section_that_was_removed_is_shown_with_what_it_said() -> None:
    found = change(REPORT, without("problems"))
    removed = part(found, "section:problems")
    assert removed.turn is Turn.REMOVED
    assert "存在的主要问题" in removed.passages[0].before
    assert part(change(without("problems"), REPORT), "section:problems").turn is Turn.ADDED


def test_a_table_that_was_removed_is_a_part_and_not_its_cells() -> None:
    tables = {key: table for key, table in REPORT.tables.items() if key != "remedies"}
    found = change(REPORT, replace(REPORT, tables=tables))
    assert (found.kind, found.cells) == (ChangeKind.SECTION, ())
    assert part(found, "table:remedies").turn is Turn.REMOVED


def test_a_preamble_that_goes_is_wording_and_no_section() -> None:
    found = change(REPORT, with_preamble(REPORT, ""))
    assert found.kind is ChangeKind.WORDING
    assert part(found, "preamble").turn is Turn.REPLACED


def test_title_day_and_labels_are_metadata_tokens_of_the_visit_are_not() -> None:
    labelled = replace(REPORT, labels={"contentsource": "甲", "csrf-token": "1"})
    other = replace(labelled, labels={"contentsource": "乙", "csrf-token": "2"})
    found = change(labelled, other)
    assert found.kind is ChangeKind.METADATA
    assert [(each.name, each.before, each.after) for each in found.labels] == [
        ("label:contentsource", "甲", "乙")
    ]


def test_a_file_that_comes_or_goes_is_told_where_the_report_is_the_same() -> None:
    pdf = file("f", "http://www.qh.gov.cn/nb/1.pdf")
    one, both = version(REPORT), version(REPORT, file("a"), pdf)
    assert classify(one, both).kind is ChangeKind.ATTACHMENT
    assert classify(both, one).files[0].turn is Turn.REMOVED
    replaced = version(REPORT, file("a"), file("g", pdf.url))
    assert classify(both, replaced).files[0].turn is Turn.REPLACED


def test_a_file_that_was_linked_before_and_could_not_be_had_is_no_change() -> None:
    pdf = file("f", "http://www.qh.gov.cn/nb/1.pdf")
    before = version(REPORT, file("a"), links=frozenset({pdf.url}))
    found = classify(before, version(REPORT, file("a"), pdf))
    assert (found.kind, found.files[0].turn) == (ChangeKind.FURNITURE, Turn.HAD)


@pytest.mark.parametrize("which", [0, 1])
def test_nothing_is_claimed_of_a_version_that_was_not_read_whole(which: int) -> None:
    changed = with_cell(REPORT, "requests", "new", "total", "21")
    pair = [REPORT, changed]
    pair[which] = with_damage(pair[which], "rows-lost", tables=frozenset({"requests"}))
    found = change(*pair)
    assert (found.kind, found.certain, found.of_the_report) == (
        ChangeKind.INDETERMINATE,
        False,
        False,
    )
    assert found.kinds == (ChangeKind.NUMBER,), "what was seen is kept"
    assert found.why is not None
    assert "无法判断" in said_of_change(found).zh


def test_a_cell_that_could_not_be_read_is_no_other_cell() -> None:
    found = change(REPORT, with_cell(REPORT, "requests", "new", "total", None))
    assert (found.kind, found.cells) == (ChangeKind.INDETERMINATE, ())


def test_two_ways_of_reading_are_not_held_against_each_other() -> None:
    changed = with_cell(REPORT, "requests", "new", "total", "21")
    found = change(REPORT, replace(changed, method="pdf-text"))
    assert found.kind is ChangeKind.INDETERMINATE
    assert change(REPORT, replace(REPORT, method="pdf-text")).kind is ChangeKind.FURNITURE


@pytest.mark.parametrize(("before", "after"), [(None, REPORT), (REPORT, None), (None, None)])
def test_a_version_without_a_report_is_known_by_its_bytes_only(
    before: Report | None, after: Report | None
) -> None:
    found = change(before, after)
    assert (found.kind, found.certain, found.share) == (ChangeKind.INDETERMINATE, False, None)
    assert found.files[0].after == "b"
    assert found.why is not None


def test_what_intruders_write_into_a_report_is_told_and_never_quoted() -> None:
    text = (*PROSE["overview"], BETTING)
    found = change(REPORT, with_prose(REPORT, "overview", *text))
    assert (found.kind, found.certain) == (ChangeKind.HIJACKED, True)
    said = " ".join(line.zh for line in change_lines(found))
    assert "皇冠体育" not in said


def test_a_page_that_intruders_made_theirs_is_told_although_no_report_is_left() -> None:
    betting = replace(REPORT, text=BETTING, sections=(), tables={}, title="皇冠体育投注")
    found = change(REPORT, None, page=betting)
    assert (found.kind, found.of_the_report) == (ChangeKind.HIJACKED, True)
    clean = classify(version(None, page=betting), version(REPORT, file("b")))
    assert clean.kind is ChangeKind.INDETERMINATE


def test_personal_data_is_masked_in_what_is_shown() -> None:
    text = (*PROSE["overview"], "申请人身份证号11010519491231002X。")
    found = change(REPORT, with_prose(REPORT, "overview", *text))
    assert "11010519491231002X" not in str(change_object(found))


def test_a_change_can_be_written_down_and_read_back() -> None:
    cell = with_cell(REPORT, "requests", "new", "total", "21")
    found = change(REPORT, replace(cell, sections=without("problems").sections, title="另一题名"))
    again = change_of(change_object(found))
    assert change_object(again) == change_object(found)
    assert again.parts == found.parts


def test_a_page_around_a_report_is_no_report() -> None:
    shell = replace(REPORT, text="详见附件", sections=(), tables={})
    read = ReadFiling(report=shell, sha256="a", error=None)
    content = content_of((file("a"),), read)
    assert (content.report, content.error, content.page) == (None, "not-a-report", shell)
    failed = ReadFiling(report=None, sha256=None, error=UnreadableError("encrypted", "x"))
    assert content_of((file("a"),), failed).error == "encrypted"


def test_hashes_are_of_what_a_report_says() -> None:
    one = digest_of(REPORT)
    spaced = with_prose(REPORT, "overview", *(f" {each} " for each in PROSE["overview"]))
    assert digest_of(spaced) == one
    other = digest_of(with_cell(REPORT, "requests", "new", "total", "21"))
    assert (other.text_sha256, other.sections) == (one.text_sha256, one.sections)
    assert other.cells_sha256 != one.cells_sha256
    assert digest_of(None).text_sha256 is None


def test_sentences_that_repeat_a_thousand_times_are_compared_as_fast_as_others() -> None:
    one = with_prose(REPORT, "overview", "甲乙丙。丙乙甲。" * 990)
    other = with_prose(REPORT, "overview", "丙乙甲。甲乙丙。甲乙丙。" * 660)
    found = part(change(one, other), "section:overview")
    assert 0 < len(found.passages) <= 10
