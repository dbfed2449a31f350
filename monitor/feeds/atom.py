"""Events as an Atom feed (RFC 4287). Pure."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from lxml import etree

from monitor.feeds.happened import Happened
from monitor.language import Bilingual, Language
from monitor.plain import plain

NAMESPACE = "http://www.w3.org/2005/Atom"
_IDS = uuid.UUID("6f3f6d3e-0a3b-5d0a-9a39-5b1f7d1c2a11")
"""The namespace of the ids of feeds and entries, fixed for ever (RFC 9562, version 5)."""
_TITLE = Bilingual("政府信息公开工作年度报告：事件", "Annual disclosure reports: events")
_WEB = ("http://", "https://")


def atom_feed(events: Sequence[Happened], language: Language, *, name: str, now: datetime) -> bytes:
    """Return the feed of some events, which are the newest first.

    ``name`` tells apart the feeds of a workspace. The same event has the same id in every feed of
    every workspace that recorded it alike.
    """
    updated = events[0].happened_at if events else now
    feed = etree.fromstring(f'<feed xmlns="{NAMESPACE}"/>')
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", "zh-CN" if language == "zh" else "en")
    _add(feed, "id", _urn(f"feed|{name}"))
    _add(feed, "title", _title(name).in_language(language))
    _add(feed, "updated", updated.isoformat())
    _add(_add(feed, "author"), "name", "nianbao")
    for event in events:
        _add_entry(feed, event, language)
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _title(name: str) -> Bilingual:
    if not name:
        return _TITLE
    return Bilingual(f"{_TITLE.zh}（{plain(name)}）", f"{_TITLE.en} ({plain(name)})")


def _add_entry(feed: etree._Element, event: Happened, language: Language) -> None:
    says = event.says.in_language(language)
    joint = "：" if language == "zh" else ": "
    title = plain(f"{event.about}{joint}{says}" if event.about else says)
    entry = _add(feed, "entry")
    _add(entry, "id", _urn(f"{event.fingerprint}|{event.happened_at.isoformat()}"))
    _add(entry, "title", title)
    _add(entry, "updated", event.happened_at.isoformat())
    _add(entry, "category").set("term", plain(event.kind))
    _add(entry, "summary", title)
    if event.url and event.url.lower().startswith(_WEB):
        link = _add(entry, "link")
        link.set("rel", "related")
        link.set("href", plain(event.url))


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = text
    return child


def _urn(text: str) -> str:
    return uuid.uuid5(_IDS, text).urn
