"""A web archive in a replay tool, looked at with a real browser.

pywb is not among the project's dependencies (it is under the GPL); where its programs
``wb-manager`` and ``wayback`` are installed, this test uses them.
"""

import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from storage.browser import find_browser
from storage.wacz import Wanted, export_wacz
from tests.storage.evidence.scene import LIST, PAGE, Scene

MANAGER, WAYBACK = shutil.which("wb-manager"), shutil.which("wayback")


@contextmanager
def replayed(collections: Path) -> Iterator[str]:
    """Serve the collections below a directory; give the address of the server."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [str(WAYBACK), "-p", str(port), "-b", "127.0.0.1", "-d", str(collections)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{url} does not answer")


@pytest.mark.slow
@pytest.mark.skipif(MANAGER is None or WAYBACK is None, reason="pywb is not on this machine")
def test_a_page_of_the_archive_opens_in_a_replay_tool(scene: Scene, tmp_path: Path) -> None:
    made = export_wacz(scene.engine, scene.archive, Wanted(), tmp_path / "a.wacz", title="test")
    for step in (["init", "own"], ["add", "--unpack-wacz", "own", str(made.path)]):
        subprocess.run([str(MANAGER), *step], cwd=tmp_path, check=True, capture_output=True)
    with replayed(tmp_path) as address, sync_playwright() as play:
        program = find_browser("", play.chromium.executable_path)
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        shown = browser.new_page()
        for url, text in ((PAGE, "new"), (LIST, "list")):
            shown.goto(f"{address}/own/mp_/{url}")
            assert text in shown.content()
        browser.close()
