"""Which addresses may be connected to."""

import asyncio
import ipaddress
import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.exceptions import CannotResolveHostError

from crawler import addresses
from crawler.addresses import CheckedResolver, refusal_of_address, refusal_of_host
from crawler.errors import AddressRefusedError

REFUSED = [
    "0.0.0.0",
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.168.1.1",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2001::1",
    "2002:a00:1::",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert refusal_of_address(address) is not None


@pytest.mark.parametrize("address", ["8.8.8.8", "1.25.240.11", "100.63.0.1", "2400:3200::1"])
def test_a_public_address_is_not_refused(address: str) -> None:
    assert refusal_of_address(address) is None


@given(st.ip_addresses())
def test_no_address_the_library_calls_private_gets_through(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if not address.is_global or address.is_multicast:
        assert refusal_of_address(str(address)) is not None


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost",
        "x.localhost",
        "printer.local",
        "intranet",
        "metadata.google.internal",
        "metadata",
        "instance-data",
        "127.1",
        "0x7f000001",
        "0177.0.0.1",
        "2130706433",
        "10.0.0.1",
        "::1",
        "999999999999",
    ],
)
def test_a_host_that_is_private_by_its_name_is_refused(host: str) -> None:
    assert refusal_of_host(host) is not None


@pytest.mark.parametrize("host", ["www.qinghe.gov.cn", "1.25.240.11", "local.gov.cn", "110.cn"])
def test_a_public_host_is_not_refused(host: str) -> None:
    assert refusal_of_host(host) is None


def test_a_name_that_resolves_to_a_private_address_gives_none() -> None:
    with pytest.raises(AddressRefusedError):
        asyncio.run(CheckedResolver(None).lookup("localhost"))


def test_a_private_address_is_given_where_it_is_allowed() -> None:
    resolver = CheckedResolver(None)
    resolver.allow_private = True
    assert "127.0.0.1" in asyncio.run(resolver.lookup("localhost"))


def test_a_proxy_of_the_environment_is_exempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://localhost:3128")
    assert asyncio.run(CheckedResolver(None).lookup("localhost"))


def test_a_name_that_is_not_known_is_said() -> None:
    with pytest.raises(CannotResolveHostError):
        asyncio.run(CheckedResolver(None).lookup("no-such-host.invalid"))


def test_a_name_does_not_wait_behind_those_nobody_answers_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = threading.Event()

    def asking(host: str, *_rest: object, **_options: object) -> list[tuple[object, ...]]:
        if host.startswith("gone"):
            over.wait()
            raise OSError("no answer")
        return [(0, 0, 0, "", ("1.25.240.11", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", asking)
    monkeypatch.setattr(addresses, "LOOKUP_TIMEOUT", 0.1)
    gone = addresses.LOOKUPS_AT_ONCE - 1  # more than the threads that the event loop has

    async def look_up() -> list[object]:
        resolver = CheckedResolver(None)
        names = [f"gone{number}.gov.cn" for number in range(gone)]
        asked = (resolver.lookup(name) for name in (*names, "www.qinghe.gov.cn"))
        try:
            return await asyncio.gather(*asked, return_exceptions=True)
        finally:
            over.set()

    *unknown, found = asyncio.run(look_up())

    assert all(isinstance(each, CannotResolveHostError) for each in unknown)
    assert found == ("1.25.240.11",)
