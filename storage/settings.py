"""The settings of a workspace: ``nianbao.toml``, read once at the entry point.

Unknown names and values of another type are refused, so that a misspelt setting is an error and
not a silent default.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic_core import PydanticCustomError

from storage.crawler_settings import CrawlerSettings
from storage.crawler_settings import Section as _Section
from storage.errors import StorageError

SETTINGS_FILE = "nianbao.toml"

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_MAIL_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
"""RFC 5321, 4.1.2, without quoted local parts and address literals; ASCII, as SMTP is."""
_LONGEST_ADDRESS = 254


class SettingsError(StorageError):
    """A setting is wrong; the message names file, place and remedy."""


def _mail_address(text: str) -> str:
    if not _MAIL_ADDRESS.fullmatch(text) or len(text) > _LONGEST_ADDRESS:
        raise PydanticCustomError("mail_address", "no mail address such as office@example.cn")
    return text


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise PydanticCustomError("time_zone", "no time zone such as Asia/Shanghai") from error
    return name


def _without_doubles(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """A recipient named twice gets one mail."""
    return tuple(dict.fromkeys(addresses))


MailAddress = Annotated[str, AfterValidator(_mail_address)]
MailAddresses = Annotated[
    tuple[MailAddress, ...], Field(strict=False), AfterValidator(_without_doubles)
]
TimeZone = Annotated[str, AfterValidator(_time_zone)]


class TimeAuthority(_Section):
    """A time authority that says when a checkpoint of the log existed (RFC 3161)."""

    url: str = Field(pattern=r"^https?://\S+$")
    ca_file: str = Field(min_length=1)
    """The certificates, PEM, that its own must lead to; relative to the workspace."""


class StorageSettings(_Section):
    """Where the database and the archive are; empty means inside the workspace."""

    database_url: str = ""
    archive_url: str = ""
    time_authorities: Annotated[tuple[TimeAuthority, ...], Field(strict=False)] = ()
    """Are asked for a time stamp over each signed checkpoint."""


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
    to: MailAddresses = ()
    """Who gets alerts, reminders and digests."""
    operators: MailAddresses = ()
    """Who is told about trouble of the crawl itself."""
    timeout: float = Field(default=60.0, gt=0)


class ScheduleSettings(_Section):
    """The timetable, as five-field crontab lines in ``timezone``; an empty line is off."""

    timezone: TimeZone = "Asia/Shanghai"
    crawl: str = "0 2 * * *"
    crawl_all: bool = False
    """Whether the timetable crawls every portal each time, not only those that are due."""
    check: str = "30 6 * * *"
    alerts: str = "0 8 * * *"
    digest: str = "30 8 * * mon"
    send: str = "*/5 * * * *"
    verify: str = "0 4 * * sun"
    misfire_grace_seconds: int = Field(default=6 * 3600, ge=1)


_Model = TypeVar("_Model", bound=BaseModel)

AgencyKindName = Literal[
    "government",
    "government_office",
    "department",
    "dispatched",
    "township",
    "vertical",
    "authorised",
]


class LocalDeadline(_Section):
    """A due day that a local notice sets before that of the Regulation."""

    division: str = Field(default="", pattern=r"^\d{0,12}$")
    """The first digits of the division codes (GB/T 2260) it is for; empty means all."""
    kinds: Annotated[tuple[AgencyKindName, ...], Field(strict=False)] = ()
    """The kinds of agencies it is for; empty means all."""
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    """In the year after the fiscal year; in a shorter month its last day."""
    notice: str = Field(min_length=1)
    """The number or title of the notice, which findings cite."""
    first_fiscal_year: int = Field(default=2008, ge=2008)
    last_fiscal_year: int = Field(default=9999, ge=2008)


class ObligationSettings(_Section):
    """Local law: who owes what beyond the Regulation, and since when."""

    first_fiscal_year: int = Field(default=2019, ge=2008)
    """The first fiscal year that ``status`` and alerts look at."""
    townships: bool = True
    """Whether townships and streets owe a report (local notices, not article 49)."""
    due_soon_days: int = Field(default=10, ge=0)
    grace_days: int = Field(default=0, ge=0)
    """Days after the due day before a report is called missing or late."""
    local_deadlines: Annotated[tuple[LocalDeadline, ...], Field(strict=False)] = ()
    """Due days of local notices; reports after them are noted, not called late."""


class RuleSettings(_Section):
    """Severities and thresholds that differ from the rulebook's."""

    overlays: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Files of local rulings, relative to the workspace (``monitor.rules.overlay``)."""
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
    data = _read_toml(path)
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
        raise _wrong_values(path, error) from error


def load_section(path: Path, model: type[_Model]) -> _Model:
    """Read a TOML file of its own that has the shape of ``model``, which forbids unknown names.

    Raises:
        SettingsError: if it is not there, is no TOML, or a value is unknown or out of range; the
            message names the place.
    """
    if not path.is_file():
        raise SettingsError(f"{path}：没有这个文件。", f"{path}: there is no such file.")
    try:
        return model.model_validate(_read_toml(path))
    except ValidationError as error:
        raise _wrong_values(path, error) from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")  # editors on Windows put a mark first
        return tomllib.loads(text.replace("\r\n", "\n"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(
            f"{path}：无法读取（{error.strerror}）；请检查文件及其权限。",
            f"{path}: cannot be read ({error.strerror}); check the file and its mode.",
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{path}：第 {error.start + 1} 字节处不是 UTF-8；请以 UTF-8 编码重新保存。",
            f"{path}: no UTF-8 at byte {error.start + 1}; save the file as UTF-8.",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{path}：不是有效的 TOML：{error}；文字要加引号，名称与值之间用等号。",
            f"{path}: not valid TOML: {error}; texts stand in quotes, names before an equals sign.",
        ) from error


_REASONS = {
    "extra_forbidden": (
        "没有这个设置；请对照 nianbao init 所写文件中的说明",
        "no such setting; see the comments in the file that 'nianbao init' writes",
    ),
    "mail_address": (
        "不是邮件地址；请写成 office@example.cn 的样子，只用 ASCII 字符",
        "no mail address; write it like office@example.cn, in ASCII",
    ),
    "time_zone": (
        "没有这个时区；请写成 Asia/Shanghai 的样子",
        "no such time zone; write it like Asia/Shanghai",
    ),
    "missing": ("必须填写", "must be given"),
    "string_pattern_mismatch": ("应符合 {pattern}", "must match {pattern}"),
    "string_too_short": ("不能为空", "must not be empty"),
    "string_type": ("应为文字，写在引号内", "must be a text in quotes"),
    "bool_type": ("应为 true 或 false", "must be true or false"),
    "int_type": ("应为整数，不加引号", "must be a whole number, without quotes"),
    "int_from_float": ("应为整数", "must be a whole number"),
    "float_type": ("应为数字，不加引号", "must be a number, without quotes"),
    "finite_number": ("应为有限的数字", "must be a finite number"),
    "tuple_type": ('应为列表，如 ["一", "二"]', 'must be a list such as ["one", "two"]'),
    "model_type": ("应为一节，写作 [节名]", "must be a section, written [name]"),
    "dict_type": ("应为一节，写作 [节名]", "must be a section, written [name]"),
    "greater_than": ("应大于 {gt}", "must be greater than {gt}"),
    "greater_than_equal": ("应不小于 {ge}", "must be {ge} or more"),
    "less_than_equal": ("应不大于 {le}", "must be {le} or less"),
    "literal_error": ("应为 {expected}", "must be {expected}"),
}
"""What to say of each kind of error that pydantic finds."""
_SECRET = frozenset({"password", "database_url", "archive_url"})
_LONGEST_SHOWN = 60


def _wrong_values(path: Path, error: ValidationError) -> SettingsError:
    chinese, english = [], []
    for item in error.errors(include_url=False):
        place = ".".join(str(part) for part in item["loc"])
        zh, en = _REASONS.get(item["type"], (item["msg"], item["msg"]))
        context = {name: str(value) for name, value in item.get("ctx", {}).items()}
        found = "" if item["type"] == "extra_forbidden" else _shown(item["loc"], item["input"])
        reason = zh.format_map(context).replace(" or ", " 或 ")
        chinese.append(f"{path}：{place}：{reason}{found and f'（现为 {found}）'}")
        english.append(f"{path}: {place}: {en.format_map(context)}{found and f' (found {found})'}")
    return SettingsError("\n".join(chinese), "\n".join(english))


def _shown(place: tuple[int | str, ...], value: Any) -> str:
    """Return a wrong value for the message; nothing that may hold a password."""
    if _SECRET.intersection(place) or not isinstance(value, str | int | float):
        return ""
    return repr(value)[:_LONGEST_SHOWN]
