"""Invented reports: the same for the same seed, sums that hold, every kind and format."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings

from monitor.formats import load_format
from monitor.specimens.agencies import KINDS
from monitor.specimens.chance import FORMATS, Wish, random_specimen
from monitor.specimens.layouts import Shape, contents, place, printed_tables, size
from monitor.specimens.model import Heading, Specimen, format_outline
from monitor.specimens.scoring import written_cells
from tests.monitor.specimens.strategies import shapes, specimens, wishes

AGREEING = wishes(figures=("agreeing",))


@given(specimens(AGREEING))
@settings(max_examples=60, deadline=None)
def test_every_hard_relation_of_the_format_holds(report: Specimen) -> None:
    for key in report.tables:
        for left, right in sums(report, key):
            assert left == right


@given(specimens(wishes(figures=("differing",)).map(lambda wish: replace(wish, zeros=0.0))))
@settings(max_examples=30, deadline=None)
def test_no_number_occurs_twice_where_all_shall_differ(report: Specimen) -> None:
    numbers = [text for key in report.tables for *_, text in written_cells(report, key)]

    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("wish", [Wish(), Wish(plain=True), Wish(form="v2008")])
def test_a_seed_gives_one_report_and_another_seed_another(wish: Wish) -> None:
    assert random_specimen(4, wish) == random_specimen(4, wish)
    assert random_specimen(4, wish) != random_specimen(5, wish)


def test_the_first_seeds_show_every_kind_of_report() -> None:
    reports = [random_specimen(seed) for seed in range(300)]

    assert {report.fiscal_year for report in reports} == set(range(2008, 2026))
    assert {report.numbering for report in reports} == {"han", "arabic", "part", "none"}
    assert {report.format_id for report in reports} == {"v2008", "v2019", "v2021"}
    assert any(report.format_id == "v2021" and report.table_formats for report in reports)
    assert any(report.below for report in reports)
    assert any(heading.key is None for r in reports if r.tables for heading in r.headings)
    assert any(r.tables and len(r.headings) < 6 for r in reports)
    assert any(r.tables and len(r.tables["requests"]) < 23 for r in reports)
    texts = {text for r in reports for key in r.tables for *_, text in written_cells(r, key)}
    assert {"", "/", "0", "０"} <= texts
    for part in ("增", "减", "+", "-", ".", ",", "件", "元", "万元"):
        assert any(part in text for text in texts), part


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMATS)
def test_a_wish_is_kept(form: str, kind: str) -> None:
    report = random_specimen(1, Wish(form=form, kind=kind, plain=True))

    assert report.agency in report.title
    assert bool(report.tables) == (form != "v2008")
    if form in ("v2019", "v2021"):
        assert report.headings == format_outline(form)
        assert report.format_id == form


@given(specimens(), shapes())
@settings(max_examples=60, deadline=None)
def test_every_shape_prints_each_value_once_and_in_order(report: Specimen, shape: Shape) -> None:
    for key in report.tables:
        tables = printed_tables(report, key, shape)
        printed = [box.text for lines in tables for line in lines for box in line if box.value]
        rows = [row.key for row in report.table(key).rows]
        written = list(written_cells(report, key))
        assert printed == [text for _, _, text in sorted(written, key=lambda c: rows.index(c[0]))]


@given(specimens(), shapes())
@settings(max_examples=60, deadline=None)
def test_the_cells_of_a_printed_table_fill_it_without_overlap(
    report: Specimen, shape: Shape
) -> None:
    for key in report.tables:
        for lines in printed_tables(report, key, shape):
            places = [
                (row + down, column + right)
                for row, column, box in place(lines)
                for down in range(box.rows)
                for right in range(box.columns)
            ]
            rows, columns = size(lines)
            assert len(set(places)) == len(places) == rows * columns


def test_all_that_is_written_is_printed() -> None:
    report = random_specimen(2)
    parts = list(contents(report))
    printed = [part for part in parts if isinstance(part, str)]

    assert [part for part in parts if isinstance(part, Heading)] == list(report.headings)
    for text in (*report.texts.values(), *report.below.values()):
        assert all(line in printed for line in text.splitlines())


def sums(report: Specimen, key: str) -> Iterator[tuple[int, int]]:
    """Yield both sides of every hard relation of a table within one year."""
    cells = {
        row: {column: number(text) for column, text in values.items()}
        for row, values in report.tables[key].items()
    }
    form = load_format(report.table_formats.get(key, report.format_id))
    for relation in form.relations:
        if relation.table != key or not relation.hard or any("@" in t for t in relation.left):
            continue
        if relation.per == "column":
            for column in next(iter(cells.values())):
                yield tuple(  # type: ignore[misc]
                    sum(cells[row][column] for row in side if row in cells)
                    for side in (relation.left, relation.right)
                )
        else:
            for values in cells.values():
                yield tuple(  # type: ignore[misc]
                    sum(values[column] for column in side)
                    for side in (relation.left, relation.right)
                )


def number(text: str) -> int:
    """Return a printed count as a number; a blank or a stroke is none."""
    plain = unicodedata.normalize("NFKC", text).removesuffix("件").replace(",", "")
    return int(plain) if plain.isdigit() else 0
