"""Web archives: whole, checked by the tools others use, and with what was captured in them."""

import gzip
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from storage.archive import DirectoryArchive
from storage.captures import archive_exchange
from storage.database import create_database_engine
from storage.retention.deciding import Decision, Doomed, carry_out, decide
from storage.schema import upgrade
from storage.wacz import NothingCapturedError, Wanted, WebArchive, export_wacz
from storage.wacz.index import search_key, timestamp
from tests.storage.evidence.scene import LIST, PAGE, PDF, Scene, build


def export(scene: Scene, path: Path, **wanted: Any) -> WebArchive:
    return export_wacz(scene.engine, scene.archive, Wanted(**wanted), path, title="test")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebArchive]:
    """A web archive of the whole scene, which tests only look at."""
    root = tmp_path_factory.mktemp("made")
    engine = create_database_engine(f"sqlite:///{root / 'nianbao.db'}")
    upgrade(engine)
    yield export(build(engine, DirectoryArchive(root / "archive"), root), root / "all.wacz")
    engine.dispose()


def member(made: WebArchive, name: str) -> bytes:
    with zipfile.ZipFile(made.path) as package:
        return package.read(name)


def answers(made: WebArchive) -> list[tuple[str, str, bytes]]:
    """Return kind, address and document of every answer in the WARC file."""
    stream = io.BytesIO(member(made, "archive/data.warc.gz"))
    return [
        (
            record.rec_type,
            record.rec_headers.get_header("WARC-Target-URI"),
            record.content_stream().read(),
        )
        for record in ArchiveIterator(stream)
        if record.rec_type in ("response", "resource", "revisit")
    ]


def test_every_document_is_in_it_byte_for_byte(made: WebArchive) -> None:
    found = {(url, body) for kind, url, body in answers(made) if kind == "response"}
    assert {
        (PAGE, b"<p>old</p>"),
        (PDF, b"%PDF-1.7"),
        (LIST, b"<ul>first list</ul>"),
    } <= found
    assert made.captures == len(answers(made))


def test_warcio_and_gunzip_find_nothing_wrong(made: WebArchive, tmp_path: Path) -> None:
    warc = tmp_path / "data.warc.gz"
    warc.write_bytes(member(made, "archive/data.warc.gz"))
    program = [sys.executable, "-m", "warcio.cli", "check", "-v", str(warc)]
    checked = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (checked.returncode, "digest failed" in checked.stdout) == (0, False)
    assert "digest pass" in checked.stdout
    assert gzip.decompress(warc.read_bytes()).startswith(b"WARC/1.1\r\n")


