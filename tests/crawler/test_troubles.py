"""Many portals, each with a trouble of its own, visited in one crawl."""

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from sqlalchemy import select

from storage.database import reading
from storage.models import Capture, ColumnState, CrawlState, Original, OriginalRole
from tests.crawler.county import (
    AGENCIES,
    COLUMN,
    PDF,
    fill,
    list_page,
    report_page,
    report_path,
    row,
    title_of,
)
from tests.crawler.portal import Answer, Asked, Site, serve
from tests.crawler.workspace import Field, make_field

FILE = f"{COLUMN}202401/P020240115000000000001.pdf"
RUISHU = (
    """<!DOCTYPE html><html><head><meta id="9Dh" content="{&quot;" r='m'><script r='m'>"""
    """$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=53478;$_ts.cd="qEyxrA";</script></head>"""
    "<body></body></html>"
)
STUB = (
    f"<html><head><script>var _0x1f={list(range(90))};"
    "function a(b){return b}</script></head></html>"
)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then, for longer than anybody waits."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(60):
        handler.wfile.write(b"<")
        handler.wfile.flush()
        time.sleep(0.2)


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Send for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/pdf")
    handler.end_headers()
    while True:
        handler.wfile.write(b"%PDF-" + b"x" * 65536)


@dataclass
class Case:
    """One trouble and the state that the crawl of its portal must end in."""

    spoil: Callable[[Site], None]
    state: CrawlState


def _route(path: str, answer: Answer) -> Callable[[Site], None]:
    def spoil(site: Site) -> None:
        site.routes[path] = answer

    return spoil


def _everywhere(answer: Answer) -> Callable[[Site], None]:
    def spoil(site: Site) -> None:
        site.routes.clear()
        site.missing = answer

    return spoil


def _once_before(path: str, first: Answer) -> Callable[[Site], None]:
    """Answer the first request for a path differently."""

    def spoil(site: Site) -> None:
        later = site.routes[path]
        asked_before: list[Asked] = []

        def answer(asked: Asked) -> Answer:
            asked_before.append(asked)
            if len(asked_before) == 1:
                return first
            return later if isinstance(later, Answer) else later(asked)

        site.routes[path] = answer

    return spoil


def _session_cookie(site: Site) -> None:
    page = site.routes[COLUMN]

    def answer(asked: Asked) -> Answer:
        if "CT6T=1" in asked.headers.get("cookie", ""):
            assert isinstance(page, Answer)
            return page
        return Answer(status=302, headers={"Location": asked.path, "Set-Cookie": "CT6T=1; path=/"})

    site.routes[COLUMN] = answer


def _cookies(hops: int) -> Callable[[Site], None]:
    """Send the reader to the same address until so many cookies have come back."""

    def spoil(site: Site) -> None:
        page = site.routes[COLUMN]

        def answer(asked: Asked) -> Answer:
            step = asked.headers.get("cookie", "").count("=")
            if step >= hops:
                assert isinstance(page, Answer)
                return page
            cookie = f"C{step}=1; path=/"
            return Answer(status=302, headers={"Location": COLUMN, "Set-Cookie": cookie})

        site.routes[COLUMN] = answer

    return spoil


def _late(path: str, seconds: float) -> Callable[[Site], None]:
    """Let the first byte come late, within the time that is allowed."""

    def spoil(site: Site) -> None:
        page = site.routes[path]

        def answer(_: Asked) -> Answer:
            time.sleep(seconds)
            assert isinstance(page, Answer)
            return page

        site.routes[path] = answer

    return spoil


def _three_pages(site: Site) -> None:
    """Give the column three pages; past the end it answers a shell back to page one."""
    pager = 'createPageHTML(3, {}, "index", "html");'
    site.page(
        COLUMN,
        list_page(
            [
                row(f"./202401/t20240115_{1000 + n}.html", title_of(a, 2023))
                for n, a in enumerate(AGENCIES)
            ],
            pager.format(0),
        ),
    )
    for page, year in ((1, 2022), (2, 2021)):
        rows = []
        for number, agency in enumerate(AGENCIES):
            name = f"202{page}01/t202{page}0115_{page}00{number}.html"
            rows.append(row(f"./{name}", title_of(agency, year), f"{year + 1}-01-15"))
            site.page(f"{COLUMN}{name}", report_page(title_of(agency, year)))
        site.page(f"{COLUMN}index_{page}.html", list_page(rows, pager.format(page)))
    site.page(
        f"{COLUMN}index_3.html",
        '<html><head><meta http-equiv="refresh" content="0;url=./"></head></html>',
    )


