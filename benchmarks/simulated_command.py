"""Runs commands of the program one after the other, without starting Python for each.

``benchmarks.simulated_runs`` starts it and writes a line of JSON for each command: ``arguments``
and ``environment``; a line comes back: ``code``, ``output``, ``errors``. The crawl processes that
a crawl starts are those of the program. With ``--assign-only`` a crawl is followed by as much
checking as its states depend on: reports whose agency or year the lists do not tell are read.
"""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime
from io import StringIO
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, or_, select

from benchmarks.simulated_runs import ASSIGN_ONLY
from monitor import crawling
from monitor.checking import CheckSummary, check_filings
from monitor.cli.app import main as command
from storage.database import reading
from storage.models import Filing
from storage.workspace import Workspace


def main() -> None:
    """Run what is asked for until nobody asks any more."""
    if ASSIGN_ONLY in sys.argv:
        patch.object(crawling, "check_filings", _check_unassigned).start()
    answers = sys.stdout
    for line in sys.stdin:
        asked = json.loads(line)
        os.environ.update(asked["environment"])
        print(json.dumps(_run(asked["arguments"])), file=answers, flush=True)


def _run(arguments: Sequence[str]) -> dict[str, Any]:
    output, errors, code = StringIO(), StringIO(), 0
    with (
        redirect_stdout(output),
        redirect_stderr(errors),
        patch.object(sys, "argv", ["nianbao", *arguments]),
    ):
        try:
            command()
        except SystemExit as end:
            code = int(end.code or 0)
    return {"code": code, "output": output.getvalue(), "errors": errors.getvalue()}


def _check_unassigned(workspace: Workspace, engine: Engine, now: datetime) -> CheckSummary:
    """Check the filings whose agency or year the document alone can tell."""
    unknown = or_(Filing.agency_id.is_(None), Filing.fiscal_year.is_(None))
    with reading(engine) as session:
        filing_ids = session.scalars(select(Filing.id).where(unknown)).all()
    return check_filings(workspace, engine, now, filing_ids)


if __name__ == "__main__":
    main()
