"""Pings to a watchman, with a real HTTP server."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from monitor.pinging import Pinger


class Watchman(ThreadingHTTPServer):
    """Remembers what it was asked, and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.status = 200
        self.silent = threading.Event()
        self.silent.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/secret-key-0123"


class Handler(BaseHTTPRequestHandler):
    server: Watchman

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.silent.wait(20)
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def watchman() -> Iterator[Watchman]:
    with Watchman() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        yield server
        server.silent.set()
        server.shutdown()
        thread.join()


def test_one_address_is_told_of_the_whole_timetable(watchman: Watchman) -> None:
    pinger = Pinger(watchman.url)
    pinger.started()
    pinger.begun("crawl")
    pinger.ended("crawl", succeeded=False)
    pinger.beat(well=False)
    pinger.beat(well=True)
    pinger.close()
    key = "/secret-key-0123"
    assert watchman.asked == [f"{key}/start", f"{key}/fail", key]


def test_with_a_place_for_the_job_each_has_its_own(watchman: Watchman) -> None:
    pinger = Pinger(watchman.url + "/nianbao-{job}")
    pinger.started()
    pinger.begun("crawl")
    pinger.ended("crawl", succeeded=True)
    pinger.begun("send")
    pinger.ended("send", succeeded=False)
    pinger.beat(well=True)
    pinger.close()
    key = "/secret-key-0123/nianbao"
    assert watchman.asked == [
        f"{key}-crawl/start",
        f"{key}-crawl",
        f"{key}-send/start",
        f"{key}-send/fail",
    ]


@pytest.mark.parametrize("status", [404, 500, 302])
def test_a_watchman_that_refuses_is_logged_without_the_key_and_stops_nothing(
    watchman: Watchman, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    watchman.status = status
    pinger = Pinger(watchman.url)
    pinger.started()
    pinger.beat(well=True)
    pinger.close()
    assert len(watchman.asked) == 2, "and no redirect was followed"
    assert "the ping to 127.0.0.1 failed" in caplog.text
    assert "secret-key" not in caplog.text


def test_a_watchman_that_is_silent_or_gone_keeps_nobody_waiting(
    watchman: Watchman, caplog: pytest.LogCaptureFixture
) -> None:
    watchman.silent.clear()
    pinger = Pinger(watchman.url, timeout=0.1)
    began = time.monotonic()
    for _ in range(1000):
        pinger.beat(well=True)
    assert time.monotonic() - began < 20, "one alone may take 0.1 s"
    assert "a ping is left out" in caplog.text
    gone = Pinger("http://127.0.0.1:1/key")
    gone.beat(well=True)
    gone.close()
    assert "Connection refused" in caplog.text


def test_without_an_address_nobody_is_told() -> None:
    pinger = Pinger("")
    pinger.started()
    pinger.beat(well=True)
    pinger.close()
    assert not pinger._thread.is_alive()
