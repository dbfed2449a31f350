"""Moves the clock of nianbao processes that the benchmark starts, and their names if it says so.

Python imports this module at start where its directory is on PYTHONPATH. Seconds still pass as
they do; only the day is another one, and a process that runs on may be sent to another day.

``NIANBAO_BENCHMARK_NAMES`` is a JSON file of addresses by host: these hosts are found at public
addresses that several may share, and every connection to one ends at the benchmark's server on
loopback. No other name is found and no other address reached.
"""

import json
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

if os.environ.get("NIANBAO_BENCHMARK_SHIFT"):
    import storage.clock

    def _shifted_now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(os.environ["NIANBAO_BENCHMARK_SHIFT"]))

    storage.clock.utc_now = _shifted_now


def _lay_wires(names: dict[str, str], server: int) -> None:
    """Give hosts their addresses, and lead what connects to one to a port on loopback."""
    connect, find = socket.socket.connect_ex, socket.getaddrinfo
    ours = frozenset(names.values())

    def found(host: Any, port: Any, *more: Any, **named: Any) -> list[Any]:
        name = host.decode() if isinstance(host, bytes) else host
        if name in names:
            stream = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            return [(*stream, "", (names[name], int(port or 0)))]
        if name in {None, "", "localhost", "127.0.0.1", "0.0.0.0"}:
            return find(host, port, *more, **named)
        raise socket.gaierror(socket.EAI_NONAME, f"{name} is not simulated")

    def connected(self: socket.socket, address: Any) -> int:
        if self.family == socket.AF_INET and address[0] in ours:
            return connect(self, ("127.0.0.1", server if address[1] == 80 else 1))
        if self.family == socket.AF_INET and not address[0].startswith("127."):
            raise ConnectionRefusedError(f"{address} is not simulated")
        return connect(self, address)

    socket.getaddrinfo = found
    socket.socket.connect_ex = connected  # type: ignore[method-assign, assignment]


if os.environ.get("NIANBAO_BENCHMARK_NAMES"):
    _lay_wires(
        json.loads(Path(os.environ["NIANBAO_BENCHMARK_NAMES"]).read_text(encoding="utf-8")),
        int(os.environ["NIANBAO_BENCHMARK_PORT"]),
    )
