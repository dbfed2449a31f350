"""Moves the clock of nianbao processes that the benchmark starts, and nothing else.

Python imports this module at start where its directory is on PYTHONPATH. Seconds still pass as
they do; only the day is another one, and a process that runs on may be sent to another day.
"""

import os
from datetime import UTC, datetime, timedelta

if os.environ.get("NIANBAO_BENCHMARK_SHIFT"):
    import storage.clock

    def _shifted_now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(os.environ["NIANBAO_BENCHMARK_SHIFT"]))

    storage.clock.utc_now = _shifted_now