def _gbk_labelled_utf8(site: Site) -> None:
    page = site.routes[COLUMN]
    assert isinstance(page, Answer)
    site.routes[COLUMN] = Answer(page.body.decode().encode("gb18030"))


def _shell_before_list(site: Site) -> None:
    site.routes[f"{COLUMN}index.html"] = site.routes[COLUMN]
    site.page(COLUMN, '<html><meta content="0;url=index.html" http-equiv="refresh"></html>')


def _direct_pdf(site: Site) -> None:
    site.page(
        COLUMN, list_page([row("./202401/P020240115000000000001.pdf", title_of(AGENCIES[0], 2023))])
    )


def _cut_title(site: Site) -> None:
    cut = f'<a href="./202401/t20240115_1000.html">{title_of(AGENCIES[0], 2023)[:16]}...</a>'
    whole = row("./202401/t20240115_1001.html", title_of(AGENCIES[1], 2023))
    site.page(COLUMN, list_page([f"<li>{cut}<span>2024-01-15</span></li>", whole]))


CASES = {
    "healthy": Case(lambda _: None, CrawlState.COMPLETE),
    "three-pages": Case(_three_pages, CrawlState.COMPLETE),
    "robots-denied": Case(
        _route("/robots.txt", Answer(b"User-agent: *\nDisallow: /\n", content_type="text/plain")),
        CrawlState.ROBOTS_DENIED,
    ),
    "robots-for-us": Case(
        _route(
            "/robots.txt", Answer(b"User-agent: nianbao\nDisallow: /\n\nUser-agent: *\nAllow: /\n")
        ),
        CrawlState.ROBOTS_DENIED,
    ),
    "robots-error": Case(
        _route("/robots.txt", Answer(b"down", status=500)), CrawlState.ROBOTS_DENIED
    ),
    "robots-page": Case(
        _route("/robots.txt", Answer(b"<html><body>Disallow: /</body></html>")), CrawlState.COMPLETE
    ),
    "robots-gbk": Case(
        _route("/robots.txt", Answer("# 不允许\nUser-agent: *\nDisallow: /admin/\n".encode("gbk"))),
        CrawlState.COMPLETE,
    ),
    "robots-other-path": Case(
        _route("/robots.txt", Answer(f"User-agent: *\nDisallow: {COLUMN}202401/P\n".encode())),
        CrawlState.PARTIAL,
    ),
    "ruishu": Case(_everywhere(Answer(RUISHU.encode(), status=412)), CrawlState.BLOCKED),
    "ruishu-200": Case(_route(COLUMN, Answer(RUISHU.encode())), CrawlState.BLOCKED),
    "jiasule": Case(
        _everywhere(
            Answer(
                b"<script>document.cookie=('_')+('j');location.href=location.pathname</script>",
                status=521,
                headers={"Set-Cookie": "__jsluid_h=abc; path=/"},
            )
        ),
        CrawlState.BLOCKED,
    ),
    "stub": Case(_route(COLUMN, Answer(STUB.encode())), CrawlState.BLOCKED),
    "parked": Case(
        _route(
            COLUMN, Answer("<html><title>域名出售</title><body>此域名出售</body></html>".encode())
        ),
        CrawlState.BLOCKED,
    ),
    "nginx": Case(
        _route(COLUMN, Answer(b"<html><title>Welcome to nginx!</title><body>ok</body></html>")),
        CrawlState.BLOCKED,
    ),
    "file-forbidden": Case(_route(FILE, Answer(b"Access Denied", status=403)), CrawlState.PARTIAL),
    "page-gone": Case(_route(report_path(1), Answer(b"gone", status=404)), CrawlState.COMPLETE),
    "page-soft-gone": Case(
        _route(
            report_path(1),
            Answer("<html><title>您访问的页面不存在或已删除！</title></html>".encode()),
        ),
        CrawlState.PARTIAL,
    ),
    "list-drips": Case(_route(COLUMN, Answer(raw=drip)), CrawlState.UNREACHABLE),
    "page-drips": Case(_route(report_path(1), Answer(raw=drip)), CrawlState.PARTIAL),
    "file-endless": Case(_route(FILE, Answer(raw=endless)), CrawlState.PARTIAL),
    "file-shorter-than-said": Case(
        _route(FILE, Answer(PDF[:40], content_type="application/pdf", content_length=len(PDF))),
        CrawlState.PARTIAL,
    ),
    "file-longer-than-said": Case(
        _route(FILE, Answer(PDF, content_type="application/pdf", content_length=40)),
        CrawlState.PARTIAL,
    ),
    "file-cut-without-length": Case(
        _route(FILE, Answer(PDF[:40], content_type="application/pdf", close=True)),
        CrawlState.PARTIAL,
    ),
    "file-whole-without-length": Case(
        _route(FILE, Answer(PDF, content_type="application/pdf", close=True)), CrawlState.COMPLETE
    ),
    "file-is-a-page": Case(
        _route(FILE, Answer("<html><body>系统出错</body></html>".encode())), CrawlState.PARTIAL
    ),
    "gzip-page": Case(
        _route(
            report_path(1),
            Answer(
                gzip.compress(report_page(title_of(AGENCIES[1], 2023)).encode()),
                headers={"Content-Encoding": "gzip"},
            ),
        ),
        CrawlState.COMPLETE,
    ),
    "gzip-cut": Case(
        _route(
            report_path(1),
            Answer(
                gzip.compress(report_page(title_of(AGENCIES[1], 2023)).encode())[:-20],
                headers={"Content-Encoding": "gzip"},
            ),
        ),
        CrawlState.PARTIAL,
    ),
    "gzip-cut-once": Case(
        _once_before(
            report_path(1),
            Answer(
                gzip.compress(report_page(title_of(AGENCIES[1], 2023)).encode())[:-20],
                headers={"Content-Encoding": "gzip"},
            ),
        ),
        CrawlState.COMPLETE,
    ),
    "gzip-label-on-plain": Case(
        _route(report_path(1), Answer(b"<html>plain", headers={"Content-Encoding": "gzip"})),
        CrawlState.PARTIAL,
    ),
    "first-byte-late": Case(_late(COLUMN, 1.2), CrawlState.COMPLETE),
    "mobile-only": Case(
        _route(COLUMN, Answer("<html><body>请使用手机浏览器访问</body></html>".encode())),
        CrawlState.BLOCKED,
    ),
    "cookies-five": Case(_cookies(5), CrawlState.COMPLETE),
    "cookies-six": Case(_cookies(6), CrawlState.PARTIAL),
    "gzip-bomb": Case(
        _route(
            COLUMN, Answer(gzip.compress(b"\0" * 40_000_000), headers={"Content-Encoding": "gzip"})
        ),
        CrawlState.PARTIAL,
    ),
    "busy-once": Case(
        _once_before(COLUMN, Answer(b"later", status=429, headers={"Retry-After": "1"})),
        CrawlState.COMPLETE,
    ),
    "error-once": Case(
        _once_before(report_path(1), Answer(b"oops", status=502)), CrawlState.COMPLETE
    ),
    "error-always": Case(_route(COLUMN, Answer(b"oops", status=502)), CrawlState.UNREACHABLE),
    "redirect-loop": Case(
        _route(COLUMN, Answer(status=302, headers={"Location": COLUMN})), CrawlState.PARTIAL
    ),
    "session-cookie": Case(_session_cookie, CrawlState.COMPLETE),
    "sent-to-front-page": Case(
        _route(COLUMN, Answer(status=302, headers={"Location": "/"})), CrawlState.PARTIAL
    ),
    "shell": Case(_shell_before_list, CrawlState.COMPLETE),
    "gbk-labelled-utf8": Case(_gbk_labelled_utf8, CrawlState.COMPLETE),
    "list-empty": Case(_route(COLUMN, Answer(list_page([]).encode())), CrawlState.PARTIAL),
    "list-unknown": Case(
        _route(COLUMN, Answer("<html><body><p>网站改版中，敬请期待。</p></body></html>".encode())),
        CrawlState.PARTIAL,
    ),
    "direct-pdf": Case(_direct_pdf, CrawlState.COMPLETE),
    "cut-title": Case(_cut_title, CrawlState.COMPLETE),
}


