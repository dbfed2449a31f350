"""Writing the record of a run into the workspace."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from monitor.crawl_reports.facts import PortalRun, Run, run_facts
from monitor.crawl_reports.page import run_page
from monitor.language import Language
from storage.clock import SHANGHAI, iso_utc
from storage.database import reading

DIRECTORY = "crawls"
PAGE, LINES = "run.html", "run.jsonl"


def write_run(engine: Engine, workspace: Path, run_id: str, language: Language) -> Path | None:
    """Write page and lines of a run below ``crawls/`` of the workspace; return their directory.

    The directory is called by the time of the run (Asia/Shanghai) and the start of its id. None,
    and nothing is written, if the run visited no portal.

    Raises:
        OSError: if they cannot be written.
    """
    with reading(engine) as session:
        run = run_facts(session, run_id)
    if run.began_at is None:
        return None
    began = run.began_at.astimezone(SHANGHAI).strftime("%Y%m%dT%H%M%S")
    directory = workspace / DIRECTORY / f"{began}-{run.id[:8]}"
    directory.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in run_objects(run))
    (directory / LINES).write_text(lines, encoding="utf-8")
    (directory / PAGE).write_text(run_page(run, language), encoding="utf-8")
    return directory


def run_objects(run: Run) -> Iterator[dict[str, Any]]:
    """Yield one object for each portal of a run, with its columns and the originals archived."""
    for portal in run.portals:
        yield {"run": run.id, **portal_object(portal)}


def portal_object(portal: PortalRun) -> dict[str, Any]:
    """Return a portal's part in a run as plain data; times are UTC, ISO 8601."""
    finished = portal.finished_at
    return {
        **asdict(portal),
        "state": portal.state.value,
        "started_at": iso_utc(portal.started_at),
        "finished_at": iso_utc(finished) if finished else None,
        "columns": [{**asdict(each), "state": each.state.value} for each in portal.columns],
        "advice_zh": portal.advice.zh,
        "advice_en": portal.advice.en,
    }
