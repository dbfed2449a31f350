"""One report out of several files: never mixed with another one, nothing missing by mistake."""

from collections.abc import Mapping
from functools import cache

import pytest

from monitor.reading.choosing import ANY, Wanted, is_whole, lacking_tables, without_body
from monitor.reading.entry import read_report
from monitor.reading.model import Report, Source, UnreadableError
from monitor.reading.uniting import Reading, unite
from monitor.specimens.word import docx_file
from tests.monitor.reading.filing_parts import TABLES, page_without, table_page
from tests.monitor.scene import a_report, as_page, with_cell

FIN = "清河县财政局"
SPECIMEN = a_report(FIN)
PAGE = read_report(as_page(SPECIMEN))
FILE = read_report(docx_file(SPECIMEN))
PROSE = read_report(page_without(SPECIMEN, TABLES))
SHELL = read_report("<html><body><p>附件：年度报告.docx</p></body></html>".encode())
BROKEN = UnreadableError("damaged", "cut short")


@cache
def filed(agency: str, year: int = 2023) -> Report:
    return read_report(docx_file(a_report(agency, year)))


def united(
    files: Mapping[str, Report | UnreadableError], wanted: Wanted = ANY, page: str | None = None
) -> Report:
    readings = [Reading(source=Source(member=n), result=r) for n, r in files.items()]
    return unite(readings, wanted, page=Source(member=page) if page else None)


def refusal(files: Mapping[str, Report | UnreadableError], wanted: Wanted = ANY) -> str:
    with pytest.raises(UnreadableError) as error:
        united(files, wanted)
    return error.value.code


def test_the_report_of_a_single_file_is_that_file() -> None:
    report = united({"page": PAGE})
    assert (report.source.member, report.parts_elsewhere, report.beside) == ("page", (), ())
    assert report.tables == PAGE.tables


def test_of_two_equally_full_files_the_first_is_read_and_the_other_compared() -> None:
    changed = read_report(docx_file(with_cell(SPECIMEN, "requests", "new", "total", "41")))
    report = united({"page": PAGE, "file": changed})
    assert report.source.member == "page"
    (beside,) = report.beside
    assert beside.source.member == "file"
    assert beside.differences is not None
    assert [(cell.row, cell.other) for cell in beside.differences.cells] == [("new", "41")]


def test_a_page_with_all_headings_and_no_table_gives_way_to_the_whole_file() -> None:
    report = united({"page": PROSE, "file": FILE})
    assert report.source.member == "file"
    assert is_whole(report)
    assert not report.damage


def test_tables_that_stand_in_files_of_their_own_are_put_into_the_report() -> None:
    files: dict[str, Report | UnreadableError] = {"page": PROSE}
    files |= {key: read_report(table_page(SPECIMEN, key)) for key in TABLES}
    report = united(files)
    assert report.source.member == "page"
    assert {key: table.values for key, table in report.tables.items()} == {
        key: read_report(table_page(SPECIMEN, key)).tables[key].values for key in TABLES
    }
    assert {(item.part, item.source.member) for item in report.parts_elsewhere} == {
        (f"table:{key}", key) for key in TABLES
    }
    assert [item.key for item in report.sections] == [item.key for item in PAGE.sections]
    assert report.complete


def test_sections_that_stand_in_another_file_come_in_their_order() -> None:
    specimen = a_report(FIN)
    html = as_page(specimen).decode()
    middle = html.index("<p><strong>三、")
    end = html.index("<p><strong>五、")
    first = read_report((html[:middle] + html[end:]).encode())
    second = read_report(f"<html><body>{html[middle:end]}</body></html>".encode())
    report = united({"first": first, "second": second})
    assert [item.key for item in report.sections] == [item.key for item in PAGE.sections]
    assert set(report.tables) == set(TABLES)
    assert {item.part for item in report.parts_elsewhere} == {
        *("section:requests", "section:remedies", "table:requests", "table:remedies")
    }


def test_a_table_of_another_year_or_agency_is_never_put_in() -> None:
    last_year = filed(FIN, 2022)
    neighbour = filed("清河县教育局")
    report = united({"page": PROSE, "last year": last_year}, Wanted(fiscal_year=2023))
    assert report.tables == {}
    assert [item.differences for item in report.beside] == [None]
    report = united({"page": PROSE, "neighbour": neighbour}, Wanted(agencies=(FIN,)))
    assert report.tables == {}
    assert report.beside[0].agency == "清河县教育局"


