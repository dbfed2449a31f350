"""Cases of the rules about where a report is published."""

from typing import Any

from monitor.rules.model import PublicationFacts
from tests.monitor.rules.cases.case import Case

RULE = "host-not-official"


def _at(url: str | None, outcome: str, *official: str, **more: Any) -> Case:
    publication = PublicationFacts(url=url, official_hosts=official)
    return Case(
        name=f"{url} {' '.join(official)}",
        rule=RULE,
        outcome=outcome,
        facts={"publication": publication},
        **more,
    )


HOSTS = (
    _at("https://www.example.gov.cn/a.html", "pass"),
    _at("HTTP://WWW.EXAMPLE.GOV.CN.:8080/a.html", "pass"),
    _at("https://www.gov.cn/a.html", "pass"),
    _at("https://hunan.chinatax.gov.cn/a.html", "pass"),
    _at(
        "http://www.gov.cn.example.com/a.html",
        "fail",
        severity="error",
        quote="gov.cn.example.com",
        says="www.gov.cn.example.com",
    ),
    _at("http://examplegov.cn/a.html", "fail"),
    _at("http://www.example.com/www.example.gov.cn/a.html", "fail"),
    _at("http://www.example.gov.cn@evil.example/a.html", "fail"),
    _at("https://www.example.com/a.html", "pass", "www.example.com"),
    _at("https://xx.example.com/a.html", "pass", "*.example.com"),
    _at("https://xx.example.com/a.html", "fail", "www.example.com"),
    _at("http://61.150.65.235/zfxxgk/1.html", "fail", severity="info"),
    _at("http://[2001:db8::1]/1.html", "fail", severity="info"),
    _at("http://61.150.65.235/zfxxgk/1.html", "pass", "61.150.65.235"),
    _at("javascript:void(0)", "indeterminate"),
    _at("http://[bad/", "indeterminate"),
    _at(None, "not_applicable"),
    Case(name="a file alone", rule=RULE, outcome="not_applicable"),
)
