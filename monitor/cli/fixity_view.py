"""What the commands about fixity print."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.cli.audit import say
from monitor.fixity import Round
from monitor.language import Bilingual, Language
from monitor.plain import plain
from storage.clock import SHANGHAI, iso_utc, utc_now
from storage.models import CopyName, Fixity, FixityCheck
from storage.upkeep.repairs import Repaired
from storage.upkeep.rota import Standing

RESULTS = {
    Fixity.SOUND: Bilingual("完好", "sound"),
    Fixity.DAMAGED: Bilingual("损坏", "damaged"),
    Fixity.LOST: Bilingual("丢失", "lost"),
    Fixity.UNREADABLE: Bilingual("无法读取", "unreadable"),
}
COPIES = {
    CopyName.ARCHIVE: Bilingual("档案", "archive"),
    CopyName.SECOND: Bilingual("第二副本", "second copy"),
}


def restored(done: Round | None) -> Sequence[Repaired]:
    """Return what a round found not to be sound; nothing without a round."""
    return done.unsound if done is not None else ()


def standing_object(each: Standing, days: int, never: int) -> dict[str, Any]:
    """Return how far the rota is in one copy, for ``--format jsonl``."""
    oldest = each.oldest
    return {
        "kind": "standing",
        "copy": each.copy.value,
        "fixity_days": days,
        "checked": each.checked,
        "in_time": each.in_time,
        "never_checked": never if each.copy is CopyName.ARCHIVE else None,
        "oldest_sha256": oldest.sha256 if oldest else None,
        "oldest_checked_at": iso_utc(oldest.checked_at) if oldest else None,
    }


def trouble_object(row: FixityCheck) -> dict[str, Any]:
    """Return an original that is not sound, for ``--format jsonl``."""
    return {
        "kind": row.result.value,
        "copy": row.copy.value,
        "sha256": row.sha256,
        "since": iso_utc(row.since),
        "checked_at": iso_utc(row.checked_at),
    }


def repaired_object(each: Repaired) -> dict[str, Any]:
    """Return what came of one original that was not sound, for ``--format jsonl``."""
    return {
        "kind": "repaired" if each.repaired else "not_repaired",
        "copy": each.copy.value,
        "sha256": each.sha256,
        "found": each.found.value,
        "problem_zh": each.problem.zh if each.problem else None,
        "problem_en": each.problem.en if each.problem else None,
    }


def repaired_line(each: Repaired, language: Language) -> str:
    """Say what came of one original that was not sound."""
    copy, found = COPIES[each.copy], RESULTS[each.found]
    if each.problem is None:
        text = Bilingual(
            f"{copy.zh}：{each.sha256} {found.zh}，已恢复。",
            f"{copy.en}: {each.sha256} was {found.en} and is restored.",
        )
    else:
        text = Bilingual(
            f"{copy.zh}：{each.sha256} {found.zh}，未能恢复：{each.problem.zh}",
            f"{copy.en}: {each.sha256} is {found.en} and could not be restored: {each.problem.en}",
        )
    return plain(text.in_language(language))


def print_standing(
    stand: Sequence[Standing],
    unsettled: Sequence[FixityCheck],
    done: Round | None,
    days: int,
    never: int,
    language: Language,
) -> None:
    """Print how far the rota is, what is not sound, and what a round has done."""
    now = utc_now()
    for each in restored(done):
        say(repaired_line(each, language))
    for row in unsettled:
        since = row.since.astimezone(SHANGHAI)
        copy, result = COPIES[row.copy], RESULTS[row.result]
        text = Bilingual(
            f"[{result.zh}] {copy.zh}：{row.sha256}（{since:%Y-%m-%d %H:%M} 发现）",
            f"[{result.en}] {copy.en}: {row.sha256} (found {since:%Y-%m-%d %H:%M})",
        )
        say(text.in_language(language))
    for place in stand:
        say(_standing_line(place, days, now).in_language(language))
    if never:
        say(
            Bilingual(
                f"档案：{never} 个从未核查。", f"archive: {never} were never hashed again."
            ).in_language(language)
        )
    if done is not None:
        say(_round_line(done, len(unsettled)).in_language(language))


def _standing_line(each: Standing, days: int, now: datetime) -> Bilingual:
    copy = COPIES[each.copy]
    if each.oldest is None:
        return Bilingual(f"{copy.zh}：尚未核查。", f"{copy.en}: nothing was checked yet.")
    age = (now - each.oldest.checked_at).days
    return Bilingual(
        f"{copy.zh}：{each.checked} 个原件中 {each.in_time} 个在 {days} 天内核查过；"
        f"最久的一个在 {age} 天前。",
        f"{copy.en}: {each.in_time} of {each.checked} originals were hashed again within "
        f"{days} days; the oldest check was {age} days ago.",
    )


def _round_line(done: Round, unsettled: int) -> Bilingual:
    restored = sum(each.repaired for each in done.unsound)
    copied = done.mirrored.copied if done.mirrored else 0
    return Bilingual(
        f"本次核查 {done.checked} 个（档案共 {done.originals} 个），恢复 {restored} 个，"
        f"补入第二副本 {copied} 个，仍有问题 {unsettled} 个。",
        f"hashed {done.checked} originals again (of {done.originals} in the archive), restored "
        f"{restored}, copied {copied} to the second copy, {unsettled} still in trouble.",
    )