def test_the_package_describes_each_of_its_files(made: WebArchive) -> None:
    described = json.loads(member(made, "datapackage.json"))
    assert (described["profile"], described["wacz_version"]) == ("data-package", "1.1.1")
    for each in described["resources"]:
        content = member(made, each["path"])
        assert each["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert each["bytes"] == len(content)
    digest = json.loads(member(made, "datapackage-digest.json"))
    package = hashlib.sha256(member(made, "datapackage.json")).hexdigest()
    assert digest == {"path": "datapackage.json", "hash": f"sha256:{package}"}
    with zipfile.ZipFile(made.path) as package_file:
        stored = {info.compress_type for info in package_file.infolist()}
        assert package_file.testzip() is None
    assert stored == {zipfile.ZIP_STORED}  # replay tools read ranges of it


def test_the_index_leads_to_each_answer(made: WebArchive) -> None:
    warc = member(made, "archive/data.warc.gz")
    lines = member(made, "indexes/index.cdx").decode().splitlines()
    assert lines == sorted(lines)
    for line in lines:
        key, at, rest = line.split(" ", 2)
        entry = json.loads(rest)
        start, length = int(entry["offset"]), int(entry["length"])
        (record,) = ArchiveIterator(io.BytesIO(warc[start : start + length]))
        assert record.rec_headers.get_header("WARC-Target-URI") == entry["url"]
        assert key == search_key(entry["url"])
        written = record.rec_headers.get_header("WARC-Date")
        assert at == timestamp(datetime.fromisoformat(written).astimezone(UTC))
        assert record.rec_headers.get_header("WARC-Payload-Digest") == entry["digest"]


def test_pages_are_listed_with_their_titles(made: WebArchive) -> None:
    header, *pages = map(json.loads, member(made, "pages/pages.jsonl").splitlines())
    assert header["format"] == "json-pages-1.0"
    assert {PAGE, LIST} < {page["url"] for page in pages}
    assert PDF not in {page["url"] for page in pages}
    assert made.pages == len(pages)


def test_requests_stand_beside_their_answers(made: WebArchive) -> None:
    stream = io.BytesIO(member(made, "archive/data.warc.gz"))
    kinds = [record.rec_type for record in ArchiveIterator(stream)]
    assert kinds[0] == "warcinfo"
    assert kinds.count("request") == made.captures


def test_an_answer_of_unchanged_is_kept_but_not_looked_up(scene: Scene, tmp_path: Path) -> None:
    archive_exchange(scene.engine, scene.archive, [scene.exchange(PAGE, status=304, body=None)])
    made = export(scene, tmp_path / "a.wacz")
    assert [kind for kind, url, _ in answers(made) if url == PAGE].count("revisit") >= 1
    index = member(made, "indexes/index.cdx").decode()
    assert '"status": "304"' not in index


def test_a_document_that_scripts_made_is_no_answer_of_the_server(
    scene: Scene, tmp_path: Path
) -> None:
    drawn = scene.exchange("http://www.boai.gov.cn/spa/", body=b"<p>drawn</p>", rendered=True)
    archive_exchange(scene.engine, scene.archive, [drawn])
    found = answers(export(scene, tmp_path / "a.wacz"))
    assert ("resource", "http://www.boai.gov.cn/spa/", b"<p>drawn</p>") in found


def test_a_coding_is_told_but_not_claimed(scene: Scene, tmp_path: Path) -> None:
    headers = [["Content-Type", "text/html"], ["Content-Encoding", "gzip"]]
    body = b"<p>plain</p>"
    coded = scene.exchange(PAGE, body=body, wire_body=gzip.compress(body), headers=headers)
    archive_exchange(scene.engine, scene.archive, [coded])
    stream = io.BytesIO(member(export(scene, tmp_path / "a.wacz"), "archive/data.warc.gz"))
    found = [
        (record.http_headers, record.content_stream().read())
        for record in ArchiveIterator(stream)
        if record.rec_headers.get_header("WARC-Wire-Digest")
    ]
    ((told, document),) = found
    assert told.get_header("X-Archive-Orig-Content-Encoding") == "gzip"
    assert told.get_header("Content-Encoding") is None
    assert document == body


def test_requests_are_written_as_they_were_sent(scene: Scene, tmp_path: Path) -> None:
    sent = [["Host", "www.boai.gov.cn"], ["User-Agent", "nianbao/1"], ["X-Twice", "a"],
            ["X-Twice", "b"], ["Content-Length", "7"]]  # fmt: skip
    asked = scene.exchange(LIST, method="POST", request_body="page=2&", request_headers=sent)
    archive_exchange(scene.engine, scene.archive, [asked])
    stream = io.BytesIO(member(export(scene, tmp_path / "a.wacz"), "archive/data.warc.gz"))
    found = [
        (record.http_headers.headers, record.content_stream().read())
        for record in ArchiveIterator(stream)
        if record.rec_type == "request" and record.http_headers.protocol == "POST"
    ]
    assert found == [([tuple(each) for each in sent], b"page=2&")]


def test_a_crawl_a_portal_and_a_filing_have_archives_of_their_own(
    scene: Scene, tmp_path: Path
) -> None:
    of_run = export(scene, tmp_path / "run.wacz", run_id="run-1")
    assert of_run.captures == 3
    of_portal = export(scene, tmp_path / "portal.wacz", portal_id="boai")
    assert of_portal.captures == 9
    of_filing = export(scene, tmp_path / "filing.wacz", filing_id=1)
    assert {url for _, url, _ in answers(of_filing)} == {PAGE, PDF}
    for made in (of_run, of_portal, of_filing):
        warc = tmp_path / "data.warc.gz"
        warc.write_bytes(member(made, "archive/data.warc.gz"))
        assert subprocess.run(["gunzip", "-t", str(warc)], check=False).returncode == 0
        command = [sys.executable, "-m", "warcio.cli", "check", str(warc)]
        assert subprocess.run(command, check=False).returncode == 0


def test_only_what_is_wanted_is_in_it(scene: Scene, tmp_path: Path) -> None:
    made = export(scene, tmp_path / "a.wacz", agency_id="boai-kjj", fiscal_year=2023)
    assert {url for _, url, _ in answers(made)} == {PAGE, PDF}
    with pytest.raises(NothingCapturedError):
        export(scene, tmp_path / "b.wacz", portal_id="elsewhere")
    assert sorted(path.name for path in tmp_path.glob("*.wacz")) == ["a.wacz"]
    assert not list(tmp_path.glob(".*.wacz*"))


def test_what_was_removed_by_decision_is_left_out(scene: Scene, tmp_path: Path) -> None:
    body = b"<ul>more</ul>"
    doomed = Doomed(sha256=hashlib.sha256(body).hexdigest(), size=len(body), captures=1)
    decision = Decision(author="王敏", reason="列表页精简", policy={})
    decide(scene.engine, [doomed], decision, planned_at=10**6)
    carry_out(scene.engine, scene.archive, tmp_path)
    made = export(scene, tmp_path / "a.wacz", portal_id="boai")
    assert (made.captures, made.removed) == (8, 1)
    assert body not in {document for _, _, document in answers(made)}


def test_a_file_that_is_there_is_left_alone(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "mine.wacz"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        export(scene, path)
    assert path.read_text() == "mine"


def test_a_header_cannot_begin_another_line(scene: Scene, tmp_path: Path) -> None:
    headers = [["Content-Type", "text/html"], ["X-Trick", "a\r\nX-Injected: b"]]
    archive_exchange(scene.engine, scene.archive, [scene.exchange(PAGE, headers=headers)])
    stream = io.BytesIO(member(export(scene, tmp_path / "a.wacz"), "archive/data.warc.gz"))
    for record in ArchiveIterator(stream):
        if record.rec_type == "response":
            assert record.http_headers.get_header("X-Injected") is None


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.Boai.gov.cn/NDBG/", "cn,gov,boai)/ndbg"),
        ("https://boai.gov.cn", "cn,gov,boai)/"),
        ("http://boai.gov.cn:8080/a?b=2&a=1", "cn,gov,boai:8080)/a?a=1&b=2"),
        ("http://127.0.0.1/x", "1,0,0,127)/x"),
    ],
)
def test_addresses_are_sorted_by_host_first(url: str, key: str) -> None:
    assert search_key(url) == key
