"""What a capture proves of its exchange: headers as sent and served, connection, exact bytes."""

import gzip
import hashlib
import socket
import ssl
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select
from warcio.archiveiterator import ArchiveIterator

from storage.archive import open_archive
from storage.captures import recorded_originals
from storage.database import reading
from storage.models import Capture, Certificate
from storage.verification import verify
from storage.wacz import Wanted, export_wacz
from tests.crawler.certificates import chained, self_signed
from tests.crawler.county import AGENCIES, COLUMN, fill, report_path
from tests.crawler.portal import Answer, Site, serve
from tests.crawler.proxy import proxied
from tests.crawler.workspace import Field, make_field


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    field = make_field(tmp_path / "w")
    yield field
    field.engine.dispose()


def watch(field: Field, site: Site, url: str = "") -> None:
    field.register("county", f"{url or site.url}/", agencies=AGENCIES)
    field.add_column("county", (url or site.url) + COLUMN)
    field.crawl("watch", "county")


def sent(capture: Capture) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in capture.request_headers]


def test_request_headers_are_those_that_the_server_got(field: Field) -> None:
    with serve(Site()) as site:
        fill(site)
        watch(field, site)

    for asked in site.asked:
        [capture] = [each for each in field.captures("") if each.url == site.url + asked.path]
        assert dict(sent(capture)) == asked.headers
        assert len(sent(capture)) == len(asked.headers)
    [page] = field.captures(report_path(0))
    assert dict(sent(page))["host"] == site.url.removeprefix("http://")
    assert dict(sent(page))["accept-encoding"] == "identity"


def test_through_a_proxy_they_are_those_that_the_proxy_got(tmp_path: Path) -> None:
    field = make_field(tmp_path, private=False)
    site = Site()
    fill(site)
    with proxied(field, {"www.qinghe.gov.cn": site}) as proxy:
        proxy.url = field.environment["http_proxy"] = proxy.url.replace("//", "//me:secret@")
        field.environment["HTTP_PROXY"] = proxy.url
        watch(field, site, "http://www.qinghe.gov.cn")

    asked = next(each for each in proxy.asked if each.path == report_path(0))
    [capture] = field.captures(report_path(0))
    assert asked.headers.pop("proxy-authorization")
    assert dict(sent(capture)) == asked.headers
    assert dict(sent(capture))["host"] == "www.qinghe.gov.cn"
    field.engine.dispose()


def oddly(handler: BaseHTTPRequestHandler) -> None:
    """Answer with headers in an order, a case and a number that libraries like to tidy up."""
    body = b"%PDF-1.4 odd %%EOF"
    handler.wfile.write(
        b"HTTP/1.1 200 OK\r\nx-zeta: 1\r\nSET-COOKIE: a=1\r\nConnection: close\r\n"
        b"Content-type: application/pdf\r\nSet-Cookie: b=2\r\nTransfer-Encoding: chunked\r\n\r\n"
        + f"{len(body):x}\r\n".encode()
        + body
        + b"\r\n0\r\n\r\n"
    )


def test_response_headers_stand_as_they_were_served(field: Field) -> None:
    file = f"{COLUMN}202401/P020240115000000000001.pdf"
    with serve(Site()) as site:
        fill(site)
        site.routes[file] = Answer(raw=oddly)
        watch(field, site)

    [capture] = field.captures(file)
    assert capture.headers == [
        ["x-zeta", "1"],
        ["SET-COOKIE", "a=1"],
        ["Connection", "close"],
        ["Content-type", "application/pdf"],
        ["Set-Cookie", "b=2"],
        ["Transfer-Encoding", "chunked"],
    ]


def test_a_web_archive_has_the_requests_as_they_were_sent(field: Field, tmp_path: Path) -> None:
    with serve(Site()) as site:
        fill(site)
        watch(field, site)
    archive = open_archive(field.workspace.archive_url)
    made = export_wacz(field.engine, archive, Wanted(), tmp_path / "a.wacz", title="all")

    asked = {each.path: each.headers for each in site.asked}
    found = {}
    with zipfile.ZipFile(made.path) as package, package.open("archive/data.warc.gz") as warc:
        for record in ArchiveIterator(warc):
            if record.rec_type == "request":
                told = {name.lower(): value for name, value in record.http_headers.headers}
                found[urlsplit(record.rec_headers.get_header("WARC-Target-URI")).path] = told
    assert found == asked


@contextmanager
def https(paths: tuple[Path, ...]) -> Iterator[Site]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paths[0], paths[1])
    with serve(Site(), tls=context) as site:
        fill(site)
        yield site


def ders(path: Path) -> list[bytes]:
    certificates = x509.load_pem_x509_certificates(path.read_bytes())
    return [each.public_bytes(Encoding.DER) for each in certificates]


def chain_of(field: Field, capture: Capture) -> list[bytes]:
    assert capture.tls is not None
    with reading(field.engine) as session:
        kept = {each.sha256: each for each in session.scalars(select(Certificate))}
    chain = [kept[sha256] for sha256 in capture.tls["certificates"]]
    assert all(hashlib.sha256(each.der).hexdigest() == each.sha256 for each in chain)
    assert all(each.first_seen_at <= capture.fetched_at for each in chain)
    return [each.der for each in chain]


