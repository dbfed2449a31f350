"""What is of an archive in S3-compatible storage alone, against a real server."""

import hashlib
import sys
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

import storage.archive.bucket
import storage.archive.s3
from storage.archive import (
    ArchiveError,
    ArchiveUrlError,
    DamagedOriginal,
    LockedOriginal,
    open_archive,
)
from storage.archive.bucket import Bucket
from storage.archive.s3_place import parse_place
from tests.storage.archive.conftest import MakeInBucket
from tests.storage.archive.s3_forward import other_server
from tests.storage.archive.s3_server import Server, Start, refusal

BODY = b"report" * 50
SHA256 = hashlib.sha256(BODY).hexdigest()
PATH = f"originals/{SHA256[:2]}/{SHA256}"


of_moto = pytest.mark.skipif(
    other_server() is not None, reason="of what not every store has, or of moto's own"
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between attempts are not waited for."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


@pytest.fixture
def another_client() -> Iterator[None]:
    """For what is read when a client is made, which takes long: it is kept otherwise."""
    storage.archive.bucket._client.cache_clear()
    yield
    storage.archive.bucket._client.cache_clear()


def times(number: int, trouble: Any) -> Any:
    """Return a trouble that comes so many times, then no more."""
    left = [number]

    def answer(environ: dict[str, Any], start: Start) -> Iterable[bytes] | None:
        if left[0] <= 0:
            return None
        left[0] -= 1
        return trouble(environ, start)  # type: ignore[no-any-return]

    return answer


def only(method: str, trouble: Any) -> Any:
    """Return a trouble of one kind of request."""
    return lambda environ, start: (
        trouble(environ, start) if environ["REQUEST_METHOD"] == method else None
    )


@of_moto
def test_the_store_is_given_the_hash_and_checks_it(
    in_bucket: MakeInBucket, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = in_bucket()
    place.archive.put(BODY)
    head = server.client.head_object(**place.at(PATH), ChecksumMode="ENABLED")
    assert head["ChecksumSHA256"] == storage.archive.bucket.checksum(BODY)

    monkeypatch.setattr(storage.archive.bucket, "checksum", lambda _: "A" * 43 + "=")
    with pytest.raises(ArchiveError, match="damaged on their way"):
        place.archive.put(b"other")
    assert {file.sha256 for file in place.archive.files()} == {SHA256}


@of_moto
def test_known_bytes_cost_one_request_and_no_transfer(
    in_bucket: MakeInBucket, server: Server
) -> None:
    place = in_bucket()
    place.archive.put(BODY)
    server.requests.clear()

    place.archive.put(BODY)

    assert [method for method, _ in server.requests] == ["HEAD"]


@of_moto
def test_an_object_that_came_meanwhile_is_not_overwritten(
    in_bucket: MakeInBucket, server: Server
) -> None:
    place = in_bucket()
    other: list[int] = []
    bucket = Bucket(parse_place(place.url))

    def overtake(environ: dict[str, Any], start: Start) -> None:
        if environ["REQUEST_METHOD"] == "PUT" and "pending" in environ["PATH_INFO"] and not other:
            other.append(1)
            bucket.add(PATH, BODY, locked=False)
            server.client.put_object_tagging(
                **place.at(PATH), Tagging={"TagSet": [{"Key": "whose", "Value": "theirs"}]}
            )

    server.troubles.append(overtake)
    assert place.archive.put(BODY) == SHA256

    tags = server.client.get_object_tagging(**place.at(PATH))["TagSet"]
    assert tags == [{"Key": "whose", "Value": "theirs"}]
    with pytest.raises(storage.archive.bucket.Exists):
        bucket.add(PATH, b"forged", locked=False)
    assert place.archive.get(SHA256) == BODY


def test_a_forged_object_that_came_meanwhile_is_put_aside(
    in_bucket: MakeInBucket, server: Server
) -> None:
    place = in_bucket()

    def overtake(environ: dict[str, Any], start: Start) -> None:
        if environ["REQUEST_METHOD"] == "PUT" and "pending" in environ["PATH_INFO"]:
            server.troubles.clear()
            place.write(PATH, b"forged")

    server.troubles.append(overtake)
    place.archive.put(BODY)

    assert place.archive.get(SHA256) == BODY
    assert [place.read(each) for each in place.archive.set_aside()] == [b"forged"]


def test_a_store_that_knows_no_conditions_is_used_without(
    in_bucket: MakeInBucket, server: Server
) -> None:
    refuse = refusal("501 Not Implemented", "NotImplemented")
    server.troubles.append(
        lambda environ, start: refuse(environ, start) if "HTTP_IF_NONE_MATCH" in environ else None
    )
    place = in_bucket()

    place.archive.put_many([BODY, b"other"])

    assert place.archive.get(SHA256) == BODY
    assert place.archive.pending() >= {SHA256}


def test_a_store_that_knows_no_conditions_writes_nothing_over(
    in_bucket: MakeInBucket, server: Server
) -> None:
    """As OpenStack Swift: what is there is asked for first, and a damaged one put aside."""
    refuse = refusal("501 Not Implemented", "NotImplemented")
    server.troubles.append(
        lambda environ, start: refuse(environ, start) if "HTTP_IF_NONE_MATCH" in environ else None
    )
    place = in_bucket()
    place.write(PATH, b"damaged")

    place.archive.put(BODY)

    assert place.archive.get(SHA256) == BODY
    assert [place.read(each) for each in place.archive.set_aside()] == [b"damaged"]


def test_an_answer_that_was_lost_after_the_bytes_were_kept_is_no_conflict(
    in_bucket: MakeInBucket, server: Server
) -> None:
    place = in_bucket()
    kept: list[str] = []

    def lose(environ: dict[str, Any], start: Start) -> Iterable[bytes] | None:
        if environ["REQUEST_METHOD"] != "PUT" or "originals" not in environ["PATH_INFO"] or kept:
            return None
        kept.append(environ["PATH_INFO"])
        place.write(PATH, BODY)
        start("200 OK", [("Content-Length", "100")])
        return [b""]  # and the connection ends

    server.troubles.append(lose)
    assert place.archive.put(BODY) == SHA256
    assert kept
    assert place.archive.get(SHA256) == BODY
    assert place.archive.set_aside() == []


@pytest.mark.parametrize("date", ["Sun, 22 Nov 2026 18:24:23 GMT, Sun, 22 Nov 2026 18:24:23 GMT",
                                  "Sun, 22 Nov 2026 18:24:23 -0000", "soon"])  # fmt: skip
def test_the_clock_of_a_store_behind_a_proxy_is_read(
    in_bucket: MakeInBucket, monkeypatch: pytest.MonkeyPatch, date: str
) -> None:
    bucket = Bucket(parse_place(in_bucket().url))
    answer = {"ResponseMetadata": {"HTTPHeaders": {"date": date}}}
    monkeypatch.setattr(bucket, "_ask", lambda _: answer)
    assert abs(bucket.now() - datetime.now(UTC)) < timedelta(days=36_500)


@pytest.mark.parametrize(
    "trouble",
    [
        refusal("503 Slow Down", "SlowDown"),
        refusal("500 Internal Server Error", "InternalError"),
        refusal("429 Too Many Requests", "Throttling"),
    ],
)
def test_what_a_busy_store_refuses_is_asked_again(
    in_bucket: MakeInBucket, server: Server, trouble: Any
) -> None:
    place = in_bucket()
    server.troubles.append(times(3, trouble))

    place.archive.put(BODY)

    assert place.archive.get(SHA256) == BODY


@pytest.mark.parametrize(
    ("status", "code", "en", "zh"),
    [
        ("503 Slow Down", "SlowDown", "try again later", "稍后再试"),
        ("403 Forbidden", "AccessDenied", "s3:PutObject", "没有权限"),
        ("403 Forbidden", "SignatureDoesNotMatch", "refuses the keys", "不认可密钥"),
        ("403 Forbidden", "RequestTimeTooSkewed", "clock", "时钟"),
        ("301 Moved", "PermanentRedirect", "region", "region"),
        ("507 Insufficient Storage", "XMinioStorageFull", "full", "已满"),
        ("507 Insufficient Storage", "Whatever", "full", "已满"),
        ("400 Bad Request", "Whatever", "refused", "拒绝"),
    ],
)
def test_each_refusal_names_the_place_and_the_remedy(
    in_bucket: MakeInBucket, server: Server, status: str, code: str, en: str, zh: str
) -> None:
    place = in_bucket()
    kept = place.archive.put(b"kept")
    server.troubles.append(only("PUT", refusal(status, code)))

    with pytest.raises(ArchiveError, match=en) as caught:
        place.archive.put(BODY)

    assert f"s3://{place.bucket}" in caught.value.en
    assert zh in caught.value.zh
    assert place.archive.get(kept) == b"kept"
    assert {file.sha256 for file in place.archive.files()} == {kept}


def test_a_bucket_that_is_not_there_is_named(in_bucket: MakeInBucket) -> None:
    archive = in_bucket(bucket="no-such-bucket").archive

    for use in (
        lambda: archive.put(BODY),
        lambda: list(archive.files()),
        archive.checkpoints,
        archive.pending,
    ):
        with pytest.raises(ArchiveError, match=r"no-such-bucket.*no such bucket; make it"):
            use()


def test_a_name_that_no_bucket_can_have_is_a_matter_of_the_setting(
    in_bucket: MakeInBucket,
) -> None:
    with pytest.raises(ArchiveError, match="check bucket name"):
        in_bucket(bucket="a b").archive.get(SHA256)


def test_a_server_that_is_not_there_is_told(in_bucket: MakeInBucket) -> None:
    archive = open_archive("s3://bucket/x?endpoint_url=http://127.0.0.1:9&region=us-east-1")

    with pytest.raises(ArchiveError, match=r"s3://bucket/x.*cannot be reached") as caught:
        archive.put(BODY)
    assert "endpoint_url" in caught.value.zh


@pytest.mark.usefixtures("another_client")
def test_a_server_that_says_nothing_is_given_up(
    in_bucket: MakeInBucket, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.archive.bucket, "READ_SECONDS", 0.2)
    monkeypatch.setattr(storage.archive.bucket, "ATTEMPTS", 2)
    archive, answered = in_bucket().archive, threading.Event()

    def silent(environ: dict[str, Any], start: Start) -> None:
        answered.wait(5)

    server.troubles.append(silent)
    with pytest.raises(ArchiveError, match="cannot be reached"):
        archive.put(BODY)
    answered.set()


@pytest.mark.usefixtures("another_client")
def test_without_keys_it_says_where_they_belong(
    in_bucket: MakeInBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = in_bucket().archive
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(ArchiveError, match="AWS_ACCESS_KEY_ID") as caught:
        archive.put(BODY)
    assert "密钥" in caught.value.zh


@of_moto
def test_keys_that_the_server_does_not_know_are_refused(
    in_bucket: MakeInBucket, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's own check of keys and signatures."""
    archive = in_bucket().archive
    requests.post(f"{server.url}/moto-api/reset-auth", data="0", timeout=10)
    try:
        with pytest.raises(ArchiveError, match="AWS_SECRET_ACCESS_KEY"):
            archive.put(BODY)
    finally:
        requests.post(f"{server.url}/moto-api/reset-auth", data="inf", timeout=10)


@of_moto
def test_a_download_that_breaks_off_goes_on_where_it_was(
    in_bucket: MakeInBucket, server: Server
) -> None:
    place = in_bucket()
    body = bytes(range(256)) * 20_000
    sha256 = place.archive.put(body)
    ranges: list[str] = []

    def torn(environ: dict[str, Any], start: Start) -> Iterable[bytes] | None:
        if environ["REQUEST_METHOD"] != "GET":
            return None
        ranges.append(environ.get("HTTP_RANGE", ""))
        if len(ranges) > 3:
            return None
        at = int(ranges[-1].removeprefix("bytes=").rstrip("-") or 0)
        start("200 OK", [("Content-Length", str(len(body) - at)), ("ETag", '"x"')])
        return [body[at : at + 1_000_000]]

    server.troubles.append(torn)
    server.troubles.append(lambda environ, start: environ.pop("HTTP_IF_MATCH", None) and None)
    assert place.archive.get(sha256) == body
    assert ranges == ["", "bytes=1000000-", "bytes=2000000-", "bytes=3000000-"]


def test_a_download_that_always_breaks_off_is_no_damage(
    in_bucket: MakeInBucket, server: Server
) -> None:
    place = in_bucket()
    place.archive.put(BODY)

    def torn(environ: dict[str, Any], start: Start) -> Iterable[bytes] | None:
        if environ["REQUEST_METHOD"] != "GET":
            return None
        start("200 OK", [("Content-Length", "300"), ("ETag", '"x"')])
        return [b"rep"]

    server.troubles.append(torn)
    with pytest.raises(ArchiveError, match="cannot be reached") as caught:
        place.archive.check(SHA256)
    assert not isinstance(caught.value, DamagedOriginal)


def test_a_sweep_leaves_the_marker_of_a_living_writer(
    in_bucket: MakeInBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = in_bucket()
    place.write(f"pending/{'0' * 64}", b"")
    unrecorded = place.archive.put(BODY)

    place.archive.sweep(lambda digests: ())
    assert place.archive.pending() == {"0" * 64, unrecorded}

    monkeypatch.setattr(storage.archive.s3, "DEAD", timedelta(seconds=-2))
    place.archive.sweep(lambda digests: ())
    assert place.archive.pending() == {unrecorded}


def test_lines_added_by_two_at_once_are_all_there(in_bucket: MakeInBucket, server: Server) -> None:
    place = in_bucket()
    second = open_archive(place.url)

    def overtake(environ: dict[str, Any], start: Start) -> None:
        if environ["REQUEST_METHOD"] == "PUT" and "checkpoints" in environ["PATH_INFO"]:
            server.troubles.clear()
            second.add_checkpoints(["1 a", "2 theirs"])

    server.troubles.append(overtake)
    place.archive.add_checkpoints(["1 a"])
    place.archive.add_checkpoints(["1 a", "2 theirs"])

    assert sorted(place.archive.checkpoints()) == ["1 a", "2 theirs"]


@of_moto
@pytest.mark.parametrize(
    ("options", "days"), [({"lock_days": "400"}, 400), ({"lock_until": "2999-12-31"}, 300_000)]
)
def test_the_store_locks_an_original_where_it_is_asked_to(
    in_bucket: MakeInBucket, server: Server, options: dict[str, str], days: int
) -> None:
    place = in_bucket(lock=True, object_lock="compliance", **options)
    place.archive.put_many([BODY])
    place.archive.settle([SHA256])
    assert place.archive.pending() == set()

    head = server.client.head_object(**place.at(PATH))
    assert head["ObjectLockMode"] == "COMPLIANCE"
    assert head["ObjectLockRetainUntilDate"] > datetime.now(UTC) + timedelta(days=days - 1)
    with pytest.raises(ClientError, match="AccessDenied"):
        server.client.delete_object(**place.at(PATH), VersionId=head["VersionId"])
    with pytest.raises(LockedOriginal, match="object lock") as refused:
        place.archive.remove(SHA256)
    assert refused.value.until == head["ObjectLockRetainUntilDate"]
    # whoever takes the lock out of the URL does not take it off the objects
    unlocked = open_archive(place.url.partition("&object_lock")[0])
    with pytest.raises(LockedOriginal, match="object lock"):
        unlocked.remove(SHA256)
    assert place.archive.get(SHA256) == BODY


@of_moto
def test_what_somebody_writes_over_a_locked_original_leaves_it_as_a_version(
    in_bucket: MakeInBucket, server: Server
) -> None:
    place = in_bucket(lock=True, object_lock="governance", lock_days="30")
    place.archive.put(BODY)
    first = server.client.head_object(**place.at(PATH))["VersionId"]
    place.write(PATH, b"forged")

    with pytest.raises(DamagedOriginal):
        place.archive.get(SHA256)
    place.archive.put(BODY)

    assert place.archive.get(SHA256) == BODY
    kept = server.client.get_object(**place.at(PATH), VersionId=first)
    assert kept["Body"].read() == BODY
    lock = server.client.head_object(**place.at(PATH))["ObjectLockMode"]
    assert lock == "GOVERNANCE"


def test_a_bucket_without_object_lock_is_refused_before_anything_is_kept(
    in_bucket: MakeInBucket,
) -> None:
    place = in_bucket(object_lock="governance", lock_days="30")

    with pytest.raises(ArchiveError, match="no object lock; turn it on"):
        place.archive.put(BODY)
    assert list(place.archive.files()) == []


def test_a_store_that_takes_a_lock_and_forgets_it_is_refused(
    in_bucket: MakeInBucket, server: Server
) -> None:
    """As OpenStack Swift, which answers the question about the lock with a list of objects."""
    place = in_bucket(object_lock="compliance", lock_days="30")

    def answer(environ: dict[str, Any], start: Start) -> Iterable[bytes] | None:
        if "object-lock" not in environ["QUERY_STRING"]:
            return None
        start("200 OK", [("Content-Type", "application/xml")])
        return [b"<ListBucketResult><Name>x</Name></ListBucketResult>"]

    server.troubles.append(answer)
    with pytest.raises(ArchiveError, match="no object lock; turn it on"):
        place.archive.put(BODY)
    assert list(place.archive.files()) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s3:///prefix", "s3://bucket/prefix"),
        ("s3://key:secret@bucket/prefix", "AWS_ACCESS_KEY_ID"),
        ("s3://bucket/x?endpoint=http://a", "unknown: endpoint"),
        ("s3://bucket/x?endpoint_url=a.example.cn", "endpoint_url must be"),
        ("s3://bucket/x?object_lock=governance", "lock_until"),
        ("s3://bucket/x?object_lock=forever&lock_days=1", "lock_until"),
        ("s3://bucket/x?lock_days=1", "object_lock"),
        ("s3://bucket/x?object_lock=compliance&lock_days=0", "lock_until"),
        ("s3://bucket/x?object_lock=compliance&lock_days=many", "lock_until"),
        ("s3://bucket/x?object_lock=compliance&lock_days=99999999999", "lock_until"),
        ("s3://bucket/x?object_lock=compliance&lock_until=soon", "lock_until"),
        ("s3://bucket/x?object_lock=compliance&lock_until=2035-01-01&lock_days=2", "lock_until"),
        ("s3://bucket/x#y", "s3://bucket/prefix"),
    ],
)
def test_a_url_that_cannot_be_used_says_why_and_no_secret(url: str, said: str) -> None:
    with pytest.raises(ArchiveUrlError, match=said) as caught:
        open_archive(url)
    assert "secret" not in caught.value.en + caught.value.zh
    assert "storage.archive_url" in caught.value.zh


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    for name in ("storage.archive.s3", "storage.archive.bucket"):
        monkeypatch.delitem(sys.modules, name)

    with pytest.raises(ArchiveUrlError, match=r"nianbao\[s3\]") as caught:
        open_archive("s3://bucket/x")
    assert "nianbao[s3]" in caught.value.zh


def test_a_directory_needs_no_such_library(monkeypatch: pytest.MonkeyPatch) -> None:
    place = parse_place("s3://bucket/%E5%B9%B4%E6%8A%A5/a/?region=cn-north-1")

    assert (place.bucket, place.prefix, place.region) == ("bucket", "年报/a/", "cn-north-1")
    assert place.name == "s3://bucket/年报/a"