def test_beside_reports_of_others_a_nameless_table_belongs_to_nobody() -> None:
    files = {
        "page": PROSE,
        "neighbour": filed("清河县教育局"),
        "table": read_report(table_page(SPECIMEN, "requests")),
    }
    assert united(files, Wanted(agencies=(FIN,), fiscal_year=2023)).tables == {}


def test_an_unread_file_beside_a_report_that_lacks_a_table_leaves_it_doubtful() -> None:
    part = read_report(page_without(SPECIMEN, ["requests"]))
    report = united({"page": part, "table.xls": UnreadableError("unsupported-type", "xls")})
    assert lacking_tables(report) == {"requests"}
    damage = report.doubtful(table="requests")
    assert damage is not None
    assert damage.code == "part-unread"
    assert report.doubtful(table="remedies") is None
    assert report.beside[0].error == "unsupported-type"


def test_an_unread_file_beside_a_whole_report_is_named_and_casts_no_doubt() -> None:
    report = united({"page": PAGE, "broken.pdf": BROKEN})
    assert report.complete
    assert [(item.source.member, item.error) for item in report.beside] == [
        ("broken.pdf", "damaged")
    ]


def test_a_shell_beside_an_unread_file_is_unread_for_its_reason() -> None:
    assert refusal({"page": SHELL, "file": BROKEN}) == "damaged"
    assert refusal({"page": SHELL}) == "not-a-report"
    assert refusal({}) == "missing"


def test_a_shell_is_no_other_reading_of_the_report() -> None:
    report = united({"page": SHELL, "file": FILE}, page="page")
    assert report.source.member == "file"
    assert report.beside == ()


def test_of_several_reports_the_one_wanted_is_taken() -> None:
    files = {name: filed(name, year) for name, year in ((FIN, 2023), ("清河县教育局", 2023))}
    files["earlier"] = filed(FIN, 2022)
    assert united(files, Wanted(agencies=("清河县教育局",))).agency == "清河县教育局"
    assert united(files, Wanted(agencies=(FIN,), fiscal_year=2022)).source.member == "earlier"
    assert united(files, Wanted(agencies=("财政局",), fiscal_year=2023)).source.member == FIN
    others = {item.source.member for item in united(files, Wanted(fiscal_year=2022)).beside}
    assert others == {FIN, "清河县教育局"}


def test_reports_of_others_are_not_judged_as_the_one_wanted() -> None:
    files: dict[str, Report | UnreadableError] = {
        name: filed(name) for name in (FIN, "清河县教育局")
    }
    assert refusal(files, Wanted(agencies=("清河县水利局",))) == "several-reports"
    assert united(files).source.member == FIN
    assert (
        refusal({"page": SHELL, **files}, Wanted(agencies=("清河县水利局",))) == "several-reports"
    )


def test_a_single_report_under_another_name_is_still_the_one_meant() -> None:
    assert united({"page": PAGE}, Wanted(agencies=("清河县财政和国资局",))).agency == FIN


def test_what_the_page_holds_is_meant_whatever_names_it_goes_by() -> None:
    renamed = Wanted(agencies=("清河县财政和国资局",), fiscal_year=2023)
    files = {"page": PAGE, "other": filed("清河县教育局")}
    assert united(files, renamed, page="page").source.member == "page"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("清河县人民政府办公室", "清河县政府办公室"),
        ("清河县财政局", "财政局"),
        ("清河县人民政府办公室", "清河县政府办"),
        ("清河县财政局", None),
    ],
)
def test_two_ways_to_write_an_agency_are_one(one: str, other: str | None) -> None:
    report = united({"a": filed(one)}, Wanted(agencies=(other or "",)))
    second = filed("清河县教育局")
    files = {"b": second, "a": report}
    assert united(files, Wanted(agencies=(other or one,))).agency in (one, None)


def test_what_lacks_everything_and_is_short_is_no_report() -> None:
    assert without_body(SHELL) is not None
    assert without_body(PROSE) is None
