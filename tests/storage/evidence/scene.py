"""An agency whose report was found, changed a day later, and then seen again."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from storage.archive import Archive
from storage.captures import Exchange
from storage.database import transaction
from storage.evidence import Pack, export_pack

MakeExchange = Callable[..., Exchange]
NOON = datetime(2024, 1, 20, 4, tzinfo=UTC)
NEXT_DAY = NOON + timedelta(days=1)
LIST = "http://www.boai.gov.cn/ndbg/"
PAGE = "http://www.boai.gov.cn/ndbg/2023.html"
PDF = "http://www.boai.gov.cn/ndbg/2023.pdf"
HOSTILE = '"><img src=x onerror=alert(1)>\x1b[31m../../\n{{ 7*7 }}'


@dataclass
class Scene:
    """An agency whose report was found, changed a day later, and then seen again."""

    engine: Engine
    archive: Archive
    directory: Path

    def export(self, agency: str = "boai-kjj", fiscal_year: int = 2023) -> Pack:
        workspace = self.directory.parents[1]
        return export_pack(
            self.engine, self.archive, agency, fiscal_year, self.directory, workspace=workspace
        )


def add(engine: Engine, *rows: Any) -> None:
    for row in rows:
        with transaction(engine) as session:
            session.add(row)


def files_of(pack: Path) -> list[str]:
    return sorted(path.relative_to(pack).as_posix() for path in pack.rglob("*") if path.is_file())


def run_verify(pack: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the pack's own program as a stranger would: nothing installed, nothing else there."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", "verify.py", *options],
        cwd=pack,
        capture_output=True,
        text=True,
        check=False,
    )
