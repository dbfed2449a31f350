"""What an operator must do about an error of the disk."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.archive.model import ArchiveError

REMEDIES = {
    errno.ENOSPC: ("磁盘已满，请腾出空间", "the disk is full; free some space"),
    errno.EDQUOT: ("磁盘配额已用完，请提高配额", "the disk quota is used up; raise it"),
    errno.EFBIG: ("文件超过了允许的大小，请提高限制", "the file exceeds a size limit; raise it"),
    errno.EROFS: ("磁盘是只读的，请以可写方式挂载", "the disk is read-only; mount it writable"),
    errno.EACCES: ("没有权限，请检查目录的所有者和权限", "no permission; check owner and mode"),
    errno.EPERM: (
        "不允许此操作，请检查权限以及文件系统是否支持硬链接",
        "not permitted; check the permissions, and that the file system has hard links",
    ),
    errno.EIO: ("磁盘读写出错，请检查磁盘", "input/output error; check the disk"),
}


@contextmanager
def explained(place: Path) -> Iterator[None]:
    """Turn what the system says into what the operator must do.

    Raises:
        ArchiveError: instead of an ``OSError``; it names the file, or ``place``.
    """
    try:
        yield
    except OSError as error:
        named = error.filename or place
        reason = error.strerror or str(error)
        zh, en = REMEDIES.get(error.errno or 0, (reason, reason))
        raise ArchiveError(
            f"档案 {named}：{zh}（{reason}）。", f"archive {named}: {en} ({reason})."
        ) from error