@dataclass
class Outcome:
    """What is left after the crawl."""

    field: Field
    sites: dict[str, Site]
    told: list[dict[str, Any]]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    """Visit all troubled portals in one process."""
    field = make_field(tmp_path_factory.mktemp("troubles"), timeout=2.0)
    sites = {name: Site() for name in CASES}
    with ExitStack() as stack:
        for name, site in sites.items():
            fill(site)
            CASES[name].spoil(site)
            stack.enter_context(serve(site))
            field.register(name, f"{site.url}/", agencies=AGENCIES)
            field.add_column(name, site.url + COLUMN)
        field.register("moved", "http://www.no-such-county.invalid/", agencies=AGENCIES)
        field.add_column("moved", f"http://www.no-such-county.invalid{COLUMN}")
        field.register("dead", "http://127.0.0.1:9/", agencies=AGENCIES)
        field.add_column("dead", f"http://127.0.0.1:9{COLUMN}")
        told = field.crawl("watch", *sites, "dead", "moved")
    yield Outcome(field=field, sites=sites, told=told)
    field.engine.dispose()


@pytest.mark.parametrize("name", CASES)
def test_each_trouble_ends_in_its_state(outcome: Outcome, name: str) -> None:
    crawl = outcome.field.crawl_of(name)
    assert crawl.state is CASES[name].state, crawl.reason
    assert crawl.finished_at is not None


