"""The settings of a workspace: ``nianbao.toml``, read once at the entry point.

Unknown names are refused, so that a misspelt setting is an error and not a silent default.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

SETTINGS_FILE = "nianbao.toml"
MIB = 1024 * 1024


class SettingsError(Exception):
    """A settings file is wrong; the message names file, place and remedy."""


def _mail_address(text: str) -> str:
    if not re.fullmatch(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+", text) or not text.isprintable():
        msg = f"{text!r} is no mail address such as office@example.cn"
        raise ValueError(msg)
    return text


MailAddress = Annotated[str, AfterValidator(_mail_address)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StorageSettings(_Section):
    """Where the database and the archive are; empty means inside the workspace."""

    database_url: str = ""
    archive_url: str = ""


class CrawlerSettings(_Section):
    """How portals are visited."""

    user_agent: str = ""
    """Empty means ``nianbao/VERSION (+CONTACT)``."""
    contact: str = ""
    """A URL or mail address where the operator can be reached; sent with every request."""
    delay: float = Field(default=2.0, ge=0)
    """Seconds between two requests to one host; robots.txt may ask for more."""
    concurrency_per_host: int = Field(default=1, ge=1, le=4)
    timeout: float = Field(default=60.0, gt=0)
    """Seconds that one exchange may take."""
    max_bytes: int = Field(default=64 * MIB, ge=1024)
    """Bytes that one body may have."""
    max_pages_per_column: int = Field(default=200, ge=1)
    max_requests_per_portal: int = Field(default=2000, ge=1)
    render: Literal["never", "auto"] = "auto"
    browser: str = ""
    """Path of a Chromium; empty means playwright's own, then one on the PATH."""
    allow_private_addresses: bool = False
    official_hosts: tuple[str, ...] = ()
    """Official hosts outside .gov.cn; ``*.example.cn`` takes in all below it."""
    portals_per_process: int = Field(default=16, ge=1)
    rediscover_days: int = Field(default=90, ge=1)
    """Columns are looked for again after so many days, or as soon as one is lost."""


class MailSettings(_Section):
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
    to: tuple[MailAddress, ...] = ()
    """Who gets alerts, reminders and digests."""
    operators: tuple[MailAddress, ...] = ()
    """Who is told about trouble of the crawl itself."""
    timeout: float = Field(default=60.0, gt=0)


class ScheduleSettings(_Section):
    """The timetable, as five-field crontab lines in ``timezone``; an empty line is off."""

    timezone: str = "Asia/Shanghai"
    crawl: str = "0 2 * * *"
    check: str = "30 6 * * *"
    alerts: str = "0 8 * * *"
    digest: str = "30 8 * * mon"
    send: str = "*/5 * * * *"
    verify: str = "0 4 * * sun"
    misfire_grace_seconds: int = Field(default=6 * 3600, ge=1)


class ObligationSettings(_Section):
    """Local law: who owes what beyond the Regulation, and since when."""

    first_fiscal_year: int = Field(default=2019, ge=2008)
    """The first fiscal year that ``status`` and alerts look at."""
    townships: bool = True
    """Whether townships and streets owe a report (local notices, not article 49)."""
    due_soon_days: int = Field(default=10, ge=0)
    grace_days: int = Field(default=0, ge=0)
    """Days after the due day before a report is called missing or late."""


class RuleSettings(_Section):
    """Severities and thresholds that differ from the rulebook's."""

    severity: dict[str, Literal["error", "warning", "info", "off"]] = Field(default_factory=dict)
    thresholds: dict[str, float] = Field(default_factory=dict)


class Settings(_Section):
    """Everything ``nianbao.toml`` may say."""

    language: Literal["zh", "en"] | None = None
    storage: StorageSettings = StorageSettings()
    crawler: CrawlerSettings = CrawlerSettings()
    mail: MailSettings = MailSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    obligations: ObligationSettings = ObligationSettings()
    rules: RuleSettings = RuleSettings()


def load_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read a settings file; environment variables override where database and archive are.

    A missing file means defaults.

    Raises:
        SettingsError: if the file is no TOML or a setting is unknown or out of range.
    """
    environment = os.environ if environment is None else environment
    data: dict[str, Any] = {}
    if path.exists():
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            msg = f"{path}: not valid TOML: {error}"
            raise SettingsError(msg) from error
    storage = data.setdefault("storage", {})
    if isinstance(storage, dict):
        for key, variable in (
            ("database_url", "NIANBAO_DATABASE_URL"),
            ("archive_url", "NIANBAO_ARCHIVE_URL"),
        ):
            if environment.get(variable):
                storage[key] = environment[variable]
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise SettingsError(_describe(path, error)) from error


def _describe(path: Path, error: ValidationError) -> str:
    lines = []
    for item in error.errors():
        place = ".".join(str(part) for part in item["loc"])
        reason = (
            "no such setting; see the comments in the file that 'nianbao init' writes"
            if item["type"] == "extra_forbidden"
            else f"{item['msg']} (found {item['input']!r})"
        )
        lines.append(f"{path}: {place}: {reason}")
    return "\n".join(lines)
