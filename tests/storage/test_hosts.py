"""Which hosts are official."""

import pytest

from storage.hosts import (
    host_of,
    is_bare_address,
    is_official_host,
    is_official_url,
    matches_host,
    registrable_site,
    same_site,
)


@pytest.mark.parametrize(
    ("url", "official"),
    [
        ("https://www.hejiang.gov.cn/gk/zfxxgknb/content_191767", True),
        ("http://WWW.WQX.GOV.CN/zfxxgk/", True),
        ("https://gov.cn.example.com/", False),
        ("https://fakegov.cn/", False),
        ("https://gov.cn/", False),
        (
            "http://bwm8.com/szsrmzf/szszfxxgknb/202203/88208a7911374caebbb3e25219457688.shtml",
            False,
        ),
        ("http://122.137.242.24:8080/pub/", False),
        ("ftp://www.hejiang.gov.cn/", False),
        ("javascript:alert(1)//x.gov.cn", False),
        ("http://user@evil.com/?x=.gov.cn", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_only_hosts_below_gov_cn_are_official_of_themselves(url: str, official: bool) -> None:
    assert is_official_url(url) is official


def test_settings_and_registry_may_declare_further_hosts() -> None:
    patterns = ("*.example.cn", "122.137.242.24")
    assert is_official_host("a.b.example.cn", patterns)
    assert is_official_host("example.cn", patterns)
    assert not is_official_host("badexample.cn", patterns)
    assert is_official_host("122.137.242.24", patterns)
    assert not matches_host("a.example.cn", "example.cn")


@pytest.mark.parametrize(
    ("host", "bare"),
    [("122.137.242.24", True), ("::1", True), ("[fe80::1%eth0]", True), ("1.gov.cn", False)],
)
def test_a_bare_address_is_told_from_a_name(host: str, bare: bool) -> None:
    assert is_bare_address(host) is bare


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("gk.www.xm.gov.cn", "xm.gov.cn"),
        ("www.china-zibo.gov.cn", "china-zibo.gov.cn"),
        ("a.b.example.com", "example.com"),
        ("a.example.cn", "example.cn"),
        ("www.sc.cn.example.com", "example.com"),
        ("x.foo.bj.cn", "foo.bj.cn"),
        ("10.0.0.1", "10.0.0.1"),
        ("localhost", "localhost"),
    ],
)
def test_the_registrable_site_is_what_one_owner_has(host: str, site: str) -> None:
    assert registrable_site(host) == site


def test_two_agencies_below_one_registered_name_are_one_site_and_others_are_not() -> None:
    assert same_site("gk.xm.gov.cn", "www.xm.gov.cn.")
    assert not same_site("xm.gov.cn", "qz.gov.cn")


def test_a_host_in_chinese_is_compared_in_ascii() -> None:
    assert host_of("https://政务.CN/x") == "xn--zfr164b.cn"
    assert host_of("https://" + "政" * 100 + ".cn/") is None
