"""Writing a web archive, whole or not at all (WACZ 1.1.1)."""

import hashlib
import json
import os
import secrets
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine
from warcio.warcwriter import WARCWriter

from storage.archive import Archive
from storage.clock import iso_utc, utc_now
from storage.database import reading
from storage.errors import StorageError
from storage.models import Capture
from storage.wacz.index import Indexed, indexed
from storage.wacz.records import Earlier, records
from storage.wacz.selection import Wanted, kept_captures, removed_originals, titles

WARC = "data.warc.gz"
_PAGES = frozenset({"home", "platform", "list", "page"})
_OK, _NOT_MODIFIED = 200, 304


class NothingCapturedError(StorageError):
    """There is no capture of what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebArchive:
    """A web archive that was written."""

    path: Path
    sha256: str
    captures: int
    pages: int
    removed: int
    """Captures left out because a retention decision removed their originals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    captures: int
    entries: Sequence[Indexed]
    pages: Sequence[Mapping[str, str]]
    removed: int


def export_wacz(
    engine: Engine, archive: Archive, wanted: Wanted, path: Path, *, title: str
) -> WebArchive:
    """Write the captures that are wanted as one WACZ file.

    Every capture with an answer is in it, but for those whose originals a retention decision has
    removed; a document that several captures brought stands in it as often. A file in its place is
    not overwritten.

    Raises:
        NothingCapturedError: if there is none.
        FileExistsError: if there is a file of that name.
        DamagedOriginal, LostOriginal: if a document is not sound.
        ArchiveError: if the archive cannot be used.
        OSError: if the file cannot be written.
    """
    if path.exists():
        raise FileExistsError(path)
    with _draft(path) as draft, tempfile.TemporaryFile(dir=path.resolve().parent) as warc:
        written = _write_warc(engine, archive, wanted, warc, path.name)
        if not written.entries:
            raise NothingCapturedError(
                "档案中没有所要的采集记录；请先运行 nianbao crawl，或放宽条件。",
                "the archive has no such capture; run 'nianbao crawl' first, or ask for more.",
            )
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as package:
            _pack(package, warc, written, title)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return WebArchive(
        path=path,
        sha256=digest,
        captures=written.captures,
        pages=len(written.pages),
        removed=written.removed,
    )


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """Give a name beside the one wanted; the file gets its own when it is whole and on disk."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def _write_warc(
    engine: Engine, archive: Archive, wanted: Wanted, warc: IO[bytes], name: str
) -> _Written:
    writer = WARCWriter(warc, gzip=True, warc_version="1.1")
    software = f"nianbao/{metadata.version('nianbao')}"
    about = {"software": software, "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record(name, about))
    captures = removed = 0
    documents: dict[str, Earlier] = {}
    entries: list[Indexed] = []
    pages: dict[str, dict[str, str]] = {}
    with reading(engine) as session:
        known, gone = titles(session), removed_originals(session, wanted)
        for kept in kept_captures(session, wanted):
            capture = kept.capture
            if capture.sha256 in gone:
                removed += 1
                continue
            captures += 1
            url = capture.final_url or capture.url
            body = _body(archive, capture)
            entry = _write_capture(writer, warc, capture, body, documents.get(url))
            if capture.status != _NOT_MODIFIED:  # the document before it is what is looked at
                entries.append(entry)
                documents[url] = Earlier(iso_utc(capture.fetched_at), entry.digest)
            if _is_page(capture):
                page = _page(capture, known)
                pages[page["url"]] = page
    return _Written(captures=captures, entries=entries, pages=list(pages.values()), removed=removed)


def _write_capture(
    writer: WARCWriter, warc: IO[bytes], capture: Capture, body: bytes, earlier: Earlier | None
) -> Indexed:
    for record in records(writer, capture, body, earlier):
        offset = warc.tell()
        writer.write_record(record)
        answer = record  # the last one
    digest = answer.rec_headers.get_header("WARC-Payload-Digest") or ""
    return indexed(capture, digest, offset, warc.tell() - offset)


def _body(archive: Archive, capture: Capture) -> bytes:
    return archive.get(capture.sha256) if capture.sha256 else b""


def _is_page(capture: Capture) -> bool:
    is_page = (capture.media_type or "").startswith(("text/html", "application/xhtml"))
    return capture.purpose in _PAGES and capture.status == _OK and is_page


def _page(capture: Capture, known: Mapping[str, str]) -> dict[str, str]:
    url = capture.final_url or capture.url
    return {
        "id": hashlib.sha256(url.encode()).hexdigest()[:20],
        "url": url,
        "ts": iso_utc(capture.fetched_at),
        "title": known.get(capture.url) or known.get(url) or url,
    }


def _pack(package: zipfile.ZipFile, warc: IO[bytes], written: _Written, title: str) -> None:
    resources = [_add_file(package, f"archive/{WARC}", warc)]
    lines = sorted(entry.line(WARC) for entry in written.entries)
    resources.append(_add(package, "indexes/index.cdx", "".join(lines).encode()))
    header = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    pages = "".join(
        json.dumps(each, ensure_ascii=False) + "\n" for each in (header, *written.pages)
    )
    resources.append(_add(package, "pages/pages.jsonl", pages.encode()))
    described = json.dumps(_description(resources, written, title), ensure_ascii=False, indent=1)
    described_in = _add(package, "datapackage.json", described.encode())
    digest = {"path": "datapackage.json", "hash": described_in["hash"]}
    _add(package, "datapackage-digest.json", json.dumps(digest, indent=1).encode())


def _description(
    resources: Sequence[Mapping[str, Any]], written: _Written, title: str
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": title,
        "created": iso_utc(utc_now()),
        "software": f"nianbao {metadata.version('nianbao')}",
        "resources": list(resources),
    }
    first = next(iter(written.pages), None)
    if first:
        described |= {"mainPageUrl": first["url"], "mainPageDate": first["ts"]}
    return described


def _add(package: zipfile.ZipFile, path: str, content: bytes) -> dict[str, Any]:
    package.writestr(path, content)
    return _resource(path, hashlib.sha256(content).hexdigest(), len(content))


def _add_file(package: zipfile.ZipFile, path: str, file: IO[bytes]) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    with package.open(path, "w", force_zip64=True) as member:
        while block := file.read(1 << 20):
            digest.update(block)
            size += len(block)
            member.write(block)
    return _resource(path, digest.hexdigest(), size)


def _resource(path: str, sha256: str, size: int) -> dict[str, Any]:
    name = path.rpartition("/")[2]
    return {"name": name, "path": path, "hash": f"sha256:{sha256}", "bytes": size}
