"""Mail addresses of persons: those at providers where anybody may have one."""

import re
from collections.abc import Iterator

_PROVIDERS = (
    *("qq.com", "vip.qq.com", "foxmail.com", "163.com", "vip.163.com", "126.com", "yeah.net"),
    *("sina.com", "sina.cn", "sohu.com", "139.com", "189.cn", "wo.cn", "aliyun.com", "21cn.com"),
    *("gmail.com", "outlook.com", "hotmail.com", "live.cn", "live.com", "msn.com", "icloud.com"),
    *("yahoo.com", "yahoo.cn", "yahoo.com.cn", "tom.com", "me.com"),
)
_PERSONAL = re.compile(
    r"(?<![\w.+-])(?P<name>[A-Za-z0-9][\w.+-]{0,63})\s?[@＠]\s?"
    rf"(?:{'|'.join(re.escape(each) for each in _PROVIDERS)})(?![\w-]|\.\w)",
    re.ASCII | re.IGNORECASE,
)


def find_mailboxes(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of the name before the @ of each address in ``text`` that may be a person's.

    Addresses at an office's own host are lawful content of a report and stay.
    """
    if "@" not in text and "＠" not in text:
        return
    for found in _PERSONAL.finditer(text):
        yield found.span("name")
