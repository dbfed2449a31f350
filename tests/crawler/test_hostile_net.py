"""Where requests may go: private addresses, redirects to them, proxies, schemes, certificates."""

import base64
import ssl
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.settings import URLLENGTH_LIMIT
from storage.models import CrawlState
from tests.crawler.certificates import self_signed
from tests.crawler.county import AGENCIES, COLUMN, fill, report_path
from tests.crawler.portal import Answer, Site, serve
from tests.crawler.proxy import proxied
from tests.crawler.workspace import Field, make_field


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Field]:
    """A workspace that refuses private addresses, as all do unless told otherwise."""
    field = make_field(tmp_path, private=False)
    yield field
    field.engine.dispose()


def test_a_portal_on_a_private_address_is_not_asked_at_all(guarded: Field) -> None:
    with serve(Site()) as site:
        fill(site)
        guarded.register("inside", f"{site.url}/")
        guarded.add_column("inside", site.url + COLUMN)
        guarded.crawl("watch", "inside")

    assert site.asked == []
    crawl = guarded.crawl_of("inside")
    assert crawl.state is CrawlState.UNREACHABLE
    assert "local" in str(crawl.reason)


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:22/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://metadata.google.internal/",
        "http://localhost/",
        "file:///etc/passwd",
        "ftp://www.qinghe.gov.cn/x",
    ],
)
def test_a_redirect_to_a_private_address_is_not_followed(guarded: Field, target: str) -> None:
    site = Site()
    fill(site)
    site.routes[report_path(1)] = Answer(status=302, headers={"Location": target})
    guarded.register("county", "http://www.qinghe.gov.cn/", agencies=AGENCIES)
    guarded.add_column("county", f"http://www.qinghe.gov.cn{COLUMN}")
    with proxied(guarded, {"www.qinghe.gov.cn": site}) as proxy:
        guarded.crawl("watch", "county")

    crawl = guarded.crawl_of("county")
    assert crawl.state is CrawlState.PARTIAL
    assert crawl.control_passed
    assert {urlsplit(asked.path).hostname for asked in proxy.asked} <= {None, "www.qinghe.gov.cn"}
    [capture] = guarded.captures(report_path(1))
    assert capture.error
    assert guarded.filings("county")[1].originals == []


def test_a_redirect_to_an_address_without_an_end_is_not_followed(tmp_path: Path) -> None:
    field = make_field(tmp_path)
    with serve(Site()) as site:
        fill(site)
        endless = f"{report_path(2)}?{'x' * URLLENGTH_LIMIT}"
        site.routes[report_path(1)] = Answer(status=302, headers={"Location": endless})
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    assert field.crawl_of("county").state is CrawlState.PARTIAL
    [capture] = field.captures(report_path(1))
    assert "characters" in str(capture.error)
    assert endless not in site.paths()
    field.engine.dispose()


def test_a_redirect_to_a_host_that_is_not_official_is_no_content(guarded: Field) -> None:
    site, elsewhere = Site(), Site()
    fill(site)
    elsewhere.missing = Answer("<html><body>欢迎光临</body></html>".encode())
    site.routes[report_path(1)] = Answer(
        status=302, headers={"Location": "http://www.lucky-casino.example/"}
    )
    guarded.register("county", "http://www.qinghe.gov.cn/", agencies=AGENCIES)
    guarded.add_column("county", f"http://www.qinghe.gov.cn{COLUMN}")
    hosts = {"www.qinghe.gov.cn": site, "www.lucky-casino.example": elsewhere}
    with proxied(guarded, hosts):
        guarded.crawl("watch", "county")

    assert guarded.crawl_of("county").state is CrawlState.PARTIAL
    assert guarded.filings("county")[1].originals == []


def test_portals_behind_a_proxy_are_crawled_by_their_names(guarded: Field) -> None:
    sites = {f"www.county{n}.gov.cn": Site() for n in range(3)}
    for host, site in sites.items():
        fill(site)
        guarded.register(host.split(".")[1], f"http://{host}/")
    with proxied(guarded, sites):
        names = [host.split(".")[1] for host in sites]
        guarded.crawl("discovery", *names)
        guarded.crawl("watch", *names)

    assert all(guarded.crawl_of(name).state is CrawlState.COMPLETE for name in names)
    assert guarded.captures("www.county0.gov.cn")[0].address is not None


def test_hosts_named_by_no_proxy_are_asked_directly(tmp_path: Path) -> None:
    field = make_field(tmp_path)
    with serve(Site()) as site, proxied(field, {}) as proxy:
        fill(site)
        field.environment["NO_PROXY"] = field.environment["no_proxy"] = "127.0.0.1"
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    assert proxy.asked == []
    assert field.crawl_of("county").state is CrawlState.COMPLETE
    field.engine.dispose()


