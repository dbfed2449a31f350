from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlencode

import pytest

from storage.archive import Archive, DirectoryArchive, open_archive
from tests.storage.archive.places import Directory, InBucket, Place
from tests.storage.archive.s3_forward import other_server
from tests.storage.archive.s3_server import Server, s3_server

MakeInBucket = Callable[..., InBucket]


@pytest.fixture(scope="package")
def running() -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        _keys(patch)
        with s3_server() as server:
            yield server


def _keys(patch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        patch.delenv(name, raising=False)
    other = other_server()
    patch.setenv("AWS_ACCESS_KEY_ID", unquote(other.username or "") if other else "test")
    patch.setenv("AWS_SECRET_ACCESS_KEY", unquote(other.password or "") if other else "test")
    patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    patch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    running.requests.clear()
    yield running
    running.troubles.clear()


@pytest.fixture
def in_bucket(server: Server) -> MakeInBucket:
    """A maker of archives, each in a bucket of its own."""

    def make(
        *, lock: bool = False, prefix: str = "nian bao/年报", bucket: str = "", **options: str
    ) -> InBucket:
        bucket = bucket or server.bucket(lock=lock)
        query = urlencode({"endpoint_url": server.url, "region": "us-east-1", **options})
        url = f"s3://{bucket}/{prefix}?{query}"
        return InBucket(open_archive(url), url, server.client, bucket, f"{prefix}/")

    return make


@pytest.fixture(params=["directory", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An archive of either kind."""
    if request.param == "directory":
        return Directory(DirectoryArchive(tmp_path / "archive"))
    make: MakeInBucket = request.getfixturevalue("in_bucket")
    return make()


@pytest.fixture
def archive(place: Place) -> Archive:
    return place.archive
