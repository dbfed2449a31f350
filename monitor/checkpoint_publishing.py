"""Giving the newest checkpoint of the log to others: published, and mailed once a week."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from monitor.language import Bilingual
from monitor.telling.mail import Attachment, Letter, address, render
from monitor.telling.outbox import put
from storage.archive import open_archive
from storage.clock import SHANGHAI
from storage.database import transaction
from storage.models import Checkpoint, CheckpointHolder, HolderKind
from storage.signing.notes import Note
from storage.signing.publishing import publish
from storage.signing.signed_log import latest_signed, signed_checkpoint
from storage.workspace import Workspace

KIND = "checkpoint"
_SUBJECT = Bilingual(
    "年报日志检查点（{size} 条），请留存",
    "Checkpoint of the nianbao log ({size} entries): please keep it",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given away."""

    size: int
    published: int
    """Checkpoints that are newly published."""
    mailed: int

    def __str__(self) -> str:
        """Return it as the line of a job's record."""
        return f"checkpoint of {self.size} entries, {self.published} published, {self.mailed} mails"


def give_checkpoint(workspace: Workspace, engine: Engine, now: datetime) -> Given | None:
    """Sign the log as it is now, publish its checkpoints and mail the newest, as settings say.

    Returns:
        None if the log is empty, or its key is not there to sign.

    Raises:
        StorageError: if the log is damaged, or what is published is not the log's.
        OSError: if the directory to publish in cannot be written.
    """
    settings = workspace.settings
    authorities = settings.storage.time_authorities
    archive = open_archive(workspace.archive_url)
    made = signed_checkpoint(engine, archive, workspace.directory, authorities)
    newest = latest_signed(engine)
    if newest is None or newest[0].id != made.id:
        return None
    published = None
    if settings.audit.publish_to:
        published = publish(engine, workspace.directory / settings.audit.publish_to)
    with transaction(engine) as session:
        mailed = _mail(session, workspace, *newest, now)
    return Given(size=made.tree_size, published=published.added if published else 0, mailed=mailed)


def _mail(
    session: Session, workspace: Workspace, checkpoint: Checkpoint, note: Note, now: datetime
) -> int:
    """Put the mails into the outbox that are due this week; who has this checkpoint gets none."""
    count = 0
    for recipient in workspace.settings.audit.checkpoint_to:
        last = session.scalars(
            select(CheckpointHolder)
            .where(CheckpointHolder.kind == HolderKind.MAIL, CheckpointHolder.holder == recipient)
            .order_by(CheckpointHolder.id.desc())
            .limit(1)
        ).first()
        if last and (last.checkpoint_id == checkpoint.id or _week(last.at) == _week(now)):
            continue
        letter = checkpoint_letter(workspace, checkpoint, note)
        window = f"checkpoint {checkpoint.tree_size}"
        mail = address(letter, recipient, workspace.settings.mail.sender, window, now)
        put(session, [mail], now)
        session.add(
            CheckpointHolder(
                checkpoint_id=checkpoint.id,
                kind=HolderKind.MAIL,
                holder=recipient,
                at=now,
                message_id=mail.message_id,
            )
        )
        count += 1
    return count


def checkpoint_letter(workspace: Workspace, checkpoint: Checkpoint, note: Note) -> Letter:
    """Return the letter that brings a checkpoint: the note in the text, and as a file."""
    language = workspace.settings.mail.language
    subject = _SUBJECT.in_language(language).format(size=checkpoint.tree_size)
    text, html = render(
        "checkpoint",
        language,
        subject=subject,
        size=checkpoint.tree_size,
        made_at=checkpoint.made_at,
        note=str(note),
    )
    name = f"checkpoint-{checkpoint.tree_size}.note"
    file = Attachment(name=name, media_type="application/octet-stream", content=str(note).encode())
    return Letter(kind=KIND, subject=subject, text=text, html=html, attachments=[file])


def _week(instant: datetime) -> tuple[int, int]:
    return instant.astimezone(SHANGHAI).isocalendar()[:2]
