"""The subscriptions of a workspace: of its settings, of a CSV file, and of ``[mail]``."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from storage.registry.problems import BadValueError
from storage.registry.tables import decode_file
from storage.settings import Settings, SettingsError, wrong_values
from storage.subscription_settings import OfficeEvent, SubscriptionSettings
from storage.telling_settings import is_channel

TO_ACT_ON: tuple[OfficeEvent, ...] = (
    *("due_soon", "missing", "late", "published", "rejected", "corrected", "changed", "removed"),
    *("returned", "backdated", "hijacked"),
)
"""Everything but what is as it should be: that stands in the digests."""
_LISTS = frozenset({"to", "divisions", "portals", "agencies", "kinds", "events", "when"})
_COLUMNS = tuple(SubscriptionSettings.model_fields)


def subscriptions_of(settings: Settings, directory: Path) -> tuple[SubscriptionSettings, ...]:
    """Return every subscription: those of ``[mail]`` first, then the settings', then the file's.

    ``directory`` is the workspace's, to which the file is relative.

    Raises:
        SettingsError: naming file, line and column of what is wrong.
    """
    found = [*subscriptions_of_settings(settings)]
    if settings.mail.subscriptions_file:
        found += read_subscriptions(directory / settings.mail.subscriptions_file)
    _require_channels(found, settings)
    return tuple(found)


def subscriptions_of_settings(settings: Settings) -> tuple[SubscriptionSettings, ...]:
    """Return the subscriptions that stand in the settings themselves."""
    return (*_of_mail(settings), *settings.subscriptions)


def _of_mail(settings: Settings) -> list[SubscriptionSettings]:
    """``to`` and ``operators`` of ``[mail]`` are short for subscriptions to everything."""
    mail = settings.mail
    found = []
    if mail.to:
        found.append(SubscriptionSettings(to=mail.to, name="[mail] to", events=TO_ACT_ON))
    if mail.operators or mail.to:
        found.append(
            SubscriptionSettings(
                to=mail.operators or mail.to,
                name="[mail] operators",
                audience="operator",
                when=("at_once",),
            )
        )
    return found


def read_subscriptions(path: Path) -> list[SubscriptionSettings]:
    """Read a CSV file of subscriptions (UTF-8, header row, lists separated by ``|``).

    Its columns are the names of ``SubscriptionSettings``; only ``to`` must be there. An empty
    cell means the default.

    Raises:
        SettingsError: if it cannot be read, or naming every line and column that is wrong.
    """
    try:
        text = decode_file(path.read_bytes())
    except OSError as error:
        raise SettingsError(
            f"{path}：无法读取（{error.strerror}）；请检查 [mail] subscriptions_file。",
            f"{path}: cannot be read ({error.strerror}); check [mail] subscriptions_file.",
        ) from error
    except BadValueError as error:
        raise SettingsError(
            f"{path}：{error.zh}。{error.remedy_zh}", f"{path}: {error.en}; {error.remedy_en}"
        ) from error
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        _require_header(path, rows.fieldnames or ())
        return _read_rows(path, rows)
    except csv.Error as error:
        raise SettingsError(
            f"{path}：第 {rows.line_num} 行：不是有效的 CSV（{error}）。",
            f"{path}: line {rows.line_num}: not valid CSV ({error}).",
        ) from error


def _require_header(path: Path, header: Iterable[str]) -> None:
    names = list(header)
    unknown = [name for name in names if name not in _COLUMNS]
    if "to" in names and not unknown and len(set(names)) == len(names):
        return
    wanted = ",".join(_COLUMNS)
    raise SettingsError(
        f"{path}：第 1 行：表头应为 {wanted} 中的若干列，to 必填（现为 {','.join(names)}）。",
        f"{path}: line 1: the header names columns of {wanted}; 'to' must be there "
        f"(found {','.join(names)}).",
    )


def _read_rows(path: Path, rows: "csv.DictReader[str]") -> list[SubscriptionSettings]:
    found: list[SubscriptionSettings] = []
    wrong: list[SettingsError] = []
    for cells in rows:
        if None in cells or None in cells.values():
            wrong.append(
                SettingsError(
                    f"{path}：第 {rows.line_num} 行：列数与表头不符。",
                    f"{path}: line {rows.line_num}: not as many cells as the header names.",
                )
            )
            continue
        try:
            found.append(SubscriptionSettings.model_validate(_values(cells)))
        except ValidationError as error:
            wrong.append(wrong_values(path, error, line=rows.line_num))
    if wrong:
        raise SettingsError("\n".join(e.zh for e in wrong), "\n".join(e.en for e in wrong))
    return found


def _values(cells: Mapping[str, str]) -> dict[str, Any]:
    given = {name: cell.strip() for name, cell in cells.items() if cell.strip()}
    return {
        name: [part.strip() for part in cell.split("|") if part.strip()] if name in _LISTS else cell
        for name, cell in given.items()
    }


def _require_channels(found: Iterable[SubscriptionSettings], settings: Settings) -> None:
    for subscription in found:
        for recipient in subscription.to:
            if is_channel(recipient) and recipient not in settings.channels:
                raise SettingsError(
                    f"订阅 {subscription.name or '（未命名）'}：{recipient} 既不是邮件地址，"
                    "也不是 [channels] 中的名称。",
                    f"subscription {subscription.name or '(unnamed)'}: {recipient} is neither a "
                    "mail address nor a name in [channels].",
                )
