"""Troubles do to pages what they do on portals, and the log tells who misbehaves."""

import gzip
import re
import ssl
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

import pytest

from monitor.simulator.certificate import self_signed
from monitor.simulator.detours import hash_of
from monitor.simulator.model import Form, Item
from monitor.simulator.outages import OUTAGES
from monitor.simulator.politeness import examine, is_private
from monitor.simulator.server import Asked, PortalServer
from monitor.simulator.site import PortalSite
from monitor.simulator.troubles import HARD, SOFT, TROUBLES
from storage.clock import SHANGHAI
from tests.monitor.simulator.conftest import LATER, Ask, Make


@pytest.mark.parametrize("trouble", sorted(HARD))
def test_nothing_can_be_had_through_a_hard_trouble(trouble: str, make: Make, ask: Ask) -> None:
    site = make("trs", troubles=(trouble,))
    if trouble.startswith("robots"):
        robots = ask(site, "/robots.txt")
        assert robots.status == 500 or b"Disallow: /\n" in robots.body
        return
    answer = ask(site, "/")
    assert answer.dropped or b"<a " not in answer.body
    if trouble == "stub":
        assert len(answer.body) <= 1166


@pytest.mark.parametrize("trouble", sorted(SOFT))
def test_a_report_can_be_had_through_a_soft_trouble(trouble: str, make: Make, ask: Ask) -> None:
    site = make("nfcms", troubles=(trouble,))
    served = site.family(LATER)
    item = next(item for item in site.portal.reports if item.stands(LATER) and item.target is None)
    for _ in range(3):
        answer = ask(site, served.item_path(item), cookie="CT6T=a1b2")
        if answer.status == 200 and not answer.dropped and answer.announced_length is None:
            break
    if trouble == "https-only":
        assert answer.dropped
        return
    assert answer.status == 200
    body = answer.body
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    charset = "gb18030" if trouble.startswith("gbk") else "utf-8"
    assert item.title in body.decode(charset)


def test_a_cut_answer_is_whole_when_asked_for_again(make: Make, ask: Ask) -> None:
    for trouble in ("gzip-cut", "wrong-length"):
        site = make("trs", troubles=(trouble,))
        spoilt = 0
        for item in site.portal.items:
            if item.target is not None or not item.stands(LATER):
                continue
            first, second = (ask(site, site.before.item_path(item)) for _ in range(2))
            spoilt += first != second
            assert second.announced_length is None
            assert "Content-Encoding" not in second.headers
        assert spoilt


def test_a_column_that_moves_is_gone_from_its_old_address(make: Make, ask: Ask) -> None:
    site = make("trs", troubles=("moved",))
    move = site.portal.move
    assert move is not None
    node = site.portal.columns[0]
    old, new = site.before.node_path(node), site.family(LATER).node_path(node)
    assert old != new
    before, after = move.at - timedelta(hours=1), move.at + timedelta(hours=1)
    assert [ask(site, new, at).status for at in (before, after)] == [404, 200]
    shown = next(item for item in node.rows(before) if item.target is None)
    assert f"{shown.number}".encode() in ask(site, old, before).body
    assert f"{shown.number}".encode() not in ask(site, old, after).body


@pytest.mark.parametrize("trouble", sorted(OUTAGES))
def test_a_portal_is_down_after_the_due_days_only(trouble: str, make: Make, ask: Ask) -> None:
    site = make("trs", troubles=(trouble,))
    path = site.before.node_path(site.portal.columns[0])
    days = [datetime(2026, *day, 20, tzinfo=SHANGHAI) for day in ((1, 30), (2, 1), (2, 20))]
    before, down, after = (ask(site, path, day) for day in days)
    assert b"<a " in before.body
    assert down.dropped or b"<a " not in down.body
    assert after.body == ask(make("trs"), path, days[-1]).body


def test_links_of_files_expire(make: Make, ask: Ask) -> None:
    site, item = with_file(make, ("expiring",))
    link = re.compile(rb'href="([^"]+\?Expires=\w+)"')
    page = site.before.item_path(item)
    first, second = (link.findall(ask(site, page, at).body) for at in (LATER, LATER + HOUR * 30))
    assert first
    assert first != second
    target = urljoin(page, first[0].decode())
    assert ask(site, target, LATER).status == 200
    assert ask(site, target, LATER + HOUR * 30).status == 403


