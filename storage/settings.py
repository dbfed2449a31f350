"""The settings of a workspace: ``nianbao.toml``, read once at the entry point.

Unknown names and values of another type are refused, so that a misspelt setting is an error and
not a silent default.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from storage.crawler_settings import CrawlerSettings
from storage.crawler_settings import Section as _Section
from storage.errors import StorageError
from storage.retention_settings import RetentionSettings
from storage.subscription_settings import AgencyKindName, SubscriptionSettings
from storage.telling_settings import (
    Channels,
    MailAddress,
    MailSettings,
    ScheduleSettings,
    is_channel,
)

__all__ = [
    "SETTINGS_FILE",
    "AgencyKindName",
    "AuditSettings",
    "CrawlerSettings",
    "LocalDeadline",
    "MailSettings",
    "ObligationSettings",
    "RetentionSettings",
    "RuleSettings",
    "ScheduleSettings",
    "Settings",
    "SettingsError",
    "StorageSettings",
    "TimeAuthority",
    "load_section",
    "load_settings",
    "wrong_values",
]

SETTINGS_FILE = "nianbao.toml"


class SettingsError(StorageError):
    """A setting is wrong; the message names file, place and remedy."""


class TimeAuthority(_Section):
    """A time authority that says when a checkpoint of the log existed (RFC 3161)."""

    url: str = Field(pattern=r"^https?://\S+$")
    ca_file: str = Field(min_length=1)
    """The certificates, PEM, that its own must lead to; relative to the workspace."""


class StorageSettings(_Section):
    """Where the database and the archive are; empty means inside the workspace."""

    database_url: str = ""
    archive_url: str = ""
    second_copy: str = ""
    """The URL of an archive that has everything a second time; empty means none."""
    time_authorities: Annotated[tuple[TimeAuthority, ...], Field(strict=False)] = ()
    """Are asked for a time stamp over each signed checkpoint."""


class AuditSettings(_Section):
    """How the archive is looked after."""

    fixity_days: int = Field(default=90, ge=1, le=3650)
    """Within so many days every original is hashed again."""
    publish_to: str = ""
    """A directory that others can read, relative to the workspace, for the checkpoints of the log;
    empty means none."""
    checkpoint_to: Annotated[tuple[MailAddress, ...], Field(strict=False)] = ()
    """Who gets the newest checkpoint by mail once a week, to keep it."""


_Model = TypeVar("_Model", bound=BaseModel)


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
    audit: AuditSettings = AuditSettings()
    crawler: CrawlerSettings = CrawlerSettings()
    mail: MailSettings = MailSettings()
    channels: Channels = Field(default_factory=dict)
    schedule: ScheduleSettings = ScheduleSettings()
    obligations: ObligationSettings = ObligationSettings()
    retention: RetentionSettings = RetentionSettings()
    rules: RuleSettings = RuleSettings()
    subscriptions: Annotated[tuple[SubscriptionSettings, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _channels_are_named(self) -> "Settings":
        """Refuse a recipient that is neither a mail address nor a channel of these settings."""
        lists: dict[tuple[str | int, ...], tuple[str, ...]] = {
            ("mail", "to"): self.mail.to,
            ("mail", "operators"): self.mail.operators,
        }
        for number, subscription in enumerate(self.subscriptions):
            lists["subscriptions", number, "to"] = subscription.to
        wrong = [
            InitErrorDetails(
                type=PydanticCustomError("mail_address", "no such channel"),
                loc=(*place, number),
                input=recipient,
            )
            for place, recipients in lists.items()
            for number, recipient in enumerate(recipients)
            if is_channel(recipient) and recipient not in self.channels
        ]
        if wrong:
            raise ValidationError.from_exception_data("Settings", wrong)
        return self


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
        raise wrong_values(path, error) from error


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
        raise wrong_values(path, error) from error


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
        "不是邮件地址，也不是 [channels] 中的名称；请写成 office@example.cn 的样子，用 ASCII 字符",
        "no mail address, and no name in [channels]; write it like office@example.cn, in ASCII",
    ),
    "channel_name": (
        "通道名称只能用小写字母、数字和连字符，以字母开头，如 wecom-city",
        "names of channels have small letters, digits and hyphens only, such as wecom-city",
    ),
    "channel_url": (
        "不是通道网址；请写成 wecombot://密钥 的样子",
        "no URL of a channel; write it like wecombot://KEY",
    ),
    "event_of_others": (
        "{events} 不属于 audience = {audience} 可订阅的事件",
        "{events}: no such event for audience = {audience}",
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
    "too_short": ("不能为空", "must not be empty"),
    "tuple_type": ('应为列表，如 ["一", "二"]', 'must be a list such as ["one", "two"]'),
    "model_type": ("应为一节，写作 [节名]", "must be a section, written [name]"),
    "dict_type": ("应为一节，写作 [节名]", "must be a section, written [name]"),
    "greater_than": ("应大于 {gt}", "must be greater than {gt}"),
    "greater_than_equal": ("应不小于 {ge}", "must be {ge} or more"),
    "less_than_equal": ("应不大于 {le}", "must be {le} or less"),
    "literal_error": ("应为 {expected}", "must be {expected}"),
}
"""What to say of each kind of error that pydantic finds."""
_SECRET = frozenset(
    {"password", "database_url", "archive_url", "second_copy", "channels", "ping_url"}
)
_LONGEST_SHOWN = 60


def wrong_values(path: Path, error: ValidationError, line: int | None = None) -> SettingsError:
    """Return everything that is wrong in a file, one place to a line of the message."""
    chinese, english = [], []
    line_zh, line_en = ("", "") if line is None else (f"第 {line} 行，", f"line {line}, ")
    for item in error.errors(include_url=False):
        place = ".".join(str(part) for part in item["loc"]) or "-"
        zh, en = _REASONS.get(item["type"], (item["msg"], item["msg"]))
        context = {name: str(value) for name, value in item.get("ctx", {}).items()}
        found = "" if item["type"] == "extra_forbidden" else _shown(item["loc"], item["input"])
        reason = zh.format_map(context).replace(" or ", " 或 ")
        chinese.append(f"{path}：{line_zh}{place}：{reason}{found and f'（现为 {found}）'}")
        said = f"{en.format_map(context)}{found and f' (found {found})'}"
        english.append(f"{path}: {line_en}{place}: {said}")
    return SettingsError("\n".join(chinese), "\n".join(english))


def _shown(place: tuple[int | str, ...], value: Any) -> str:
    """Return a wrong value for the message; nothing that may hold a password."""
    if _SECRET.intersection(place) or not isinstance(value, str | int | float):
        return ""
    return repr(value)[:_LONGEST_SHOWN]
