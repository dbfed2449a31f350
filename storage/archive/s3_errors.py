"""What an operator must do about an error of S3-compatible storage."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
    SSLError,
)
from urllib3.exceptions import HTTPError

from storage.archive.model import ArchiveError
from storage.archive.s3_place import Place

_CREDENTIALS = (
    "没有可用的密钥，请设置 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY 或 ~/.aws/credentials",
    "no keys were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ~/.aws/credentials",
)
_WRONG_KEY = (
    "服务器不认可密钥，请检查 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY",
    "the server refuses the keys; check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
)
_BUSY = (
    "服务器繁忙或出错，多次重试仍不成功，请稍后再试",
    "the server is busy or failing, also after several attempts; try again later",
)
_DAMAGED_ON_THE_WAY = (
    "传输中内容受损，服务器拒收，请检查网络",
    "the bytes were damaged on their way and refused; check the network",
)
_FULL = ("存储空间或配额已满，请扩容", "the storage or its quota is full; enlarge it")
_RIGHTS = "s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject"
_LOCK_RIGHTS = "s3:PutObjectRetention, s3:GetBucketObjectLockConfiguration"
NO_LOCK = "ObjectLockConfigurationNotFoundError"
_CODES = {
    "NoSuchBucket": (
        "没有这个存储桶，请先建立，或检查网址",
        "there is no such bucket; make it, or check the URL",
    ),
    "AccessDenied": (
        f"没有权限，需要 {_RIGHTS}；使用对象锁定时还需要 {_LOCK_RIGHTS}",
        f"no permission; it takes {_RIGHTS}, with object lock also {_LOCK_RIGHTS}",
    ),
    "InvalidAccessKeyId": _WRONG_KEY,
    "SignatureDoesNotMatch": _WRONG_KEY,
    "InvalidToken": _WRONG_KEY,
    "ExpiredToken": _WRONG_KEY,
    "RequestTimeTooSkewed": (
        "本机时钟与服务器相差太多，请校准时钟",
        "this machine's clock is too far from the server's; set it",
    ),
    "PermanentRedirect": ("region 不对，请检查网址", "the region is wrong; check the URL"),
    "AuthorizationHeaderMalformed": (
        "region 不对，请检查网址",
        "the region is wrong; check the URL",
    ),
    "BadDigest": _DAMAGED_ON_THE_WAY,
    "XAmzContentSHA256Mismatch": _DAMAGED_ON_THE_WAY,
    "XAmzContentChecksumMismatch": _DAMAGED_ON_THE_WAY,
    "QuotaExceeded": _FULL,
    "XMinioStorageFull": _FULL,
    NO_LOCK: (
        "存储桶没有启用对象锁定，请启用，或从网址中去掉 object_lock",
        "the bucket has no object lock; turn it on, or take object_lock out of the URL",
    ),
}
_CODES["403"] = _CODES["Forbidden"] = _CODES["AccessDenied"]
_CODES["InvalidDigest"] = _DAMAGED_ON_THE_WAY
_STORAGE_FULL = 507


@contextmanager
def explained(place: Place) -> Iterator[None]:
    """Turn what the store, or the way to it, says into what the operator must do.

    Raises:
        ArchiveError: instead of an error of the library; it names the place.
    """
    try:
        yield
    except ClientError as error:
        said = error.response.get("Error", {})
        reason = f"{said.get('Code')}: {said.get('Message')}"
        raise _error(place, reason, *_remedy(error)) from error
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound) as error:
        raise _error(place, str(error), *_CREDENTIALS) from error
    except (ParamValidationError, NoRegionError) as error:
        zh, en = "请检查网址中的存储桶名和 region", "check bucket name and region in the URL"
        raise _error(place, " ".join(str(error).split()), zh, en) from error
    except SSLError as error:
        zh, en = "服务器证书未通过验证", "the server's certificate did not verify"
        raise _error(place, str(error), zh, en) from error
    except (ConnectionError, HTTPClientError, HTTPError, IncompleteReadError) as error:
        zh = "无法连接服务器或传输中断，请检查网络和 endpoint_url"
        en = "the server cannot be reached, or breaks off; check the network and endpoint_url"
        raise _error(place, str(error), zh, en) from error
    except BotoCoreError as error:
        zh, en = "请检查网址", "check the URL"
        raise _error(place, " ".join(str(error).split()), zh, en) from error


def code_of(error: ClientError) -> str:
    """Return the code of an answer that is an error, such as ``NoSuchKey``; or its status."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """Return the HTTP status of an answer that is an error."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _remedy(error: ClientError) -> tuple[str, str]:
    known = _CODES.get(code_of(error))
    if known is not None:
        return known
    if status_of(error) == _STORAGE_FULL:
        return _FULL
    if status_of(error) >= 500 or code_of(error) in ("SlowDown", "Throttling", "RequestTimeout"):
        return _BUSY
    return ("服务器拒绝了请求", "the server refused the request")


def _error(place: Place, reason: str, zh: str, en: str) -> ArchiveError:
    return ArchiveError(
        f"档案 {place.name}：{zh}（{reason}）。", f"archive {place.name}: {en} ({reason})."
    )
