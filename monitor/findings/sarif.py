"""Findings in the Static Analysis Results Interchange Format (SARIF 2.1.0, OASIS 2020)."""

from collections.abc import Iterable, Sequence
from importlib import metadata
from typing import Any

from monitor.findings.judged import Judged
from monitor.language import Bilingual, Language
from monitor.plain import plain
from monitor.rules.contract import verdict_object
from monitor.rules.model import Outcome, Rule, Severity, Verdict

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MEDIA_TYPE = "application/sarif+json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_FINGERPRINT = "nianbao/v1"


def sarif_log(
    judged: Iterable[Judged], rules: Sequence[Rule], language: Language
) -> dict[str, Any]:
    """Return a log of one run: what failed, and as ``review`` what could not be judged.

    A place is a page with a box, an element path or an offset, and the section or cell by name;
    personal data is masked.
    """
    reports = list(judged)
    index = {rule.id: number for number, rule in enumerate(rules)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(rules, language)},
                "language": {"zh": "zh-CN", "en": "en"}[language],
                "columnKind": "unicodeCodePoints",
                "artifacts": [_artifact(report) for report in reports],
                "results": [
                    _result(report, number, verdict, index[verdict.rule], language)
                    for number, report in enumerate(reports)
                    for verdict in (*report.findings(), *report.unsure())
                ],
            }
        ],
    }


def _driver(rules: Sequence[Rule], language: Language) -> dict[str, Any]:
    return {
        "name": "nianbao",
        "version": metadata.version("nianbao"),
        "rules": [_rule(rule, language) for rule in rules],
    }


def _rule(rule: Rule, language: Language) -> dict[str, Any]:
    summary = (rule.judge.__doc__ or "").strip().partition("\n")[0]
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title.in_language(language)},
        "fullDescription": {"text": summary or rule.title.en},
        "help": {"text": rule.basis},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"version": rule.version, "formats": sorted(rule.formats)},
    }


def _artifact(report: Judged) -> dict[str, Any]:
    artifact: dict[str, Any] = {"location": {"uri": report.url or report.name}}
    if report.sha256:
        artifact["hashes"] = {"sha-256": report.sha256}
    if report.media_type:
        artifact["mimeType"] = report.media_type
    names = Bilingual(plain(report.report.title), plain(report.report.title))
    artifact["description"] = {"text": names.zh}
    return artifact


def _result(
    report: Judged, number: int, verdict: Verdict, rule_index: int, language: Language
) -> dict[str, Any]:
    told = verdict_object(verdict)
    failed = verdict.outcome is Outcome.FAIL
    return {
        "ruleId": verdict.rule,
        "ruleIndex": rule_index,
        "kind": "fail" if failed else "review",
        "level": _LEVELS[verdict.severity] if failed else "none",
        "message": {"text": plain(told[f"message_{language}"])},
        "locations": [_location(report, number, item) for item in told["evidence"]]
        or [{"physicalLocation": _artifact_location(report, number)}],
        "partialFingerprints": {_FINGERPRINT: report.fingerprint(verdict)},
        "properties": {
            "basis": verdict.basis,
            "overlay": verdict.overlay,
            "agency": report.agency,
            "fiscalYear": report.fiscal_year,
            "message_zh": plain(told["message_zh"]),
            "message_en": plain(told["message_en"]),
        },
    }


def _artifact_location(report: Judged, number: int) -> dict[str, Any]:
    return {"artifactLocation": {"uri": report.url or report.name, "index": number}}


def _location(report: Judged, number: int, evidence: dict[str, Any]) -> dict[str, Any]:
    physical = _artifact_location(report, number)
    region: dict[str, Any] = {}
    if evidence["offset"] is not None:
        region["charOffset"] = evidence["offset"]
    if evidence["quote"]:
        region["snippet"] = {"text": plain(evidence["quote"])}
    if "charOffset" in region:
        physical["region"] = region
    found: dict[str, Any] = {"physicalLocation": physical}
    parts = [evidence[name] for name in ("section", "row", "column") if evidence[name]]
    if parts:
        kind = "member" if evidence["row"] else "module"
        found["logicalLocations"] = [{"fullyQualifiedName": "/".join(parts), "kind": kind}]
    places = {name: evidence[name] for name in ("page", "bbox", "path") if evidence[name]}
    if evidence["quote"]:
        places["quote"] = plain(evidence["quote"])
    if places:
        found["properties"] = places
    return found
