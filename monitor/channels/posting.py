"""Delivery to groups and webhooks through Apprise, with what the service answered.

Apprise says only whether a service took a message, and takes the status 200 for that; the group
robots of WeCom, DingTalk and Feishu answer 200 with an error in the body. So the exchanges are
looked at: what was refused for good, what may be tried again, and what nobody knows. Apprise knows
the URLs, keys and signatures of the robots; what they are asked (``groups``) is ours, as Apprise
has no Markdown for WeCom and writes each Chinese character as six bytes. No URL of a channel,
which holds its key, comes into a message or a log.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NewConnectionError,
    ProxyError,
    SSLError,
)

from monitor.channels.attempt import Attempt, Delivery
from monitor.channels.groups import Part, group_of, request_of
from monitor.channels.text import scheme_of
from monitor.plain import plain

CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0
_NOT_SENT = (ConnectTimeoutError, NewConnectionError, ProxyError, SSLError)
"""What fails before anything was handed over."""
SERVICES = {
    "wecombot": ("wecombot", "NotifyWeComBot"),
    "dingtalk": ("dingtalk", "NotifyDingTalk"),
    "feishu": ("feishu", "NotifyFeishu"),
    "lark": ("lark", "NotifyLark"),
    "json": ("custom_json", "NotifyJSON"),
    "jsons": ("custom_json", "NotifyJSON"),
    "form": ("custom_form", "NotifyForm"),
    "forms": ("custom_form", "NotifyForm"),
    "xml": ("custom_xml", "NotifyXML"),
    "xmls": ("custom_xml", "NotifyXML"),
}
"""By scheme, module and class of Apprise; those whose answers are understood here."""
_LONGEST_DETAIL = 300
_ERROR_CODES = ("errcode", "code", "StatusCode")
_BUSY = {
    "wecombot": {-1, 45009, 45033},
    "dingtalk": {-1, 90018, 90030, 130101, 130102, 410100},
    "feishu": {11232, 11233, 230020, 99991400},
    "lark": {11232, 11233, 230020, 99991400},
}
"""Error codes in the body that mean: too many, or too busy. Others but 0 are refusals."""
_MAY_BE_BUSY, _TOO_MANY = {"feishu": {9499}, "lark": {9499}}, re.compile(rb"(?i)too many|frequen")
"""Feishu has one code for a malformed request and for too many, told apart by the words."""
_RETRIED = frozenset({408, 425, 429})

_seen: ContextVar[list["_Exchange"] | None] = ContextVar("exchanges of a delivery", default=None)


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One request of Apprise: an answer, or why there is none."""

    status: int | None
    body: bytes
    problem: BaseException | None


class ChannelError(Exception):
    """A channel cannot be used at all as it is set."""


def require_usable(url: str) -> None:
    """Make sure that a URL names a service, with what that needs.

    Raises:
        ChannelError: if it does not; the URL is not quoted.
    """
    _service(url)


def post(url: str, part: Part) -> Attempt:
    """Try once to post a part.

    Args:
        url: of the channel, as Apprise has it.
        part: no longer than the service takes (``text.parts_of``).

    Raises:
        ChannelError: if the URL names no service.
    """
    service = _service(url)
    if group_of(url) is not None:
        attempt = _outcome(url, _ask(service, url, part))
    else:
        with _watched() as exchanges:
            taken = service.notify(body=part.body, title=part.title)
        outcomes = [_outcome(url, exchange) for exchange in exchanges]
        attempt = _together(outcomes, taken=bool(taken))
    return Attempt(delivery=attempt.delivery, detail=_without_key(attempt.detail, url))