def test_a_dead_host_is_unreachable_and_holds_up_nobody(outcome: Outcome) -> None:
    assert outcome.field.crawl_of("dead").state is CrawlState.UNREACHABLE
    assert {item["portal"] for item in outcome.told} == {*CASES, "dead", "moved"}


def test_a_name_nobody_knows_is_unreachable_with_a_capture_that_says_so(outcome: Outcome) -> None:
    crawl = outcome.field.crawl_of("moved")
    assert crawl.state is CrawlState.UNREACHABLE
    assert not crawl.control_passed
    captures = outcome.field.captures("no-such-county.invalid")
    assert captures
    assert all(capture.status is None and capture.error for capture in captures)


def test_a_page_for_telephones_is_reported_and_not_imitated(outcome: Outcome) -> None:
    assert outcome.field.crawl_of("mobile-only").evidence["kind"] == "ua"
    agents = {asked.headers["user-agent"] for asked in outcome.sites["mobile-only"].asked}
    assert len(agents) == 1


def test_broken_compression_is_asked_for_once_more(outcome: Outcome) -> None:
    assert outcome.sites["gzip-cut-once"].paths().count(report_path(1)) == 2
    assert outcome.sites["gzip-cut"].paths().count(report_path(1)) == 2


@pytest.mark.parametrize("name", ["robots-denied", "robots-for-us", "robots-error"])
def test_a_forbidden_portal_is_asked_for_nothing_but_robots(outcome: Outcome, name: str) -> None:
    assert outcome.sites[name].paths() == []
    [capture, *_] = outcome.field.captures(f"{outcome.sites[name].url}/robots.txt")
    assert capture.purpose == "robots"


def test_robots_txt_is_asked_once_a_run(outcome: Outcome) -> None:
    asked = outcome.sites["healthy"].paths(without_robots=False)
    assert asked.count("/robots.txt") == 1


def test_every_request_says_who_asks_and_wants_the_plain_bytes(outcome: Outcome) -> None:
    for asked in outcome.sites["healthy"].asked:
        assert asked.headers["user-agent"].startswith("nianbao/")
        assert "(+https://example.org/bot)" in asked.headers["user-agent"]
        assert asked.headers["accept-encoding"] == "identity"


def test_a_challenge_is_recorded_with_its_evidence(outcome: Outcome) -> None:
    evidence = outcome.field.crawl_of("ruishu-200").evidence
    assert evidence["kind"] == "rs"
    assert evidence["status"] == 200
    assert evidence["url"] == outcome.sites["ruishu-200"].url + COLUMN
    assert "$_ts" in evidence["text"]
    assert len(evidence["sha256"]) == 64
    assert outcome.sites["ruishu-200"].paths() == [COLUMN]


def test_a_refused_file_does_not_block_the_portal(outcome: Outcome) -> None:
    crawl = outcome.field.crawl_of("file-forbidden")
    assert (crawl.blocked, crawl.reports_found, crawl.control_passed) == (1, 3, True)


@pytest.mark.parametrize(
    "name",
    [
        "file-endless",
        "file-shorter-than-said",
        "file-longer-than-said",
        "file-cut-without-length",
        "file-is-a-page",
        "file-forbidden",
    ],
)
def test_what_is_not_the_whole_file_becomes_no_original(outcome: Outcome, name: str) -> None:
    originals = [each for filing in outcome.field.filings(name) for each in filing.originals]
    assert {each.role for each in originals} == {OriginalRole.PAGE}
    [*_, capture] = outcome.field.captures(outcome.sites[name].url + FILE)
    assert capture.error is not None


def test_a_file_of_unknown_length_that_shows_its_end_is_an_original(outcome: Outcome) -> None:
    originals = outcome.field.filings("file-whole-without-length")[0].originals
    assert [each.size for each in originals if each.role is OriginalRole.ATTACHMENT] == [len(PDF)]


