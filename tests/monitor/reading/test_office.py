"""DOC, WPS, RTF and ODT, written and converted by LibreOffice: every cell comes back."""

import http.server
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import pytest
from docx.oxml import parse_xml
from PIL import Image as Picture

from monitor.reading import kinds
from monitor.reading.entry import read_document, read_report
from monitor.reading.isolation import ReaderPool
from monitor.reading.limits import Limits
from monitor.reading.model import Document, Grid, Image, Paragraph, UnreadableError
from monitor.reading.office import converter, pictures_of, reader
from monitor.reading.office.comparing import compare
from monitor.reading.office.converter import DOCX, Source, Target, deadline
from monitor.reading.office.msdoc import read_doc_cells
from monitor.reading.office.odt import read_odt_cells
from monitor.reading.office.ole import open_word_file
from monitor.reading.office.rtf import read_rtf_cells
from monitor.reading.office.second import SecondReading
from monitor.reading.word import read_docx
from monitor.specimens.chance import Wish, random_specimen
from monitor.specimens.model import Specimen
from monitor.specimens.printing import SOFFICE
from monitor.specimens.scoring import score_report
from monitor.specimens.word import docx_file
from monitor.specimens.word_look import WordLook, random_word_look

needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not on this machine")
pytestmark = needs_office