def _ask(service: Any, url: str, part: Part) -> _Exchange:
    """Ask the robot of a group."""
    group = group_of(url)
    assert group is not None
    address, params = _address(service, scheme_of(url))
    try:
        answer = requests.post(
            address,
            params=params,
            data=request_of(group.payload(part)),
            headers={"Content-Type": "application/json; charset=utf-8"},
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            verify=service.verify_certificate,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        return _Exchange(None, b"", error)
    return _Exchange(answer.status_code, answer.content, None)


def _address(service: Any, scheme: str) -> tuple[str, dict[str, str] | None]:
    """Return where a robot is asked, as Apprise knows it, and the signature if it wants one."""
    if scheme == "wecombot":
        return service.api_url, None
    if scheme == "lark":
        return service.webhook_url, None
    address = service.notify_url.format(token=service.token)
    if scheme == "dingtalk" and service.secret:
        timestamp, signature = service.get_signature()
        return address, {"timestamp": timestamp, "sign": signature}
    return address, None


def _is_group(url: str) -> bool:
    return scheme_of(url) in _BUSY


def _service(url: str) -> Any:
    scheme = scheme_of(url)
    if scheme not in SERVICES:
        known = ", ".join(f"{name}://" for name in SERVICES)
        msg = f"no channel is reached by {scheme}:// URLs, only by {known}"
        raise ChannelError(msg)
    plugin = _plugin(*SERVICES[scheme])
    parsed = plugin.parse_url(url)
    if not parsed:
        msg = f"this is no complete {scheme}:// URL"
        raise ChannelError(msg)
    try:
        service = plugin(**parsed)
    except TypeError as error:  # so Apprise says that a part of the URL is not as it should be
        msg = f"this {scheme}:// URL is not as the service gives it out"
        raise ChannelError(msg) from error
    service.socket_connect_timeout = CONNECT_SECONDS
    service.socket_read_timeout = READ_SECONDS
    return service


@cache
def _plugin(module: str, name: str) -> Any:
    """Load one service of Apprise, not all hundred, and let no library say URLs."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    return getattr(import_module(f"apprise.plugins.{module}"), name)


@contextmanager
def _watched() -> Iterator[list[_Exchange]]:
    """Note the requests that are made within, in this thread."""
    exchanges: list[_Exchange] = []
    token = _seen.set(exchanges)
    usual = requests.sessions.Session.request
    requests.sessions.Session.request = _watching(usual)  # type: ignore[method-assign]
    try:
        yield exchanges
    finally:
        requests.sessions.Session.request = usual  # type: ignore[method-assign]
        _seen.reset(token)


def _watching(usual: Callable[..., requests.Response]) -> Callable[..., requests.Response]:
    def request(session: requests.Session, *arguments: Any, **options: Any) -> requests.Response:
        exchanges = _seen.get()
        try:
            answer = usual(session, *arguments, **options)
        except requests.RequestException as error:
            if exchanges is not None:
                exchanges.append(_Exchange(None, b"", error))
            raise
        if exchanges is not None:
            exchanges.append(_Exchange(answer.status_code, answer.content, None))
        return answer

    return request


def _outcome(url: str, exchange: _Exchange) -> Attempt:
    if exchange.status is None:
        return _unanswered(exchange.problem)
    status = exchange.status
    detail = plain(f"HTTP {status} {exchange.body[:_LONGEST_DETAIL].decode(errors='replace')}")
    code = _error_code(exchange.body) if _is_group(url) else 0
    if status >= 500 or status in _RETRIED or _is_busy(scheme_of(url), code, exchange.body):
        return Attempt(delivery=Delivery.LATER, detail=detail)
    if not 200 <= status < 300:
        return Attempt(delivery=Delivery.REFUSED, detail=detail)
    if code is None:  # such as the page of a gate on the way
        return Attempt(
            delivery=Delivery.UNCERTAIN,
            detail=f"the answer is not one that the service gives: {detail}",
        )
    if code == 0:
        return Attempt(delivery=Delivery.SENT, detail=f"HTTP {status}")
    return Attempt(delivery=Delivery.REFUSED, detail=detail)


def _is_busy(scheme: str, code: int | None, body: bytes) -> bool:
    if code in _BUSY.get(scheme, ()):
        return True
    return code in _MAY_BE_BUSY.get(scheme, ()) and _TOO_MANY.search(body) is not None


def _unanswered(problem: BaseException | None) -> Attempt:
    """Tell whether a message may have gone out before its exchange failed."""
    reason = problem.args[0] if problem is not None and problem.args else problem
    cause = reason.reason if isinstance(reason, MaxRetryError) else reason
    if isinstance(problem, requests.ConnectTimeout) or isinstance(cause, _NOT_SENT):
        return Attempt(delivery=Delivery.LATER, detail=f"no connection: {type(cause).__name__}")
    kind = type(problem).__name__
    return Attempt(
        delivery=Delivery.UNCERTAIN,
        detail=f"the answer was lost after the message went out: {kind}",
    )


def _error_code(body: bytes) -> int | None:
    """Return the error code in the answer of a group robot: 0 if all is well, None if none."""
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    said = (
        [answer[key] for key in _ERROR_CODES if key in answer] if isinstance(answer, dict) else []
    )
    codes = [code for code in said if isinstance(code, int)]
    return next((code for code in codes if code != 0), 0 if codes else None)


def _together(outcomes: list[Attempt], *, taken: bool) -> Attempt:
    """Return what several exchanges for one message come to; usually there is one."""
    if not outcomes:
        said = "the service took it" if taken else "the service did not say what became of it"
        return Attempt(delivery=Delivery.SENT if taken else Delivery.UNCERTAIN, detail=said)
    bad = [each for each in outcomes if each.delivery is not Delivery.SENT]
    if not bad:
        return outcomes[-1]
    if len(bad) < len(outcomes):
        return Attempt(delivery=Delivery.UNCERTAIN, detail=f"a part arrived: {bad[0].detail}")
    return bad[0]


def _without_key(text: str, url: str) -> str:
    """Return what may be shown: a service may send back the key that it was asked with."""
    for part in sorted(set(re.split(r"[^A-Za-z0-9_-]+", url)), key=len, reverse=True):
        if len(part) >= 6:
            text = text.replace(part, "***")
    return text[:_LONGEST_DETAIL]
