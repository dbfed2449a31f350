"""What decisions and their subjects are called, for people."""

from collections.abc import Mapping
from typing import Any

from monitor.language import Bilingual
from storage.clock import iso_utc
from storage.models import TriageAction, TriageDecision, TriageKind

ACTION_NAMES: Mapping[TriageAction, Bilingual] = {
    TriageAction.ACKNOWLEDGE: Bilingual("已知悉", "acknowledged"),
    TriageAction.SNOOZE: Bilingual("暂缓提醒", "put off"),
    TriageAction.WAIVE: Bilingual("豁免", "waived"),
    TriageAction.DISMISS: Bilingual("判定为误报", "dismissed as wrong"),
    TriageAction.CONFIRM: Bilingual("确认属实", "confirmed"),
    TriageAction.REOPEN: Bilingual("重新打开", "reopened"),
    TriageAction.ASSIGN: Bilingual("确认为该机关年报", "found to be its report"),
    TriageAction.RULE_OUT: Bilingual("排除：不是该机关年报", "ruled out as its report"),
}
KIND_NAMES: Mapping[TriageKind, Bilingual] = {
    TriageKind.FINDING: Bilingual("问题", "finding"),
    TriageKind.OBLIGATION: Bilingual("年报", "report"),
    TriageKind.PORTAL: Bilingual("网站", "portal"),
    TriageKind.REPORT: Bilingual("归属", "whose report"),
}


def told(decision: TriageDecision) -> Bilingual:
    """Say in one line who decided what, until when and why."""
    name = ACTION_NAMES[decision.action]
    zh = [f"{name.zh}（{decision.author}"]
    en = [f"{name.en} by {decision.author}"]
    if decision.approver:
        zh.append(f"，{decision.approver}批准")
        en.append(f", approved by {decision.approver}")
    if decision.until:
        zh.append(f"，至{decision.until}")
        en.append(f", until {decision.until}")
    zh.append("）")
    why = "；".join(part for part in (decision.reason, decision.evidence) if part)
    return Bilingual(
        "".join(zh) + (f"：{why}" if why else ""), "".join(en) + (f": {why}" if why else "")
    )


def decision_object(decision: TriageDecision) -> dict[str, Any]:
    """Return a decision as a JSON object."""
    return {
        "id": decision.id,
        "kind": decision.kind.value,
        "subject": decision.subject,
        "action": decision.action.value,
        "author": decision.author,
        "approver": decision.approver,
        "reason": decision.reason,
        "evidence": decision.evidence,
        "until": decision.until.isoformat() if decision.until else None,
        "decided_at": iso_utc(decision.decided_at),
    }