def test_a_chain_that_verifies_is_kept_as_presented(field: Field, tmp_path: Path) -> None:
    paths = chained(tmp_path)
    field.environment["SSL_CERT_FILE"] = str(paths[2])
    with https(paths) as site:
        watch(field, site)

    captures = field.captures("https://")
    assert len(captures) == 6
    for capture in captures:
        assert capture.tls is not None
        assert capture.tls["verified"] is True
        assert capture.tls["problem"] is None
        assert capture.tls["version"] == "TLSv1.3"
        assert capture.tls["cipher"].startswith("TLS_")
        assert chain_of(field, capture) == ders(paths[0])
        assert capture.address == "127.0.0.1"
    with reading(field.engine) as session:
        assert len(session.scalars(select(Certificate)).all()) == 2


def test_an_expired_certificate_is_kept_with_what_is_wrong(field: Field, tmp_path: Path) -> None:
    paths = chained(tmp_path, days=-2)
    field.environment["SSL_CERT_FILE"] = str(paths[2])
    with https(paths) as site:
        watch(field, site)

    [capture] = field.captures(report_path(0))
    assert capture.tls is not None
    assert capture.tls["verified"] is False
    assert "expired" in capture.tls["problem"]
    assert chain_of(field, capture) == ders(paths[0])


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        ([x509.DNSName("www.other.gov.cn")], "not for 127.0.0.1"),
        ([], "names cannot be read"),
    ],
)
def test_a_certificate_of_somebody_else_does_not_verify(
    field: Field, tmp_path: Path, names: list[x509.GeneralName], problem: str
) -> None:
    paths = chained(tmp_path, names=names)
    field.environment["SSL_CERT_FILE"] = str(paths[2])
    with https(paths) as site:
        watch(field, site)

    for capture in field.captures("https://"):
        assert capture.tls is not None
        assert capture.tls["verified"] is False
        assert problem in capture.tls["problem"]
        assert chain_of(field, capture) == ders(paths[0])


def test_a_host_that_has_verified_is_never_met_unverified_for_a_broken_answer(
    field: Field, tmp_path: Path
) -> None:
    paths = chained(tmp_path)
    field.environment["SSL_CERT_FILE"] = str(paths[2])

    def break_off(handler: BaseHTTPRequestHandler) -> None:
        socket.socket.send(handler.connection, b"no TLS" * 9)  # past the encryption

    with https(paths) as site:
        site.routes[report_path(1)] = Answer(raw=break_off)
        watch(field, site)

    assert [each.error is None for each in field.captures(report_path(1))] == [False, False]
    answered = [each.tls for each in field.captures("https://") if each.status]
    assert len(answered) > 3
    assert all(tls and tls["verified"] for tls in answered)


def test_a_self_signed_certificate_is_kept_too(field: Field, tmp_path: Path) -> None:
    paths = self_signed(tmp_path)
    with https(paths) as site:
        watch(field, site)

    [capture] = field.captures(report_path(0))
    assert capture.tls is not None
    assert capture.tls["verified"] is False
    assert "self" in capture.tls["problem"]
    assert chain_of(field, capture) == ders(paths[0])


def test_a_tunnel_shows_the_certificates_of_the_server_behind_it(
    field: Field, tmp_path: Path
) -> None:
    paths = chained(tmp_path)
    with https(paths) as site, serve(Site()) as proxy:
        field.environment["HTTPS_PROXY"] = field.environment["https_proxy"] = proxy.url
        watch(field, site)

    assert {asked.method for asked in proxy.asked} == {"CONNECT"}
    [capture] = field.captures(report_path(0))
    assert chain_of(field, capture) == ders(paths[0])
    asked = next(each for each in site.asked if each.path == report_path(0))
    assert dict(sent(capture)) == asked.headers


def test_what_was_served_under_a_coding_nobody_asked_for_is_kept_too(field: Field) -> None:
    with serve(Site()) as site:
        fill(site)
        page = site.routes[report_path(0)]
        assert isinstance(page, Answer)
        coded = gzip.compress(page.body)
        site.routes[report_path(0)] = Answer(coded, headers={"Content-Encoding": "gzip"})
        watch(field, site)

    [capture] = field.captures(report_path(0))
    assert capture.sha256 == hashlib.sha256(page.body).hexdigest()
    assert capture.wire_sha256 == hashlib.sha256(coded).hexdigest()
    archive = open_archive(field.workspace.archive_url)
    assert archive.get(capture.sha256) == page.body
    assert archive.get(capture.wire_sha256) == coded
    assert not archive.pending()
    with reading(field.engine) as session:
        assert recorded_originals(session, [capture.wire_sha256]) == {capture.wire_sha256}
    [other] = field.captures(report_path(1))
    assert other.wire_sha256 == other.sha256
    assert not verify(field.engine, archive).problems
