"""Time stamps of a real authority (OpenSSL), checked by us and by OpenSSL."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.clock import utc_now
from storage.signing.timestamps import (
    TimestampError,
    read_certificates,
    request_token,
    token_time,
)
from tests.storage.signing.authority import Authority, make_certificates, time_authority

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
DATA = b"nianbao/1\n42\nAAAA\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with time_authority(tmp_path_factory.mktemp("authority")) as found:
        yield found


def test_a_token_proves_the_time_to_us_and_to_openssl(authority: Authority, tmp_path: Path) -> None:
    roots = read_certificates(authority.ca_file.read_bytes())
    token = request_token(authority.url, DATA, roots)
    assert abs(token.at - utc_now()) < timedelta(minutes=1)
    response, data = tmp_path / "checkpoint.tsr", tmp_path / "checkpoint.note"
    response.write_bytes(token.response)
    data.write_bytes(DATA)
    checked = subprocess.run(
        ["openssl", "ts", "-verify", "-in", response, "-data", data, "-CAfile", authority.ca_file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in checked.stdout + checked.stderr


def test_a_token_over_other_data_proves_nothing(authority: Authority) -> None:
    roots = read_certificates(authority.ca_file.read_bytes())
    token = request_token(authority.url, DATA, roots)
    with pytest.raises(TimestampError):
        token_time(token.response, DATA + b"x", roots)


def test_a_changed_token_proves_nothing(authority: Authority) -> None:
    roots = read_certificates(authority.ca_file.read_bytes())
    token = request_token(authority.url, DATA, roots)
    for at in range(20, len(token.response), 97):
        changed = bytearray(token.response)
        changed[at] ^= 1
        try:
            told = token_time(bytes(changed), DATA, roots)
        except TimestampError:
            continue
        assert told == token.at  # a bit outside of all that is signed


def test_another_authority_is_not_believed(authority: Authority, tmp_path: Path) -> None:
    others = read_certificates(make_certificates(tmp_path).read_bytes())
    with pytest.raises(TimestampError):
        request_token(authority.url, DATA, others)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "ftp://example.org/", "no address"])
def test_an_authority_that_does_not_answer_is_named(url: str, authority: Authority) -> None:
    roots = read_certificates(authority.ca_file.read_bytes())
    with pytest.raises(TimestampError) as caught:
        request_token(url, DATA, roots)
    assert url in caught.value.en


def test_a_file_without_certificates_is_refused() -> None:
    with pytest.raises(TimestampError):
        read_certificates(b"-----BEGIN NOTHING-----\n")
