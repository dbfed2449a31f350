"""The checkpoints of the log as files that others can fetch, watch and keep.

``checkpoint`` is the newest signed note, ``checkpoints/SIZE`` the one of each size, ``keys.txt``
the public keys, ``index.html`` a page for people. Every file is whole at any moment; a checkpoint
that was published is never written over.
"""

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from sqlalchemy import Engine, select

from storage.archive.durable import TEMPORARY_PREFIX, make_directory, sync_directory
from storage.clock import SHANGHAI, iso_utc, utc_now
from storage.database import reading, transaction
from storage.errors import StorageError
from storage.models import Checkpoint, CheckpointHolder, CheckpointNote, HolderKind, LogKey
from storage.signing.signed_log import log_keys

NEWEST, EVERY, KEYS, PAGE = "checkpoint", "checkpoints", "keys.txt", "index.html"
_FOR_ALL = 0o644


class PublishedOtherwiseError(StorageError):
    """A checkpoint was published that is not the log's: one of the two was rewritten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a round of publishing did."""

    newest: int
    """The size of the newest checkpoint."""
    added: int
    """Checkpoints that were not published yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signed:
    checkpoint: Checkpoint
    note: str


def publish(engine: Engine, directory: Path) -> Published | None:
    """Write every signed checkpoint into a directory, and record that it is there.

    Returns:
        What was done; None if no checkpoint is signed yet.

    Raises:
        PublishedOtherwiseError: if another checkpoint of the same size is there already, or one of
            a size that the log never signed; it is left there.
        OSError: if the directory cannot be written.
    """
    signed, keys = _read(engine)
    if not signed:
        return None
    every = directory / EVERY
    make_directory(every)
    _require_none_beyond(every, signed)
    new = [each for each in signed if not _is_there(every, each)]
    files = {every / str(each.checkpoint.tree_size): each.note for each in new}
    files[directory / KEYS] = _key_lines(keys)
    files[directory / PAGE] = _page([each.checkpoint for each in signed], keys)
    files[directory / NEWEST] = signed[-1].note
    _write(files)
    _record(engine, signed, str(directory))
    return Published(newest=signed[-1].checkpoint.tree_size, added=len(new))


def _read(engine: Engine) -> tuple[Sequence[_Signed], Sequence[LogKey]]:
    query = (
        select(Checkpoint, CheckpointNote.note)
        .join(CheckpointNote, CheckpointNote.checkpoint_id == Checkpoint.id)
        .order_by(Checkpoint.id)
    )
    with reading(engine) as session:
        signed = [_Signed(checkpoint=each, note=note) for each, note in session.execute(query)]
        return signed, log_keys(session)


def _require_none_beyond(every: Path, signed: Sequence[_Signed]) -> None:
    """Refuse to go on beside checkpoints that the log has not any more: others may hold them."""
    sizes = {each.checkpoint.tree_size for each in signed}
    found = sorted(int(path.name) for path in every.iterdir() if path.name.isdecimal())
    strange = [size for size in found if size not in sizes]
    if strange:
        path = every / str(strange[0])
        raise PublishedOtherwiseError(
            f"{path} 已公布，而日志没有这一检查点：日志被截短、签名被删去，或恢复自较早的备份；"
            f"请运行 nianbao audit checkpoint --compare {path}。若属后者，请告知留存者，并改换 "
            "publish_to 的目录。",
            f"{path} was published, and the log has no such checkpoint: it was cut off, a note "
            "taken out, or an older backup restored; run 'nianbao audit checkpoint --compare "
            f"{path}'. If it was a backup, tell those who keep checkpoints, and publish into "
            "another directory.",
        )


def _is_there(every: Path, signed: _Signed) -> bool:
    path = every / str(signed.checkpoint.tree_size)
    try:
        known = path.read_bytes()
    except FileNotFoundError:
        return False
    if known == signed.note.encode():
        return True
    raise PublishedOtherwiseError(
        f"{path} 与日志的检查点不同：二者之一被改写；请运行 "
        f"nianbao audit checkpoint --compare {path}。",
        f"{path} is not the log's checkpoint of that size: one of the two was rewritten; run "
        f"'nianbao audit checkpoint --compare {path}'.",
    )


def _write(files: Mapping[Path, str]) -> None:
    """Write files whole, in their order: what a page names is there before the page."""
    for path, text in files.items():
        draft = path.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"
        try:
            with draft.open("xb") as file:
                os.fchmod(file.fileno(), _FOR_ALL)
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    for parent in {path.parent for path in files}:
        sync_directory(parent)


def _record(engine: Engine, signed: Sequence[_Signed], directory: str) -> None:
    mine = (
        CheckpointHolder.kind == HolderKind.PUBLISHED,
        CheckpointHolder.holder == directory,
    )
    with transaction(engine) as session:
        known = set(session.scalars(select(CheckpointHolder.checkpoint_id).where(*mine)))
        now = utc_now()
        session.add_all(
            CheckpointHolder(
                checkpoint_id=each.checkpoint.id,
                kind=HolderKind.PUBLISHED,
                holder=directory,
                at=now,
            )
            for each in signed
            if each.checkpoint.id not in known
        )


def _key_lines(keys: Sequence[LogKey]) -> str:
    """Return the public keys, one to a line, the one that signs last."""
    return "".join(f"{each.verifier}\n" for each in keys)


_HEAD = """<!doctype html>
<html lang="zh">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{name}</title>
<style>body{{font:16px/1.6 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
td,th{{text-align:left;padding:.1rem 1rem .1rem 0}}code{{overflow-wrap:anywhere}}</style>
<h1><code>{name}</code></h1>
<p>这里公布采集日志的检查点。保存其中任何一个，日后即可核对：在它之前的记录，一条也没有增加、改动或删去。</p>
<p lang="en">Checkpoints of a log of captures. Whoever keeps one can later check that no record
before it was added, changed or removed.</p>
<ul>
<li><a href="checkpoint">checkpoint</a>：最新的检查点 <span lang="en">the newest one</span>
<li><a href="keys.txt">keys.txt</a>：公钥 <span lang="en">the public keys</span>
</ul>
<p><code>nianbao audit checkpoint --compare FILE</code></p>
<table>
<tr><th>条数 <span lang="en">entries</span><th>时间 <span lang="en">time</span></tr>
"""


def _page(checkpoints: Sequence[Checkpoint], keys: Sequence[LogKey]) -> str:
    name = escape(keys[-1].verifier.partition("+")[0]) if keys else ""
    rows = (
        f'<tr><td><a href="{EVERY}/{each.tree_size}">{each.tree_size}</a>'
        f'<td><time datetime="{iso_utc(each.made_at)}">'
        f"{each.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}</time></tr>\n"
        for each in reversed(checkpoints)
    )
    return _HEAD.format(name=name) + "".join(rows) + "</table>\n</html>\n"
