"""Messages as posts: numbered parts, each within what its service takes, nothing left out."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.channels.groups import GROUPS, Part, group_of, request_of
from monitor.channels.text import LONGEST_ELSEWHERE, parts_of

TITLE = "【年报警示】未公布5000份"
ENTRY = (
    "- 第{0}局 2023: 应于2024-01-31前公布。\n  依据: 条例第五十条\n  http://www.q.gov.cn/{0}.html\n"
)
LINES = "未公布年报 (300)\n" + "".join(ENTRY.format(number) for number in range(300))
SERVICES = ["wecombot://KEY", "wecombot://KEY?format=text", "dingtalk://KEY", "feishu://KEY"]


def counted(url: str, part: Part) -> int:
    """Return the bytes that the service counts."""
    group = group_of(url)
    if group is None:
        return len(part.body.encode())
    payload = group.payload(part)
    if url.startswith("wecom"):
        return len(payload[payload["msgtype"]]["content"].encode())
    return len(request_of(payload))


@pytest.mark.parametrize("url", [*SERVICES, "json://x"])
def test_a_long_text_is_divided_into_numbered_parts_and_nothing_is_left_out(url: str) -> None:
    parts = parts_of(url, TITLE, f"{TITLE}\n{LINES}")
    longest = {"wecombot": 4096, "dingtalk": 20_000, "feishu": 20_000}
    limit = 2048 if "format=text" in url else longest.get(url.partition(":")[0], LONGEST_ELSEWHERE)
    assert all(counted(url, part) <= limit for part in parts)
    assert [part.title for part in parts] == [
        f"{TITLE}（{number}/{len(parts)}）" for number in range(1, len(parts) + 1)
    ]
    assert "\n".join(part.body for part in parts) == LINES.strip()
    assert all(part.body.startswith(("- 第", "未公布年报")) for part in parts), "entries are whole"
    assert min(counted(url, part) for part in parts[:-1]) > limit * 0.8, "no more parts than needed"
    assert parts_of(url, TITLE, f"{TITLE}\n{LINES}") == parts


@pytest.mark.parametrize("url", [*SERVICES, "json://x"])
def test_the_subject_is_said_once_and_a_short_text_is_one_part(url: str) -> None:
    assert parts_of(url, "题", "题\n截至 2024\n\n文\n") == [
        Part(title="题", body="截至 2024\n\n文")
    ]
    assert parts_of(url, "题", "文") == [Part(title="题", body="文")]


def test_markdown_shows_headings_links_and_what_belongs_to_an_entry() -> None:
    text = (
        "截至 2024\n\n未公布 (1)\n- 民政局: 应于31日前公布。\n  网页: http://a.cn/x(1).html\n\n完"
    )
    content = GROUPS["wecombot"].payload(Part(title="题", body=text))["markdown"]["content"]
    assert content == (
        "**题**\n截至 2024\n\n**未公布 (1)**\n- 民政局: 应于31日前公布。\n"
        "> 网页: [a.cn](http://a.cn/x%281%29.html)\n\n完"
    )
    ding = GROUPS["dingtalk"].payload(Part(title="题", body=text))["markdown"]
    assert ding["title"] == "题"
    assert "**未公布 (1)**  \n- 民政局" in ding["text"]
    post = GROUPS["feishu"].payload(Part(title="题", body=text))["content"]["post"]["zh_cn"]
    assert post["title"] == "题"
    assert post["content"][4][1] == {
        "tag": "a",
        "text": "http://a.cn/x(1).html",
        "href": "http://a.cn/x(1).html",
    }


@pytest.mark.parametrize("url", SERVICES)
def test_a_name_calls_nobody_and_is_no_markup(url: str) -> None:
    hostile = (
        '<at user_id="all">所有人</at> <@all> **粗** ![图](http://evil.cn/x.png) `码` 138***00'
    )
    group = group_of(url)
    assert group is not None
    said = json.dumps(group.payload(Part(title=hostile, body=f"- {hostile}")), ensure_ascii=False)
    assert "<" not in said
    if url in SERVICES[0::2]:  # Markdown
        assert not re.search(r"!\[|`|\*\*粗|8\*", said)
        assert said.count("**") == 2


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="甲 a*<\n-[]h(：/.", max_size=900), st.sampled_from(SERVICES[:2]))
def test_whatever_the_text_no_part_is_too_long_and_all_of_it_is_there(text: str, url: str) -> None:
    text = text * 8
    parts = parts_of(url, "题", text)
    limit = 2048 if "format" in url else 4096
    assert all(counted(url, part) <= limit for part in parts)
    assert "".join("".join(part.body.split()) for part in parts) == "".join(text.split())
