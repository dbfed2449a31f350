"""Messages as files, to look at before anybody gets them."""

from collections.abc import Sequence
from pathlib import Path

from monitor.cli.base import CommandError
from monitor.language import Bilingual
from monitor.telling.outbox import Mail
from storage.telling_settings import is_channel


def write_mails(mails: Sequence[Mail], directory: Path) -> list[Path]:
    """Write messages, named by kind and Message-ID, and return their paths.

    Mails are ``.eml`` files, what is for a channel is ``.txt``.

    Raises:
        CommandError: if the directory cannot be made.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, FileNotFoundError, NotADirectoryError) as error:
        raise CommandError(
            Bilingual(f"--out：{directory} 不是目录。", f"--out: {directory} is no directory.")
        ) from error
    paths = []
    for mail in mails:
        suffix = "txt" if is_channel(mail.recipient) else "eml"
        name = mail.message_id.strip("<>").partition("@")[0][:12]
        path = directory / f"{mail.kind}-{name}.{suffix}"
        path.write_bytes(mail.content)
        paths.append(path)
    return paths
