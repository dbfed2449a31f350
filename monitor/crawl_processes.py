"""Crawl processes: started, listened to, and ended with their parent."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from storage.workspace import Workspace

log = logging.getLogger(__name__)

PROCESSES = max(1, min(4, os.cpu_count() or 1))
"""Crawl processes side by side; within each, all portals of its group are visited at once."""
PATIENCE = 15.0
"""Seconds that an ending process has to finish what it is writing."""
_LAST_WORDS = 5

Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A crawl process that has ended."""

    portals: Sequence[str]
    code: int
    unfinished: Sequence[str]
    """Portals of which it told no end."""
    last_words: str
    """The end of its log."""


def run_groups(
    workspace: Workspace,
    spider: str,
    groups: Sequence[Sequence[str]],
    arguments: Mapping[str, str],
    tell: Tell,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Ended]:
    """Run one process for each group, a few at a time, and yield how each ended.

    What ``environment`` names the processes see so, instead of as this one does.

    Whatever ends this (an interrupt, an error) ends the processes too.
    """
    running: set[subprocess.Popen[str]] = set()
    stopping = threading.Event()

    def run(group: Sequence[str]) -> Ended | None:
        if stopping.is_set():
            return None
        process = _start(workspace, spider, group, arguments, environment)
        running.add(process)
        try:
            return _listen(process, group, tell)
        finally:
            running.discard(process)

    with ThreadPoolExecutor(max_workers=PROCESSES) as pool:
        futures = [pool.submit(run, group) for group in groups]
        try:
            for future in as_completed(futures):
                ended = future.result()
                if ended is not None:
                    yield ended
        finally:
            stopping.set()
            _end(list(running))


def _start(
    workspace: Workspace,
    spider: str,
    group: Sequence[str],
    arguments: Mapping[str, str],
    environment: Mapping[str, str],
) -> subprocess.Popen[str]:
    # -P: the current directory is not searched for modules, so that it may be any.
    command = [sys.executable, "-P", "-m", "scrapy", "crawl", spider]
    for name, value in {"portals": ",".join(group), **arguments}.items():
        command += ["-a", f"{name}={value}"]
    seen = {
        **os.environ,
        **environment,
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        "NIANBAO_WORKSPACE": str(workspace.directory),
        "NIANBAO_PARENT_PIPE": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.Popen(
        command,
        env=seen,
        cwd=workspace.directory,
        stdin=subprocess.PIPE,  # its end tells the child that we are gone
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # an interrupt at the terminal is ours to pass on
    )


def _listen(process: subprocess.Popen[str], group: Sequence[str], tell: Tell) -> Ended:
    last_words: deque[str] = deque(maxlen=_LAST_WORDS)
    logs = threading.Thread(target=_read_logs, args=(process, last_words))
    logs.start()
    told: set[str] = set()
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            event = _event(line)
            if event is None:
                continue
            if event.get("event") == "end":
                told.add(str(event.get("portal")))
            tell(event)
        logs.join()
    return Ended(
        portals=group,
        code=process.returncode,
        unfinished=[portal for portal in group if portal not in told],
        last_words=" | ".join(last_words),
    )


def _read_logs(process: subprocess.Popen[str], last_words: deque[str]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        text = line.rstrip()
        if text:
            last_words.append(text)
            log.info("%s", text)


def _event(line: str) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def _end(processes: Sequence[subprocess.Popen[str]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
