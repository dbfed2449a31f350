"""What ``nianbao audit verify`` says of how far the log is covered."""

from collections.abc import Iterator

from monitor.language import Bilingual
from storage.clock import SHANGHAI
from storage.evidence.holders import Holder
from storage.verification import Coverage

_GIVEN = {"mail": Bilingual("寄给", "mailed to"), "published": Bilingual("公布于", "published in")}


def covered(found: Coverage) -> Iterator[Bilingual]:
    """Yield a line for each part of the log, by who could notice that it was cut off."""
    if found.held:
        zh = "；".join(_given(each).zh for each in found.holders)
        en = "; ".join(_given(each).en for each in found.holders)
        yield Bilingual(
            f"日志第 {_span(0, found.held)} 条：其检查点已交给别人（{zh}），"
            "有人留存即可看出增删改动。",
            f"log entries {_span(0, found.held)}: others were given a checkpoint over them ({en}); "
            "whoever kept it can tell any change.",
        )
    if found.checkpointed > found.held:
        stamped = Bilingual("", "")
        if found.stamped > found.held:
            stamped = Bilingual(
                f"；至第 {found.stamped - 1} 条有时间戳，但令牌也只存在这里",
                f"; a time stamp covers them to entry {found.stamped - 1}, but lies here too",
            )
        span = _span(found.held, found.checkpointed)
        yield Bilingual(
            f"日志第 {span} 条：检查点只存在这里，连同检查点一起被截去时无人能看出{stamped.zh}。",
            f"log entries {span}: the checkpoints over them lie here only; cut off together with "
            f"them, nobody could tell{stamped.en}.",
        )
    if found.entries > found.checkpointed:
        span = _span(found.checkpointed, found.entries)
        yield Bilingual(
            f"日志第 {span} 条：还没有检查点，从末尾截去时看不出；"
            "下一次抓取或 checkpoint 任务会作出。",
            f"log entries {span}: under no checkpoint yet; cut off, nothing would tell. The next "
            "crawl, or the job 'checkpoint', makes one.",
        )


def _span(first: int, end: int) -> str:
    return str(first) if end - first == 1 else f"{first}-{end - 1}"


def _given(holder: Holder) -> Bilingual:
    how = _GIVEN.get(holder.kind, Bilingual(holder.kind, holder.kind))
    day = holder.at.astimezone(SHANGHAI).strftime("%Y-%m-%d")
    return Bilingual(f"{how.zh} {holder.who}，{day}", f"{how.en} {holder.who}, {day}")
