"""The report in a ZIP or RAR: the right one, every cell of it, and what else lies beside it."""

import pytest

from monitor.reading.bundle import Member, decoder
from monitor.reading.bundled import join_pages, read_bundle
from monitor.reading.choosing import Wanted
from monitor.reading.contract import reading_object
from monitor.reading.entry import read_report
from monitor.reading.html import read_html
from monitor.reading.kinds import ZIP
from monitor.reading.limits import DEFAULT_LIMITS
from monitor.reading.model import (
    Block,
    Damage,
    Document,
    Grid,
    GridCell,
    Image,
    Paragraph,
    Place,
    Report,
    UnreadableError,
)
from monitor.reading.pictured import SMALLEST_TABLE, Lookup, read_pictured
from monitor.specimens.bundles import LEFT_BEHIND, rar4_file, rar5_file, zip_file
from monitor.specimens.model import Specimen
from monitor.specimens.pdf import pdf_file
from monitor.specimens.word import docx_file
from tests.monitor.reading.filing_parts import (
    TABLES,
    page_without,
    recogniser,
    table_blocks,
    table_page,
)
from tests.monitor.scene import a_report, as_page

FIN = "清河县财政局"
SPECIMEN = a_report(FIN)
DOCX = docx_file(SPECIMEN)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * SMALLEST_TABLE
needs_library = pytest.mark.skipif(not decoder.can_unpack(), reason="libarchive13 is missing")


def assert_all_read(report: Report, specimen: Specimen) -> None:
    for key, rows in specimen.tables.items():
        read = report.tables[key].values
        assert {
            row: {column: read[row][column].text for column in cells} for row, cells in rows.items()
        } == rows
    assert (report.agency, report.fiscal_year, report.title) == (
        specimen.agency,
        specimen.fiscal_year,
        specimen.title,
    )


