"""Cases of the rules about the labels and the index number of a page."""

from dataclasses import replace
from typing import Any

from monitor.rules.model import AgencyFacts
from tests.monitor.building import AGENCY
from tests.monitor.rules.cases.case import Case
from tests.monitor.rules.cases.columns import published

FILLED = {"articletitle": "年报", "pubdate": "2024-01-20 09:00", "contentsource": "示例县科技局"}


def _labelled(name: str, labels: dict[str, str] | None, outcome: str, **more: Any) -> Case:
    facts = published(labels=labels)
    return Case(name=name, rule="meta-missing", outcome=outcome, facts=facts, **more)


META = (
    _labelled("all three", FILLED, "pass"),
    _labelled("none", {}, "fail", severity="info", says="ArticleTitle、PubDate、ContentSource"),
    _labelled("one empty", {**FILLED, "contentsource": " "}, "fail", says="标签 ContentSource。"),
    _labelled("one left to its template", {**FILLED, "pubdate": "${doc.time}"}, "fail"),
    _labelled("no page", None, "not_applicable"),
    Case(name="a file alone", rule="meta-missing", outcome="not_applicable"),
)


def _site(code: str | None, outcome: str, **more: Any) -> Case:
    labels = {} if code is None else {"siteidcode": code}
    return Case(
        name=repr(code),
        rule="site-id-invalid",
        outcome=outcome,
        facts=published(labels=labels),
        **more,
    )


SITES = (
    _site("1101020002", "pass"),
    _site("bm12000001", "pass"),
    _site("BM12000001", "pass"),
    _site(" １１０１０２０００２ ", "pass"),
    _site("110102000212", "fail", severity="info", quote="110102000212", says="110102000212"),
    _site("京ICP备12345678号", "fail"),
    _site("bm1200000", "fail"),
    _site("", "not_applicable"),
    _site("{{siteId}}", "not_applicable"),
    _site(None, "not_applicable"),
    Case(name="a file alone", rule="site-id-invalid", outcome="not_applicable"),
)

OWN = "11341702486344515H"
OTHERS = "11370812004339255B"
BUREAU = AgencyFacts(id="tech", name=AGENCY, kind="department", credit_code=OWN)
NEIGHBOUR = AgencyFacts(id="edu", name="示例县教育局", kind="department")
OFFICE = AgencyFacts(id="office", name="示例县人民政府办公室", kind="government_office")


def _numbered(name: str, number: str | None, outcome: str, **more: Any) -> Case:
    agency = more.pop("agency", BUREAU)
    facts = published(index_number=number, index_owner=more.pop("owner", None))
    return Case(
        name=name,
        rule="index-number-agency",
        outcome=outcome,
        facts={**facts, "agency": agency},
        **more,
    )


INDEX = (
    _numbered("the agency's own", f"{OWN}/202110-00013", "pass"),
    _numbered("in small letters", f"{OWN.lower()}/202110-00013", "pass"),
    _numbered("nothing between code and number", f"{OWN}20211000013", "pass"),
    _numbered("a right code of nobody known", f"{OTHERS}/2024-1", "indeterminate"),
    _numbered(
        "another agency's", f"{OTHERS}/2024-1", "fail",
        owner=NEIGHBOUR, severity="info", says="属于示例县教育局", quote=OTHERS,
    ),
    _numbered("an office publishes for others", f"{OTHERS}/2024-1", "pass", owner=OFFICE),
    _numbered("reorganised since", f"{OTHERS}/2024-1", "indeterminate", owner=NEIGHBOUR,
              agency=replace(BUREAU, reorganised=True)),
    _numbered("the registry has no code", f"{OTHERS}/2024-1", "pass", owner=NEIGHBOUR,
              agency=replace(BUREAU, credit_code=None)),
    _numbered("a wrong check character", "11341702486344515A/2024-1", "fail", says="校验位错误"),
    _numbered("a wrong character and no code known", "11341702486344515A", "fail", agency=None),
    _numbered("digits alone", "113417024863445151/2024-1", "fail"),
    _numbered("digits that run on", "1134170248634451512024", "not_applicable"),
    _numbered("a code of the old kind", "01526482-8/2024-00012", "not_applicable"),
    _numbered("a company's", "91110000600007264E/2024-1", "not_applicable"),
    _numbered("none", None, "not_applicable"),
    Case(name="a file alone", rule="index-number-agency", outcome="not_applicable"),
)  # fmt: skip

ALL = (*META, *SITES, *INDEX)
