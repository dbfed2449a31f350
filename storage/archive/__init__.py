"""The archive of originals: bytes under their SHA-256, never altered, never overwritten."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.archive.directory import DirectoryArchive
from storage.archive.model import (
    SHA256,
    Archive,
    ArchiveError,
    ArchiveUrlError,
    DamagedOriginal,
    LostOriginal,
    StoredFile,
    Swept,
    require_sha256,
)

__all__ = [
    "SHA256",
    "Archive",
    "ArchiveError",
    "ArchiveUrlError",
    "DamagedOriginal",
    "DirectoryArchive",
    "LostOriginal",
    "StoredFile",
    "Swept",
    "open_archive",
    "require_sha256",
]


def open_archive(url: str) -> Archive:
    """Return the archive at a URL; its directories are made with the first original.

    Raises:
        ArchiveUrlError: if the URL is none that this version can use.
    """
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or not parts.path:
        raise ArchiveUrlError(
            f"设置 storage.archive_url（或 NIANBAO_ARCHIVE_URL）：不能使用“{url}”；"
            "请写成 file:///绝对/路径，或留空以使用工作区内的 archive 目录。",
            f"setting storage.archive_url (or NIANBAO_ARCHIVE_URL): cannot use {url!r}; write "
            "file:///absolute/path, or leave it empty for the directory archive of the workspace.",
        )
    return DirectoryArchive(Path(unquote(parts.path)))