@pytest.mark.parametrize(
    ("name", "body", "method"),
    [
        ("年报.docx", DOCX, "docx"),
        ("年报.html", as_page(SPECIMEN), "html"),
        ("年报.pdf", pdf_file(SPECIMEN), "pdf-text"),
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_every_form_is_read_out_of_a_zip(name: str, body: bytes, method: str, charset: str) -> None:
    files = [("说明.txt", "请查收附件。".encode()), (f"2023年报/{name}", body), *LEFT_BEHIND]
    report = read_report(zip_file(files, charset=charset, folders=["2023年报"]))
    assert_all_read(report, SPECIMEN)
    assert report.source.member == f"2023年报/{name}"
    assert reading_object(report)["method"] == f"zip:{method}"
    assert report.complete


@needs_library
@pytest.mark.parametrize("write", [rar4_file, rar5_file])
def test_a_report_is_read_out_of_a_rar(write: object) -> None:
    assert callable(write)
    report = read_report(write([("清河县财政局/年报.docx", DOCX)]))
    assert_all_read(report, SPECIMEN)
    assert (report.bundle, report.source.member) == ("rar", "清河县财政局/年报.docx")


def test_a_zip_in_a_zip_is_looked_into() -> None:
    inner = zip_file([("年报.docx", DOCX)], charset="gb18030")
    report = read_report(zip_file([("附件.zip", inner)]))
    assert report.source.member == "附件.zip/年报.docx"


def test_the_fullest_is_read_and_the_other_copy_compared_with_it() -> None:
    files = [("a.html", page_without(SPECIMEN, TABLES)), ("b.docx", DOCX), ("c.pdf", b"%PDF-1.4 x")]
    report = read_report(zip_file(files))
    assert report.source.member == "b.docx"
    assert [(item.source.member, item.error) for item in report.beside] == [
        ("a.html", None),
        ("c.pdf", "damaged"),
    ]
    assert report.beside[0].differences is not None
    assert report.beside[0].differences.only_here == tuple(f"table:{key}" for key in TABLES)


def test_prose_and_tables_in_files_of_their_own_are_one_report() -> None:
    files = [("正文.html", page_without(SPECIMEN, TABLES))]
    files += [(f"附表/{key}.html", table_page(SPECIMEN, key)) for key in TABLES]
    report = read_report(zip_file(files))
    assert_all_read(report, SPECIMEN)
    assert {item.source.member for item in report.parts_elsewhere} == {
        f"附表/{key}.html" for key in TABLES
    }
    assert reading_object(report)["parts_elsewhere"]["table:requests"]["member"] == (
        "附表/requests.html"
    )


def test_the_reports_of_several_agencies_are_never_mixed() -> None:
    other = a_report("清河县教育局", new=9)
    body = zip_file([("财政局.docx", DOCX), ("教育局.docx", docx_file(other))])
    assert_all_read(read_report(body), SPECIMEN)
    report = read_report(body, wanted=Wanted(agencies=("清河县教育局",), fiscal_year=2023))
    assert_all_read(report, other)
    (beside,) = reading_object(report)["beside"]
    assert (beside["agency"], beside["source"]["member"]) == (FIN, "财政局.docx")
    assert beside["differences"] is None
    with pytest.raises(UnreadableError, match="清河县教育局") as error:
        read_report(body, wanted=Wanted(agencies=("清河县水利局",)))
    assert error.value.code == "several-reports"


def test_a_table_in_a_file_that_cannot_be_read_is_not_called_missing() -> None:
    files = [
        ("正文.html", page_without(SPECIMEN, ["requests"])),
        ("附表.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    ]
    report = read_report(zip_file(files))
    damage = report.doubtful(table="requests")
    assert damage is not None
    assert damage.code == "part-unread"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([], "missing"),
        ([("x.pdf", b"%PDF-1.4 x")], "damaged"),
        ([("x.dat", b"\x00\x01\x02\x03" * 99)], "unknown-type"),
        ([("x.txt", "无".encode())], "not-a-report"),
    ],
)
def test_a_bundle_without_a_report_says_why(files: list[tuple[str, bytes]], code: str) -> None:
    with pytest.raises(UnreadableError) as error:
        read_report(zip_file(files))
    assert error.value.code == code


def test_the_file_that_could_not_be_read_is_named() -> None:
    with pytest.raises(UnreadableError, match=r"年报/2023\.pdf"):
        read_report(zip_file([("年报/2023.pdf", b"%PDF-1.4 x")]))


def test_a_page_in_a_bundle_finds_the_pictures_beside_it() -> None:
    pictures = {f"年报_files/{key}.png": PNG + key.encode() for key in TABLES}
    page = page_without(SPECIMEN, TABLES, "<p><img src='%E5%B9%B4%E6%8A%A5_files/{key}.png'></p>")
    shown: dict[bytes, tuple[Block, ...]] = {
        pictures[f"年报_files/{key}.png"]: table_blocks(SPECIMEN, key) for key in TABLES
    }
    files = {"a/年报.html": page} | {f"a/{name}": body for name, body in pictures.items()}
    members = [Member(name=name, body=body) for name, body in files.items()]

    def read(member: Member, lookup: Lookup) -> Report:
        document = read_html(member.body)
        return read_pictured(document, lookup, recogniser(shown), DEFAULT_LIMITS)

    def no_pages(_: object) -> Report:
        raise AssertionError

    assert_all_read(read_bundle(members, ZIP, read, no_pages), SPECIMEN)


def test_loose_pictures_are_the_pages_of_a_scan_in_their_order() -> None:
    seen: list[list[str]] = []

    def read(_member: Member, _lookup: Lookup) -> Report:
        raise AssertionError

    def pages(members: list[Member]) -> Report:
        seen.append([member.name for member in members])
        return read_report(as_page(SPECIMEN))

    names = ["扫描/10.png", "扫描/2.png", "扫描/1.png", "扫描/icon.png"]
    members = [Member(name=name, body=PNG) for name in names[:3]]
    members.append(Member(name=names[3], body=PNG[:40]))
    report = read_bundle(members, ZIP, read, pages)  # type: ignore[arg-type]
    assert seen == [["扫描/1.png", "扫描/2.png", "扫描/10.png"]]
    assert report.source.member == "扫描/1.png"


def test_the_pages_of_a_scan_are_numbered_through() -> None:
    place = Place(page=1, bbox=(1, 2, 3, 4))
    cell = GridCell(text="1", row=0, column=0, place=place)
    document = Document(
        media_type="image/png",
        method="ocr",
        blocks=(
            Paragraph(text="一、总体情况", place=place),
            Grid(cells=(cell,), rows=1, columns=1, place=place),
            Image(place=place),
        ),
        pages=1,
        damage=(Damage(code="cells-doubtful", detail="", place=place),),
    )
    whole = join_pages([document, document, document])
    assert whole.pages == 3
    assert [block.place.page for block in whole.blocks] == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert [g.cells[0].place.page for g in whole.blocks if isinstance(g, Grid)] == [1, 2, 3]
    assert [damage.place.page for damage in whole.damage] == [1, 2, 3]


def test_a_reader_that_fails_at_one_file_does_not_keep_the_others_from_being_read() -> None:
    def read(member: Member, _lookup: Lookup) -> Report:
        if member.name == "a.docx":
            raise ZeroDivisionError
        return read_report(member.body)

    def no_pages(_: object) -> Report:
        raise AssertionError

    members = [Member(name=name, body=DOCX) for name in ("a.docx", "b.docx")]
    report = read_bundle(members, ZIP, read, no_pages)
    assert report.source.member == "b.docx"
    assert [item.error for item in report.beside] == ["crashed"]
