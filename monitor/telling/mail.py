"""Mails as RFC 5322 messages: text and HTML parts, attachments, headers that cannot be forged."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import Any
from urllib.parse import quote

import jinja2

from monitor.language import Bilingual, Language
from monitor.plain import plain
from monitor.rules.masking import mask
from monitor.telling.outbox import Mail
from storage.clock import SHANGHAI
from storage.leaf import cleaned
from storage.telling_settings import is_channel

_SUBJECT_LENGTH = 200
_ALSO = Bilingual("此外还有 %d 个", "And %d more")
_MORE = Bilingual("另有 %d 项，用 nianbao status 查看。", "%d more; 'nianbao status' lists them.")
_OF_URLS = "!#$%&'()*+,/:;=?@[]~"
"""What stands in URLs beside letters, digits and ``-._``."""
CLOSING = Bilingual(
    "由年报（nianbao）自动发出。关于年报的每一结论都有存档原件为证，请先核对原件再作处理。",
    "Sent automatically by nianbao. Every statement about a report rests on an archived original; "
    "look at it before you act.",
)
OWN_CLOSING = Bilingual("由年报（nianbao）自动发出。", "Sent automatically by nianbao.")
"""Of what is about the program itself, of which there are no originals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes
    cid: str | None = None
    """What the HTML part calls it by, ``cid:…``, if it is a picture shown there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says, before it has a recipient."""

    kind: str
    subject: str
    text: str
    html: str
    attachments: Sequence[Attachment] = ()
    number: int | None = None


def render(name: str, language: Language, **values: Any) -> tuple[str, str]:
    """Render the text and the HTML of the template ``name``; HTML is always escaped."""
    values = {
        "also": _ALSO,
        "more": _MORE,
        "closing": CLOSING,
        **values,
        "colon": "：" if language == "zh" else ": ",
        "t": lambda zh, en: zh if language == "zh" else en,
        "say": lambda both: _say(both, language),
        "language": language,
    }
    text = _environment().get_template(f"{name}.txt.j2").render(values)
    html = _environment().get_template(f"{name}.html.j2").render(values)
    return text, html


def address(letter: Letter, recipient: str, sender: str, window: str, now: datetime) -> Mail:
    """Return the letter as a mail to one recipient, or as the text for a channel.

    The Message-ID follows from recipient, window and content, so that composing the same letter
    again gives the same mail.
    """
    subject, text, html = cleaned([letter.subject, letter.text, letter.html])
    content = hashlib.sha256(f"{recipient}\x1f{window}\x1f{subject}\x1f{text}".encode()).hexdigest()
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message_id = f"<{content[:40]}@{domain}>"
    if is_channel(recipient):
        return Mail(
            kind=letter.kind,
            recipient=recipient,
            subject=plain(letter.subject)[:_SUBJECT_LENGTH],
            message_id=message_id,
            content=text.encode(),
            number=letter.number,
        )
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = plain(letter.subject)[:_SUBJECT_LENGTH]
    message["Date"] = format_datetime(now.astimezone(SHANGHAI))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(text, cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")
    _attach(message, letter.attachments)
    return Mail(
        kind=letter.kind,
        recipient=recipient,
        subject=plain(letter.subject),
        message_id=message_id,
        content=message.as_bytes(),
        number=letter.number,
    )


def _attach(message: EmailMessage, attachments: Sequence[Attachment]) -> None:
    """Put pictures beside the HTML part that shows them (RFC 2387), other files at the end."""
    parts = message.get_payload()
    page = parts[-1] if isinstance(parts, list) else message
    for attachment in sorted(attachments, key=lambda each: each.cid is None):
        main, _, sub = attachment.media_type.partition("/")
        name = plain(attachment.name)
        if attachment.cid is None:
            message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=name)
        elif isinstance(page, EmailMessage):
            page.add_related(
                attachment.content,
                maintype=main,
                subtype=sub,
                filename=name,
                disposition="inline",
                cid=f"<{attachment.cid}>",
            )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("monitor.telling"),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html.j2",)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["plain"] = _shown
    environment.filters["bare"] = plain
    environment.filters["day"] = lambda instant: f"{instant.astimezone(SHANGHAI):%Y-%m-%d}"
    environment.filters["minute"] = lambda instant: f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    environment.filters["link"] = _only_web
    return environment


def _shown(value: str | None) -> str:
    """Return a text as mails may show it: no control characters, no personal data.

    Names and reasons may hold the title of a page, and anything may stand in one.
    """
    return mask(plain(value))


def _only_web(url: str | None) -> str:
    """Return the URL if it is http or https, else nothing: mails link nowhere else.

    Characters that no URL may have (RFC 3986) are percent-encoded, so that it is one word.
    """
    if not url or not url.lower().startswith(("http://", "https://")):
        return ""
    return quote(url, safe=_OF_URLS, errors="replace")


def _say(both: Bilingual | Mapping[str, str] | str | None, language: Language) -> str:
    if both is None:
        return ""
    if isinstance(both, Bilingual):
        return both.in_language(language)
    return both if isinstance(both, str) else both[language]
