"""Running the program inside the test process, as a shell would."""

import contextlib
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from monitor.cli.app import main


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How the program ended and what it wrote."""

    code: int
    out: str
    err: str

    def objects(self) -> list[dict[str, Any]]:
        """Return standard output as JSON Lines; nothing else may stand there."""
        return [json.loads(line) for line in self.out.splitlines()]


def nianbao(*arguments: str | Path, workspace: Path | None = None) -> Done:
    """Run ``nianbao`` with some arguments."""
    place = ["--workspace", str(workspace)] if workspace else []
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    words = ["nianbao", *place, *map(str, arguments)]
    with (
        mock.patch.object(sys, "argv", words),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
    return Done(code=int(code or 0), out=_written(out), err=_written(err))  # type: ignore[call-overload]


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode()
