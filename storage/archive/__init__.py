"""The archive of originals: bytes under their SHA-256, never altered, never overwritten.

A directory, or a bucket of S3-compatible storage; pages of lists may lie compressed in either.
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.archive.directory import DirectoryArchive
from storage.archive.model import (
    SHA256,
    Archive,
    ArchiveError,
    ArchiveUrlError,
    DamagedOriginal,
    LockedOriginal,
    LostOriginal,
    StoredFile,
    Swept,
    require_sha256,
)
from storage.archive.s3_place import parse_place

__all__ = [
    "SHA256",
    "Archive",
    "ArchiveError",
    "ArchiveUrlError",
    "DamagedOriginal",
    "DirectoryArchive",
    "LockedOriginal",
    "LostOriginal",
    "StoredFile",
    "Swept",
    "open_archive",
    "require_sha256",
]


def open_archive(url: str) -> Archive:
    """Return the archive at a URL: ``file:///directory`` or ``s3://bucket/prefix?…``.

    Nothing is asked or made before the first original is kept or looked for.

    Raises:
        ArchiveUrlError: if the URL is none that this version can use.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3":
        place = parse_place(url)
        try:
            from storage.archive.s3 import S3Archive  # noqa: PLC0415 - boto3 is optional, and slow
        except ImportError as error:
            raise ArchiveUrlError(
                f"档案 {place.name}：缺少 S3 存储所需的库（{error}）；"
                "请运行 pip install 'nianbao[s3]'。",
                f"archive {place.name}: the library for S3 storage is missing ({error}); "
                "run pip install 'nianbao[s3]'.",
            ) from error
        return S3Archive(place)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or not parts.path:
        raise ArchiveUrlError(
            f"设置 storage.archive_url（或 NIANBAO_ARCHIVE_URL）或 storage.second_copy："
            f"不能使用“{_shown(url)}”；请写成 file:///绝对/路径 或 s3://存储桶/前缀，"
            "或留空以使用工作区内的 archive 目录。",
            "setting storage.archive_url (or NIANBAO_ARCHIVE_URL) or storage.second_copy: cannot "
            f"use {_shown(url)!r}; write file:///absolute/path or s3://bucket/prefix, or leave it "
            "empty for the directory archive of the workspace.",
        )
    return DirectoryArchive(Path(unquote(parts.path)))


def _shown(url: str) -> str:
    """Return a URL without what may be secret in it."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2].partition('?')[0]}"
