"""Digests for tests: composed from a few words, and taken apart again."""

from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from monitor.telling.digest import compose_digest
from monitor.telling.digest_matter import load_matter
from monitor.telling.digest_series import Frequency, all_series
from monitor.telling.outbox import Mail
from storage.database import transaction
from storage.models import Agency, AgencyKind
from storage.settings import Settings
from storage.subscription_settings import SubscriptionSettings
from tests.monitor.scene import NOW, Scene, at, make_scene

RECIPIENT = "office@example.cn"
QINGHE, LINXI = "130534", "130535"


def composed(
    scene: Scene,
    language: str = "zh",
    now: Any = NOW,
    *,
    since: Any = None,
    to: str = RECIPIENT,
    mail: dict[str, Any] | None = None,
    subscriptions: Sequence[dict[str, Any]] = ({},),
    frequency: Frequency = "weekly",
) -> Mail:
    """Compose the digest of some subscriptions; one without a word is to everything."""
    settings = Settings.model_validate({"mail": {"language": language, **(mail or {})}})
    asked = [
        SubscriptionSettings.model_validate({"to": [to], "when": [frequency], **each})
        for each in subscriptions
    ]
    [series] = all_series(asked, settings.mail.language)
    with transaction(scene.engine) as session:
        return compose_digest(session, load_matter(session, settings, now), series, since=since)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def sheets(message: EmailMessage) -> dict[str, list[tuple[Any, ...]]]:
    [attachment] = message.iter_attachments()
    book = openpyxl.load_workbook(BytesIO(attachment.get_content()))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def two_counties(directory: Path) -> Scene:
    """Two counties; in one a report is missing and one late, in the other a report has an error."""
    scene = make_scene(directory)
    for key, division, name in (("qh", QINGHE, "清河县"), ("lx", LINXI, "临西县")):
        scene.portal(key, f"{name}人民政府")
        scene.rows(
            *(
                Agency(
                    id=f"{key}-{part}",
                    name=f"{name}{title}",
                    kind=kind,
                    division=division,
                    portal_id=key,
                    aliases=[],
                )
                for part, title, kind in (
                    ("gov", "人民政府", AgencyKind.GOVERNMENT),
                    ("fin", "财政局", AgencyKind.DEPARTMENT),
                    ("edu", "教育局", AgencyKind.DEPARTMENT),
                    ("civ", "民政局", AgencyKind.DEPARTMENT),
                )
            )
        )
        scene.crawl(key)
    late = [{"source": "page", "value": "2024-02-02", "text": "2024-02-02"}]
    scene.filing("qh-edu", date_candidates=late, published_on=None, first_seen_at=at(2, 3))
    scene.filing("qh-fin")
    for part_ in ("edu", "civ"):
        scene.filing(f"lx-{part_}", portal="lx")
    scene.finding(scene.filing("lx-fin", portal="lx"), fingerprint="f" * 16)
    return scene


def read(scene: Scene, language: str = "zh", **options: Any) -> EmailMessage:
    message = message_from_bytes(composed(scene, language, **options).content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(scene: Scene, language: str = "zh", **options: Any) -> str:
    return part(read(scene, language, **options), "plain")