@contextmanager
def https_site(
    directory: Path, weaken: Callable[[ssl.SSLContext], None] | None = None
) -> Iterator[Site]:
    """Serve a portal over TLS with a certificate nobody vouches for."""
    certificate, key = self_signed(directory, old=weaken is not None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if weaken is not None:
        weaken(context)
    with serve(Site(), tls=context) as site:
        fill(site)
        yield site


def test_a_certificate_nobody_vouches_for_is_recorded_and_the_portal_read(tmp_path: Path) -> None:
    field = make_field(tmp_path / "w")
    with https_site(tmp_path) as site:
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    assert field.crawl_of("county").state is CrawlState.COMPLETE
    [capture] = field.captures(report_path(0))
    assert capture.tls is not None
    assert capture.tls["verified"] is False
    assert "certificate" in capture.tls["problem"].lower()
    field.engine.dispose()


def _old_protocol(context: ssl.SSLContext) -> None:
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1


def _small_diffie_hellman(context: ssl.SSLContext) -> None:
    # The group of 1,024 bits of RFC 2409, 6.2: what old servers still use.
    prime = int(
        "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E"
        "3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF"
        "5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
        16,
    )
    number = b"\0" + prime.to_bytes(128, "big")
    der = b"\x02\x81\x81" + number + b"\x02\x01\x02"
    text = base64.encodebytes(b"\x30\x81" + bytes([len(der)]) + der).decode()
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(f"-----BEGIN DH PARAMETERS-----\n{text}-----END DH PARAMETERS-----\n")
        file.flush()
        context.set_ciphers("DHE-RSA-AES128-SHA:@SECLEVEL=0")
        context.load_dh_params(file.name)
    context.maximum_version = ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("weaken", [_old_protocol, _small_diffie_hellman])
def test_an_old_server_is_met_on_its_own_terms_and_marked(
    tmp_path: Path, weaken: Callable[[ssl.SSLContext], None]
) -> None:
    field = make_field(tmp_path / "w")
    with https_site(tmp_path, weaken) as site:
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    assert field.crawl_of("county").state is CrawlState.COMPLETE
    [capture] = field.captures(report_path(0))
    assert capture.tls is not None
    assert capture.tls["verified"] is False
    assert capture.tls["problem"]
    field.engine.dispose()


def _no_common_cipher(context: ssl.SSLContext) -> None:
    context.set_ciphers("ADH-AES256-GCM-SHA384:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2


def test_a_server_without_a_common_cipher_is_unreachable(tmp_path: Path) -> None:
    field = make_field(tmp_path / "w")
    with https_site(tmp_path, _no_common_cipher) as site:
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    assert field.crawl_of("county").state is CrawlState.UNREACHABLE
    assert not field.readings("county")[-1].control_passed
    field.engine.dispose()


def test_https_goes_through_its_proxy_by_a_tunnel(tmp_path: Path) -> None:
    field = make_field(tmp_path / "w")
    with https_site(tmp_path) as site, serve(Site()) as proxy:
        field.environment["HTTPS_PROXY"] = field.environment["https_proxy"] = proxy.url
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    assert field.crawl_of("county").state is CrawlState.COMPLETE
    assert {asked.method for asked in proxy.asked} == {"CONNECT"}
    field.engine.dispose()


def test_a_host_that_answers_only_https_is_found_under_it(tmp_path: Path) -> None:
    field = make_field(tmp_path / "w")
    with https_site(tmp_path) as site:
        address = site.url.replace("https:", "http:")
        field.register("county", f"{address}/", agencies=AGENCIES)
        field.crawl("discovery", "county")
        field.crawl("watch", "county")

    assert field.crawl_of("county").state is CrawlState.COMPLETE
    assert {filing.url.partition(":")[0] for filing in field.filings("county")} == {"https"}
    field.engine.dispose()


def test_a_host_that_answers_only_http_is_found_under_it(tmp_path: Path) -> None:
    field = make_field(tmp_path)
    with ExitStack() as stack:
        site = stack.enter_context(serve(Site()))
        fill(site)
        field.register("county", f"{site.url.replace('http:', 'https:')}/", agencies=AGENCIES)
        field.add_column("county", (site.url + COLUMN).replace("http:", "https:"))
        field.crawl("watch", "county")

    assert field.crawl_of("county").state is CrawlState.COMPLETE
    field.engine.dispose()
