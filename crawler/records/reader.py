"""The version of what reads days out of pages and lists."""

import hashlib
from functools import cache
from pathlib import Path

import crawler.platforms


@cache
def reader_version() -> str:
    """Return a name of the adapters as they are now, the same for the same code and data."""
    digest = hashlib.sha256()
    folder = Path(crawler.platforms.__file__).parent
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".toml"}:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
