"""The rule about the host that a report stands on."""

from collections.abc import Iterator

from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import quote
from storage.hosts import OFFICIAL_SUFFIX, host_of, is_bare_address, is_official_host


@rule(
    "host-not-official",
    zh="非官方站点",
    en="not an official host",
    severity=Severity.ERROR,
    formats=ALL,
    basis="《政府网站发展指引》（国办发〔2017〕47号）；《政府信息公开条例》第二十四条",
    basis_2008="国务院令第492号第三十一条（由行政机关公布）；政府网站使用 .gov.cn 域名的通行要求",
    needs=frozenset({"publication"}),
)
def host_not_official(facts: Facts) -> Iterator[Finding]:
    """The report was found on a host that is not the government's.

    What it does: Looks whether the host is below .gov.cn or declared official in settings or
        registry; a bare IP address is only noted.
    Why it matters: Mirrors and hijacked hosts change texts; what stands there is not published.
    Legal basis: 国办发〔2017〕47号: government sites use .gov.cn domains.
    Example that fails: http://www.gov.cn.example.com/zwgk/t20240125_1.html
    Example that passes: https://www.example.gov.cn/zwgk/t20240125_1.html
    How to put it right: Publish on the government's own site, or declare the host in the settings.
    """
    publication = facts.publication
    assert publication is not None
    if not publication.url:
        yield not_applicable("没有发布网址。", "Its address is not known.")
        return
    evidence = Evidence(quote=quote(publication.url), url=publication.url)
    host = host_of(publication.url)
    if host is None:
        yield indeterminate(
            "发布网址无法解析。", "Its address is not a URL of a website.", evidence
        )
        return
    if host == OFFICIAL_SUFFIX or is_official_host(host, publication.official_hosts):
        return
    if is_bare_address(host):
        yield fail(
            f"年报发布在 IP 地址 {host} 上，无法确认是否为官方站点。",
            f"The report stands on the bare address {host}: whose site it is cannot be seen.",
            evidence,
            severity=Severity.INFO,
        )
        return
    yield fail(
        f"年报所在站点 {host} 不是政府网站域名（.gov.cn），也未登记为官方站点。",
        f"The report stands on {host}, which is neither a .gov.cn host nor declared official.",
        evidence,
    )