def test_a_page_stands_under_the_name_of_a_file_for_a_day(make: Make, ask: Ask) -> None:
    site, _ = with_file(make, ("error-as-file",))
    spoilt = 0
    for item in site.portal.reports:
        if not item.stands(LATER) or item.form is not Form.PDF_ATTACHED:
            continue
        target = site.before.file_path(item, "pdf")
        answer = ask(site, target, LATER)
        spoilt += answer.headers["Content-Type"].startswith("text/html")
        assert ask(site, target, LATER + HOUR * 30).body.startswith(b"%PDF")
    assert spoilt


HOUR = timedelta(hours=1)


def with_file(make: Make, troubles: tuple[str, ...]) -> tuple[PortalSite, Item]:
    for number in range(50):
        site = make("trs", troubles=troubles, seed=f"files{number}")
        for item in site.portal.reports:
            spoilt = hash_of(site.before.file_path(item, "pdf")) % 2 == 0
            if item.form is Form.PDF_ATTACHED and item.stands(LATER) and spoilt:
                return site, item
    raise AssertionError(troubles)


def test_a_list_that_drops_shows_nothing_for_some_days(make: Make, ask: Ask) -> None:
    site = make("boda", troubles=("drops",))
    node = max(site.portal.columns, key=lambda each: len(each.items))
    assert node.rows(datetime(2026, 1, 30, tzinfo=SHANGHAI))
    assert not node.rows(datetime(2026, 2, 1, tzinfo=SHANGHAI))
    assert node.rows(LATER)


def asked(host: str, began: float, target: str = "/", agent: str = "nianbao/1 (+x)") -> Asked:
    return Asked(
        host=host, scheme="http", method="GET", target=target, user_agent=agent, began=began,
        ended=began + 0.3, status=200,
    )  # fmt: skip


def test_the_log_tells_who_is_impolite() -> None:
    log = [
        asked("a", 1.0),
        asked("b", 1.1),
        asked("a", 3.0),
        asked("a", 3.1),
        asked("10.0.0.8", 9.0),
    ]
    log += [asked("c", 1.0, "/robots.txt"), asked("c", 4.0), asked("b", 8.0, "/admin/x", "curl/8")]
    manners = examine(log, delay=1.0, denied_hosts=frozenset({"c"}))
    assert len(manners.at_once) == 1
    assert len(manners.too_soon) == 1
    assert manners.robots == ("c/", "b/admin/x")
    assert manners.private == ("10.0.0.8/",)
    assert manners.unnamed == 1


def test_hosts_on_one_server_are_asked_one_at_a_time() -> None:
    log = [asked("a", 1.0), asked("b", 1.1), asked("c", 1.2), asked("a", 3.0), asked("b", 3.5)]
    assert not examine(log, delay=1.0).at_once
    shared = examine(log, delay=1.0, servers={"a": "1.2.3.4", "b": "1.2.3.4"})
    assert len(shared.at_once) == 1
    assert len(shared.too_soon) == 2
    slower = examine(log, delay=0.1, servers={"a": "x", "b": "x"}, slower_hosts=frozenset("b"))
    assert len(slower.too_soon) == 0, "its own requests are far enough apart"


def test_private_networks_are_known_by_their_addresses() -> None:
    private = ("10.1.2.3", "127.0.0.1:22", "169.254.169.254", "[::1]", "100.64.0.1", "localhost")
    assert all(is_private(host) for host in private)
    assert not is_private("www.mn-abcde.gov.cn")
    assert not is_private("1.1.1.1")


def test_one_server_answers_for_all_hosts_over_http_and_tls(make: Make, tmp_path: Path) -> None:
    site = make("trs")
    with PortalServer(
        {site.portal.host: site}, clock=lambda: LATER, tls=self_signed(tmp_path)
    ) as server:
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({"http": server.url, "https": server.url}),
            urllib.request.HTTPSHandler(context=trusting),
        )
        for scheme in ("http", "https"):
            with opener.open(f"{scheme}://{site.portal.host}/", timeout=20) as answer:
                assert site.portal.name in answer.read().decode()
        wary = urllib.request.build_opener(urllib.request.ProxyHandler({"https": server.url}))
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            wary.open(f"https://{site.portal.host}/", timeout=20)
        assert [one.scheme for one in server.log][:2] == ["http", "https"]


def test_every_trouble_can_be_had() -> None:
    assert TROUBLES.keys() == HARD.keys() | SOFT.keys()
    assert not HARD.keys() & SOFT.keys()
