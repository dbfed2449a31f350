"""Where an archive in S3-compatible storage is, as its URL says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from storage.archive.model import ArchiveUrlError

LockMode = Literal["GOVERNANCE", "COMPLIANCE"]
_OPTIONS = frozenset({"endpoint_url", "region", "object_lock", "lock_until", "lock_days"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Until when the store itself refuses to change or remove an original."""

    mode: LockMode
    until: date | None
    """The last day, in UTC; None if it is counted from the day of archiving."""
    days: int | None

    def end(self, now: datetime) -> datetime:
        """Return the instant until which an original that is archived now is locked."""
        if self.until is not None:
            return datetime.combine(self.until, time.max, UTC).replace(microsecond=0)
        return now + timedelta(days=self.days or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A bucket, and where in it."""

    bucket: str
    prefix: str
    """Empty, or ending in ``/``."""
    endpoint_url: str | None
    region: str | None
    lock: Lock | None

    @property
    def name(self) -> str:
        """The place for people."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


def parse_place(url: str) -> Place:
    """Return the place that ``s3://bucket/prefix?endpoint_url=…&region=…`` names.

    ``object_lock=governance|compliance`` with ``lock_until=2035-12-31`` or ``lock_days=3650`` has
    the store itself keep every original that long.

    Raises:
        ArchiveUrlError: if the URL is wrong; passwords do not belong in it.
    """
    parts = urlsplit(url)
    if "@" in parts.netloc:
        _refuse(
            parts,
            "网址中不能写密钥；请用 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY 环境变量或 "
            "~/.aws/credentials",
            "keys do not belong in it; use the environment variables AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or ~/.aws/credentials",
        )
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(options.keys() - _OPTIONS)
    if unknown or not parts.netloc or parts.fragment:
        _refuse(
            parts,
            f"不认识 {', '.join(unknown)}" if unknown else "请写成 s3://存储桶/前缀",
            f"unknown: {', '.join(unknown)}" if unknown else "write it as s3://bucket/prefix",
        )
    endpoint = options.get("endpoint_url") or None
    if endpoint is not None and urlsplit(endpoint).scheme not in ("http", "https"):
        _refuse(parts, "endpoint_url 应为 http(s) 网址", "endpoint_url must be an http(s) URL")
    prefix = unquote(parts.path).strip("/")
    return Place(
        bucket=parts.netloc,
        prefix=f"{prefix}/" if prefix else "",
        endpoint_url=endpoint,
        region=options.get("region") or None,
        lock=_lock(parts, options),
    )


def _lock(parts: SplitResult, options: Mapping[str, str]) -> Lock | None:
    mode = options.get("object_lock", "").upper()
    until, days = options.get("lock_until", ""), options.get("lock_days", "")
    if not (mode or until or days):
        return None
    if mode not in ("GOVERNANCE", "COMPLIANCE") or bool(until) == bool(days):
        _refuse_lock(parts)
    try:
        lock = Lock(
            mode=mode,  # type: ignore[arg-type]
            until=date.fromisoformat(until) if until else None,
            days=int(days) if days else None,
        )
        lock.end(datetime.now(UTC))
    except (ValueError, OverflowError):
        _refuse_lock(parts)
    if lock.days is not None and lock.days < 1:
        _refuse_lock(parts)
    return lock


def _refuse_lock(parts: SplitResult) -> NoReturn:
    _refuse(
        parts,
        "对象锁定应写成 object_lock=governance 或 compliance，并加 lock_until=2035-12-31 或 "
        "lock_days=3650 之一",
        "an object lock is object_lock=governance or compliance with one of lock_until=2035-12-31 "
        "and lock_days=3650",
    )


def _refuse(parts: SplitResult, zh: str, en: str) -> NoReturn:
    place = f"s3://{parts.netloc.rpartition('@')[2]}{parts.path}"
    raise ArchiveUrlError(
        f"设置 storage.archive_url（或 NIANBAO_ARCHIVE_URL）或 storage.second_copy："
        f"不能使用“{place}”：{zh}。",
        f"setting storage.archive_url (or NIANBAO_ARCHIVE_URL) or storage.second_copy: cannot use "
        f"{place!r}: {en}.",
    )
