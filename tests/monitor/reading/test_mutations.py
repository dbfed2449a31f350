"""One change in a real document changes that one place of its reading, and nothing else."""

import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from monitor.reading.model import Report
from tests.monitor.reading.reading_of import cells, html_report, text_report

pytestmark = pytest.mark.corpus

SEEDS = ("000", "001", "002", "003", "004")
Key = tuple[str, str, str]


def _text(corpus: Path, number: str) -> str:
    (path,) = (corpus / "seeds").glob(f"{number}_*.txt")
    return path.read_text(encoding="utf-8")


def _flat(report: Report) -> dict[Key, str | None]:
    return {
        (table, row, column): text
        for table, rows in cells(report).items()
        for row, columns in rows.items()
        for column, text in columns.items()
    }


def _places(report: Report) -> Iterator[tuple[int, Key]]:
    for table, read in report.tables.items():
        for row, values in read.values.items():
            for column, value in values.items():
                assert value.place.offset is not None
                yield value.place.offset, (table, row, column)


@pytest.mark.parametrize("number", SEEDS)
def test_a_changed_cell_is_that_cell(corpus: Path, number: str) -> None:
    text = _text(corpus, number)
    whole = text_report(text)
    read = _flat(whole)
    for (offset, key), printed in zip(_places(whole), cycle(["12", "约3", "/"]), strict=False):
        report = text_report(text[:offset] + printed + text[offset + 1 :])
        assert _flat(report) == {**read, key: printed}


@pytest.mark.parametrize("number", SEEDS)
def test_an_emptied_cell_is_blank_or_its_row_is_unread(corpus: Path, number: str) -> None:
    text = _text(corpus, number)
    whole = text_report(text)
    read = _flat(whole)
    unread = 0
    for offset, key in _places(whole):
        report = text_report(text[:offset] + text[offset + 1 :])
        changed = {k: v for k, v in _flat(report).items() if v != read[k]}
        if changed == {key: ""}:
            continue
        unread += 1
        assert set(changed.values()) == {None}
        assert {k[:2] for k in changed} == {key[:2]}
        assert report.doubtful(table=key[0], row=key[1])
    assert unread <= 8


@pytest.mark.parametrize("number", ["000", "003", "004"])
def test_a_deleted_row_is_gone_and_an_added_one_is_unknown(corpus: Path, number: str) -> None:
    text = _text(corpus, number)
    whole = text_report(text)
    firsts = {key[:2]: offset for offset, key in sorted(_places(whole), reverse=True)}
    for (table, row), offset in firsts.items():
        if table != "requests":
            continue
        start, end = text.rindex("\n", 0, offset) + 1, text.index("\n", offset) + 1
        shorter = text_report(text[:start] + text[end:])
        assert cells(shorter)[table] == {k: v for k, v in cells(whole)[table].items() if k != row}
        own = re.sub("[^\t\n]*[\u4e00-\u9fff][^\t\n]*", "其他情形统计", text[start:end])
        longer = text_report(text[:end] + own + text[end:])
        assert cells(longer) == cells(whole)
        assert len(longer.tables[table].unknown_rows) == 1


def test_a_changed_cell_of_the_city_page_is_that_cell(corpus: Path) -> None:
    page = (corpus / "reports" / "city-2025.html").read_text(encoding="utf-8")
    whole = _flat(html_report(page))
    values = list(re.finditer(r"<td[^>]*>(\d+)</td>", page))
    assert len(values) == len(whole)
    for match, printed in zip(values, cycle(["", "/", "４７"]), strict=False):
        changed = _flat(html_report(page[: match.start(1)] + printed + page[match.end(1) :]))
        differing = {key: text for key, text in changed.items() if text != whole[key]}
        assert list(differing.values()) == [printed]