def test_a_report_whose_page_cannot_be_had_is_still_listed(outcome: Outcome) -> None:
    filings = outcome.field.filings("page-drips")
    assert [filing.agency_name for filing in filings] == list(AGENCIES)
    assert filings[1].originals == []


def test_a_compressed_page_is_kept_decoded_with_the_hash_of_what_was_served(
    outcome: Outcome,
) -> None:
    [capture] = outcome.field.captures(outcome.sites["gzip-page"].url + report_path(1))
    assert capture.wire_sha256 != capture.sha256
    assert capture.size == len(report_page(title_of(AGENCIES[1], 2023)).encode())
    assert ["Content-Encoding", "gzip"] in capture.headers


def test_a_list_of_three_pages_is_read_to_its_end(outcome: Outcome) -> None:
    [reading] = outcome.field.readings("three-pages")
    assert (reading.pages_seen, reading.found, reading.reports) == (3, 9, 9)
    assert reading.read_to_end
    assert reading.control_passed
    assert f"{COLUMN}index_2.html" in outcome.sites["three-pages"].paths()


@pytest.mark.parametrize(
    "name", ["list-empty", "list-unknown", "gzip-bomb", "stub", "sent-to-front-page", "list-drips"]
)
def test_a_list_that_was_not_read_passes_no_control(outcome: Outcome, name: str) -> None:
    [reading] = outcome.field.readings(name)
    assert not reading.control_passed
    assert not reading.read_to_end
    assert reading.reason
    assert not outcome.field.crawl_of(name).control_passed


def test_a_column_that_sends_to_the_front_page_is_lost(outcome: Outcome) -> None:
    [column] = outcome.field.columns("sent-to-front-page")
    assert column.state is ColumnState.LOST
    assert column.lost_at is not None


def test_gbk_bytes_under_a_utf8_label_are_read(outcome: Outcome) -> None:
    filings = outcome.field.filings("gbk-labelled-utf8")
    assert [filing.list_title for filing in filings] == [title_of(a, 2023) for a in AGENCIES]


def test_a_decoy_in_the_list_is_no_filing(outcome: Outcome) -> None:
    titles = [filing.title for filing in outcome.field.filings("healthy")]
    assert titles == [title_of(agency, 2023) for agency in AGENCIES]


def test_a_row_that_links_straight_to_a_file_is_a_filing_of_that_file(outcome: Outcome) -> None:
    [filing] = outcome.field.filings("direct-pdf")
    assert filing.url == outcome.sites["direct-pdf"].url + FILE
    [original] = filing.originals
    assert (original.role, original.media_type) == (OriginalRole.PAGE, "application/pdf")


def test_a_title_cut_short_is_told_by_the_page(outcome: Outcome) -> None:
    filings = {filing.url: filing for filing in outcome.field.filings("cut-title")}
    first = filings[outcome.sites["cut-title"].url + report_path(0)]
    assert first.title == title_of(AGENCIES[0], 2023)
    assert first.agency_id == "cut-title-0"


def test_the_capture_of_a_shell_names_its_hop(outcome: Outcome) -> None:
    site = outcome.sites["shell"]
    [capture] = outcome.field.captures(site.url + COLUMN)[:1]
    assert capture.redirects == [{"url": site.url + COLUMN, "status": None}]
    assert capture.final_url == f"{site.url}{COLUMN}index.html"


def test_a_redirect_with_a_cookie_is_one_capture_with_its_hop(outcome: Outcome) -> None:
    site = outcome.sites["session-cookie"]
    capture = outcome.field.captures(site.url + COLUMN)[0]
    assert capture.redirects == [{"url": site.url + COLUMN, "status": 302}]
    assert capture.status == 200


def test_each_attempt_is_a_capture_of_its_own(outcome: Outcome) -> None:
    captures = outcome.field.captures(outcome.sites["error-once"].url + report_path(1))
    assert [capture.status for capture in captures] == [502, 200]


def test_a_server_that_asks_to_wait_is_waited_for(outcome: Outcome) -> None:
    first, second, *_ = [
        asked for asked in outcome.sites["busy-once"].asked if asked.path == COLUMN
    ]
    assert second.at - first.at >= 1.0


def test_every_original_was_captured_in_the_crawl_before(outcome: Outcome) -> None:
    with reading(outcome.field.engine) as session:
        pairs = session.execute(select(Original, Capture).join(Capture)).all()
    assert pairs
    assert all(original.sha256 == capture.sha256 for original, capture in pairs)
    assert all(original.size == capture.size for original, capture in pairs)