TARGETS = {
    "doc": Target(suffix="doc", filter="MS Word 97"),
    "rtf": Target(suffix="rtf", filter="Rich Text Format"),
    "odt": Target(suffix="odt", filter="writer8"),
}
FORMS = tuple(TARGETS)
PATIENT = Limits(wall_seconds=250, cpu_seconds=100)
SEEDS = (1, 5, 9)
LOOKS = (
    WordLook(auto_numbers=True, title="bold"),
    WordLook(nested=True, shattered=True, padded_cells=True, page_text=True),
    replace(random_word_look(21), tracked=True, title="style"),
)
SPECIMENS = tuple(random_specimen(seed, Wish(form="v2021", plain=True)) for seed in SEEDS)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def odd_document() -> bytes:
    """A Word file with what makes cells hard to tell."""
    word = docx.Document()
    word.add_paragraph("前言。")
    table = word.add_table(rows=5, cols=4, style="Table Grid")
    for row in range(5):
        for column in range(4):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(0, 0).merge(table.cell(2, 0))
    table.cell(0, 0).text = "并\n列"
    table.cell(4, 1).merge(table.cell(4, 2))
    table.cell(4, 1).text = "宽"
    for column in (1, 2):
        table.cell(3, column).text = ""
    hidden = table.cell(1, 1).paragraphs[0].add_run("隐藏9")
    hidden.font.hidden = True
    table.cell(1, 2).paragraphs[0].add_run().add_break()
    table.cell(1, 2).paragraphs[0].add_run("换行")
    changed = (
        f'<w:del {W} w:id="1" w:author="a" w:date="2024-01-05T09:00:00Z"><w:r><w:delText>88'
        "</w:delText></w:r></w:del>"
    )
    table.cell(1, 3).paragraphs[0]._p.append(parse_xml(changed))
    inner = table.cell(2, 2).add_table(rows=2, cols=2)
    for index in range(4):
        inner.cell(index // 2, index % 2).text = f"内{index}"
    word.add_paragraph("中间的一段，含１２３与ＡＢＣ、100%和〔2021〕30号。")
    word.add_paragraph().add_run().add_picture(picture())
    second = word.add_table(rows=2, cols=2, style="Table Grid")
    second.cell(0, 0).text = "项目"
    second.cell(0, 1).text = "数"
    second.cell(1, 0).paragraphs[0].style = "List Number"
    second.cell(1, 0).paragraphs[0].text = "属于国家秘密"
    second.cell(1, 1).text = "1,234"
    word.add_paragraph("结尾。")
    out = BytesIO()
    word.save(out)
    return out.getvalue()


def picture() -> BytesIO:
    out = BytesIO()
    Picture.new("RGB", (40, 20), "red").save(out, "PNG")
    out.seek(0)
    return out


@pytest.fixture(scope="module")
def written(corpus: Path) -> Mapping[str, list[bytes]]:
    """The specimens, the blank model and the odd document, by the form they are written in."""
    documents = [docx_file(s, look) for s, look in zip(SPECIMENS, LOOKS, strict=True)]
    documents.append((corpus / "reports" / "model-2021-blank.docx").read_bytes())
    documents.append(odd_document())
    return {"docx": documents} | {
        form: converted_at_once(documents, reader._DOCX, target) for form, target in TARGETS.items()
    }


def converted_at_once(bodies: Sequence[bytes], source: Source, target: Target) -> list[bytes]:
    """Convert documents as ``convert`` does, but all of them in one start of LibreOffice."""
    office, program = converter._office(), converter.find_program()
    assert program is not None
    with TemporaryDirectory() as folder:
        given = [Path(folder, f"{number}.{source.suffix}") for number in range(len(bodies))]
        for path, body in zip(given, bodies, strict=True):
            path.write_bytes(body)
        command = office._command(program, (source, target), given[0], Path(folder, "out"))
        ended = office._run([*command, *map(str, given[1:])], PATIENT, deadline(PATIENT))
        assert ended.code == 0
        return [Path(folder, "out", f"{path.stem}.{target.suffix}").read_bytes() for path in given]


@pytest.fixture(scope="module")
def conversions(written: Mapping[str, list[bytes]]) -> Mapping[tuple[bytes, Source], bytes]:
    """The DOCX that LibreOffice makes of what was written, by what the reader has it convert."""
    made: dict[tuple[bytes, Source], bytes] = {}
    for form, kind in (("doc", kinds.DOC), ("rtf", kinds.RTF), ("odt", kinds.ODT)):
        plans = [reader._PLANS[kind](body) for body in written[form]]
        [source] = {plan.source for plan in plans}
        bodies = [plan.body for plan in plans]
        found = converted_at_once(bodies, source, DOCX)
        made |= {(body, source): docx for body, docx in zip(bodies, found, strict=True)}
    return made


@pytest.fixture
def at_hand(
    conversions: Mapping[tuple[bytes, Source], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written was converted before: how one document is, other tests see."""
    monkeypatch.setattr(reader, "convert", lambda body, source, *_: conversions[body, source])


@pytest.fixture
def odd(written: Mapping[str, list[bytes]], at_hand: None, form: str) -> Document:
    """The odd document as read from a form."""
    return read_document(written[form][-1])


def second_reading(form: str, body: bytes) -> SecondReading:
    if form == "doc":
        return read_doc_cells(open_word_file(body))
    return read_rtf_cells(body) if form == "rtf" else read_odt_cells(body)


@pytest.mark.usefixtures("at_hand")
@pytest.mark.corpus
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("index", range(len(SPECIMENS)))
def test_every_cell_comes_back(form: str, index: int, written: Mapping[str, list[bytes]]) -> None:
    specimen: Specimen = SPECIMENS[index]
    report = read_report(written[form][index])
    score = score_report(report, specimen)
    assert (score.wrong, score.unread, score.right) == ([], [], score.cells)
    assert score.perfect, score.faults
    assert report.damage == ()
    assert report.method == form


@pytest.mark.usefixtures("at_hand")
@pytest.mark.corpus
@pytest.mark.parametrize("form", FORMS)
def test_the_blank_model_comes_back_blank(form: str, written: Mapping[str, list[bytes]]) -> None:
    report = read_report(written[form][len(SPECIMENS)])
    values = [
        value.text
        for table in report.tables.values()
        for row in table.values.values()
        for value in row.values()
    ]
    assert len(values) == 200
    assert set(values) == {""}
    assert report.complete


@pytest.mark.corpus
@pytest.mark.parametrize("form", FORMS)
def test_the_second_reader_alone_sees_what_was_written(
    form: str, written: Mapping[str, list[bytes]]
) -> None:
    for original, body in zip(written["docx"], written[form], strict=True):
        blocks = read_docx(original).blocks
        compared = compare(blocks, second_reading(form, body))
        assert compared.blocks == blocks
        assert compared.damage == ()


@pytest.mark.corpus
@pytest.mark.parametrize("form", FORMS)
def test_hidden_deleted_nested_and_numbered_cells_are_read_as_printed(
    form: str, odd: Document
) -> None:
    first, inner, second = (block for block in odd.blocks if isinstance(block, Grid))
    texts = {cell.place.path: cell.text for cell in first.cells if cell.doubtful is None}
    assert [texts[f"table[1]/row[2]/cell[{n}]"] for n in (1, 2, 3)] == ["11", "12\n换行", "13"]
    assert [cell.text for cell in inner.cells] == ["内0", "内1", "内2", "内3"]
    assert [cell.text for cell in second.cells][2:] == ["1.属于国家秘密", "1,234"]
    doubtful = {cell.row for cell in first.cells if cell.doubtful}
    # LibreOffice writes, and reads, spare cells behind a table in a cell of an RTF.
    assert doubtful == ({2} if form == "rtf" else set())
    assert [damage.code for damage in odd.damage] == ["readers-disagree"] * len(doubtful)


@pytest.mark.usefixtures("at_hand")
@pytest.mark.corpus
def test_a_wps_file_is_a_word_file_under_another_name(written: Mapping[str, list[bytes]]) -> None:
    report = read_report(written["doc"][0], "年报.wps")
    assert report.method == "wps"
    assert report.media_type == kinds.WPS
    assert score_report(report, SPECIMENS[0]).perfect


@pytest.mark.corpus
@pytest.mark.parametrize("form", FORMS)
def test_places_can_be_followed_by_counting(form: str, odd: Document) -> None:
    first = next(block for block in odd.blocks if isinstance(block, Grid))
    places = {cell.text: cell.place.path for cell in first.cells}
    assert first.place.path == "table[1]"
    assert places["13"] == "table[1]/row[2]/cell[3]"
    assert places["宽"] == "table[1]/row[5]/cell[2]"
    prose = [(x.text, x.place.path) for x in odd.blocks if isinstance(x, Paragraph)]
    assert prose[0] == ("前言。", "paragraph[1]")
    assert prose[-1] == ("结尾。", "paragraph[3]")


@pytest.mark.corpus
@pytest.mark.parametrize("form", FORMS)
def test_pictures_are_named(form: str, odd: Document) -> None:
    images = [block for block in odd.blocks if isinstance(block, Image)]
    assert [image.place.path for image in images] == ["picture[1]"]


@pytest.mark.usefixtures("at_hand")
@pytest.mark.corpus
def test_the_pictures_of_the_document_read_last_are_at_hand(
    written: Mapping[str, list[bytes]],
) -> None:
    form, body = "doc", written["doc"][-1]
    images = [block for block in read_document(body).blocks if isinstance(block, Image)]
    assert images[0].source is not None
    with Picture.open(BytesIO(pictures_of(body)[images[0].source])) as shown:
        assert shown.size == (40, 20)
    assert pictures_of(written[form][0]) == {}


# What must not happen


def code_of(body: bytes, name: str | None = None, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableError) as error:
        read_document(body, name, limits=limits or Limits())
    return error.value.code


@pytest.mark.corpus
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_file_cut_short_is_damaged(
    form: str, share: float, written: Mapping[str, list[bytes]]
) -> None:
    body = written[form][0]
    assert code_of(body[: int(len(body) * share)]) == "damaged"


@pytest.mark.corpus
@pytest.mark.parametrize("form", FORMS)
def test_without_libreoffice_the_remedy_is_named(
    form: str, written: Mapping[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(UnreadableError, match="libreoffice-writer-nogui") as error:
        read_document(written[form][0])
    assert error.value.code == "no-converter"


@pytest.mark.corpus
def test_too_little_time_or_memory_is_said_to_be_so(written: Mapping[str, list[bytes]]) -> None:
    assert code_of(written["doc"][0], limits=Limits(wall_seconds=0.2)) == "limits-exceeded"
    assert code_of(written["doc"][0], limits=Limits(memory_bytes=420 * 2**20)) in (
        "limits-exceeded",
        "crashed",
    )
    assert read_document(written["doc"][0]).method == "doc"


@pytest.mark.corpus
def test_a_password_is_said_to_be_asked_for(written: Mapping[str, list[bytes]]) -> None:
    body = bytearray(written["doc"][0])
    start = next(at for at in range(512, len(body), 512) if body[at : at + 2] == b"\xec\xa5")
    body[start + 0x0B] |= 0x01
    assert code_of(bytes(body)) == "encrypted"


@pytest.mark.corpus
def test_the_reading_child_reads_it_too_and_a_huge_table_does_not_stop_it(
    written: Mapping[str, list[bytes]],
) -> None:
    cells = "".join(rf"\cellx{1000 * n}" for n in range(1, 11))
    row = rf"\trowd{cells}\pard\intbl " + r"1\cell " * 10 + "\\row\n"
    huge = (r"{\rtf1\ansi" + row * 5000 + r"\pard\par}").encode()
    pool = ReaderPool(size=1)
    try:
        with pytest.raises(UnreadableError) as error:
            pool.read(huge, limits=Limits(wall_seconds=3))
        assert error.value.code == "limits-exceeded"
        report = pool.read(written["doc"][0])
    finally:
        pool.close()
    assert score_report(report, SPECIMENS[0]).perfect


@pytest.mark.corpus
def test_a_conversion_that_differs_is_doubted_not_believed(
    written: Mapping[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What LibreOffice makes of another file stands in for a conversion that went wrong.
    other = written["docx"][1]
    monkeypatch.setattr(reader, "convert", lambda *_: other)
    document = read_document(written["doc"][0])
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    values = [cell for grid in grids for cell in grid.cells if cell.text.isdigit()]
    differing = [cell for cell in values if cell.doubtful is not None]
    assert len(differing) > len(values) // 4
    assert {damage.code for damage in document.damage} == {"readers-disagree", "pages-lost"}


class Fetches(http.server.ThreadingHTTPServer):
    """A server that notes what is asked of it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Noting)
        self.asked: list[str] = []


class Noting(http.server.BaseHTTPRequestHandler):
    server: Fetches

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_error(404)

    do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - names of the protocol

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[Fetches]:
    with Fetches() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def afresh() -> Iterator[None]:
    """LibreOffice is started with a profile of its own before and after."""
    converter.end()
    yield
    converter.end()


def linking_rtf(address: str, secret: Path) -> bytes:
    fields = (
        f'INCLUDEPICTURE "{address}/p.png" \\\\d',
        f'INCLUDETEXT "{secret}"',
        f'LINK Word.Document "{address}/d.doc"',
    )
    shown = "".join(rf"{{\field{{\*\fldinst {field}}}{{\fldrslt x}}}}" for field in fields)
    return rf"{{\rtf1\ansi{{\*\template {address}/t.dot}} A {shown}\par}}".encode()


def linking_odt(address: str, secret: Path) -> bytes:
    return odt(
        f'<text:p>开头<draw:frame svg:width="3cm" svg:height="3cm" text:anchor-type="as-char">'
        f'<draw:image xlink:href="{address}/i.png" xlink:type="simple" xlink:show="embed" '
        'xlink:actuate="onLoad"/></draw:frame></text:p>'
        f'<text:section text:name="a"><text:section-source xlink:href="{secret.as_uri()}" '
        'text:filter-name="Text"/><text:p>旧</text:p></text:section>'
        f'<text:section text:name="b"><text:section-source xlink:href="{address}/s.odt"/>'
        "<text:p>旧</text:p></text:section>"
    )


def odt(body: str, **members: str) -> bytes:
    """A text document with this body."""
    prefix = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(
        f'xmlns:{name}="{prefix}:{full}:1.0"'
        for name, full in {
            "office": "office",
            "text": "text",
            "table": "table",
            "draw": "drawing",
            "style": "style",
            "svg": "svg-compatible",
        }.items()
    )
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", kinds.ODT)
        archive.writestr(
            "content.xml",
            f'<office:document-content {spaces} xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'office:version="1.2"><office:body><office:text>{body}</office:text></office:body>'
            "</office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{prefix}:manifest:1.0"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{kinds.ODT}"/><manifest:file-entry '
            'manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        )
    return out.getvalue()


def can_leave_network() -> bool:
    unshare = shutil.which("unshare")
    return unshare is not None and not subprocess.call([unshare, "-Un", "true"])


WITHOUT_NAMESPACE = """
import importlib.util
spec = importlib.util.spec_from_file_location("keeper", {path!r})
keeper = importlib.util.module_from_spec(spec)
spec.loader.exec_module(keeper)
keeper._can_do_without_network = lambda folder: False
keeper.main()
"""


@pytest.mark.usefixtures("afresh")
@pytest.mark.parametrize("guard", ["settings", "network of its own"])
def test_nothing_that_a_file_names_is_fetched_or_read(
    guard: str, server: Fetches, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if guard == "settings":
        plain = tmp_path / "keeper.py"
        plain.write_text(WITHOUT_NAMESPACE.format(path=str(converter.KEEPER)))
        monkeypatch.setattr(converter, "KEEPER", plain)
    elif not can_leave_network():
        pytest.skip("the kernel lets no ordinary user have a network of its own")
    else:
        monkeypatch.setattr(converter, "write_profile", lambda folder: None)
    secret = tmp_path / "secret.txt"
    secret.write_text("机密 secret")
    for write in (linking_rtf, linking_odt):
        document = read_document(write(f"http://127.0.0.1:{server.server_port}", secret))
        shown = "".join(block.text for block in document.blocks if isinstance(block, Paragraph))
        assert shown
        assert "secret" not in shown
        assert server.asked == []
