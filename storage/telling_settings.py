"""The settings of telling people: mail, channels, the timetable."""

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from storage.crawler_settings import Section

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_MAIL_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
"""RFC 5321, 4.1.2, without quoted local parts and address literals; ASCII, as SMTP is."""
_LONGEST_ADDRESS = 254
_CHANNEL_NAME = re.compile(r"[a-z][a-z0-9-]{1,62}")
_CHANNEL_URL = re.compile(r"[a-z][a-z0-9]*://[^\s\x00-\x1f\x7f]+")


def _mail_address(text: str) -> str:
    if not _MAIL_ADDRESS.fullmatch(text) or len(text) > _LONGEST_ADDRESS:
        raise PydanticCustomError("mail_address", "no mail address such as office@example.cn")
    return text


def _recipient(text: str) -> str:
    return text if _CHANNEL_NAME.fullmatch(text) else _mail_address(text)


def _channel_name(text: str) -> str:
    if not _CHANNEL_NAME.fullmatch(text):
        raise PydanticCustomError("channel_name", "no name of a channel such as wecom-city")
    return text


def _channel_url(url: SecretStr) -> SecretStr:
    if not _CHANNEL_URL.fullmatch(url.get_secret_value()):
        raise PydanticCustomError("channel_url", "no URL of a channel such as wecombot://KEY")
    return url


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise PydanticCustomError("time_zone", "no time zone such as Asia/Shanghai") from error
    return name


def _without_doubles(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """A recipient named twice gets one mail."""
    return tuple(dict.fromkeys(addresses))


def is_channel(recipient: str) -> bool:
    """Tell whether a recipient is the name of a channel, not a mail address."""
    return "@" not in recipient


MailAddress = Annotated[str, AfterValidator(_mail_address)]
Recipients = Annotated[
    tuple[Annotated[str, AfterValidator(_recipient)], ...],
    Field(strict=False),
    AfterValidator(_without_doubles),
]
"""Mail addresses and names of channels."""
Channels = dict[
    Annotated[str, AfterValidator(_channel_name)],
    Annotated[SecretStr, AfterValidator(_channel_url)],
]
"""URLs of Apprise by the names that recipients are called by; they hold keys."""
TimeZone = Annotated[str, AfterValidator(_time_zone)]
CatchUp = Literal["run_once", "skip"]
"""What becomes of a time that passed while nobody could run the job: made up for once, however
long ago it was, or left out if it is longer ago than the grace."""


class MailSettings(Section):
    """The SMTP server and who gets mail."""

    host: str = ""
    port: int = Field(default=25, ge=1, le=65535)
    security: Literal["none", "starttls", "tls"] = "starttls"
    ca_file: str = ""
    """A file of certificates to trust besides the system's; empty means the system's."""
    username: str = ""
    password: str = ""
    sender: MailAddress = "nianbao@localhost"
    language: Literal["zh", "en"] = "zh"
    to: Recipients = ()
    """Who gets alerts, reminders and digests."""
    operators: Recipients = ()
    """Who is told about trouble of the crawl itself."""
    subscriptions_file: str = ""
    """A CSV file of subscriptions besides those of the settings; relative to the workspace."""
    timeout: float = Field(default=60.0, gt=0)
    remind_days: Annotated[tuple[Annotated[int, Field(ge=0, le=90)], ...], Field(strict=False)] = (
        14,
        7,
        3,
        1,
    )
    """Days before the due day on which agencies without a report are reminded of."""
    failures_before_alert: int = Field(default=2, ge=1)
    """So many crawls of a portal must fail in a row before operators are told."""
    repeat_days: Annotated[
        tuple[Annotated[int, Field(ge=1)], ...], Field(strict=False, min_length=1)
    ] = (3, 7, 14, 30)
    """Days until trouble that goes on is told again, the first time, the second; then the last."""
    stuck_hours: float = Field(default=6.0, gt=0)
    """Hours without anything sent, while messages wait, until the outbox counts as stuck."""
    archive_base_url: str = Field(default="", pattern=r"^(https?://[^\s\x00-\x1f]+)?$")
    """Where originals are published, as BASE/ab/abcd…; empty means nowhere."""
    approve: bool = False
    """Whether what is for offices waits until an operator releases it."""


class ScheduleSettings(Section):
    """The timetable, as five-field crontab lines in ``timezone``; an empty line is off."""

    timezone: TimeZone = "Asia/Shanghai"
    crawl: str = "0 2 * * *"
    crawl_all: bool = False
    """Whether the timetable crawls every portal each time, not only those that are due."""
    check: str = "30 6 * * *"
    alerts: str = "0 8 * * *"
    digest: str = "30 8 * * *"
    """When to look which digests are due: daily ones each time, the others on their days."""
    digest_weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    digest_monthday: int = Field(default=1, ge=1, le=31)
    """In a month that is shorter its last day."""
    send: str = "*/5 * * * *"
    verify: str = "0 4 * * sun"
    fixity: str = "0 5 * * *"
    checkpoint: str = "45 7 * * *"
    feeds: str = "*/30 * * * *"
    """Off as long as ``feeds_dir`` is empty."""
    feeds_dir: str = ""
    """Where the feeds are written; relative to the workspace."""
    backup: str = "30 5 * * *"
    """Off as long as ``backup_dir`` is empty."""
    backup_dir: str = ""
    """Relative to the workspace; better on another disk."""
    backup_keep: int = Field(default=7, ge=1)
    backup_key: bool = False
    """Whether the key that signs the log goes into backups."""
    misfire_grace_seconds: int = Field(default=6 * 3600, ge=1)
    catch_up: dict[str, CatchUp] = Field(default_factory=dict)
    """By job, where it differs from ``monitor.crontab.CATCH_UP``."""
    heartbeat_file: str = "heartbeat.json"
    """Relative to the workspace; empty means none."""
    ping_url: str = Field(default="", pattern=r"^(https?://[^\s\x00-\x1f]+)?$")
    """Asked with /start and /fail, or as it is, as healthchecks.io has it; ``{job}`` in it is the
    name of the job. The operator's own choice: it may be inside."""
