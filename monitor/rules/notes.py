"""What the catalogue names and no program judges: notes for people."""

from collections.abc import Iterator

from monitor.rules.engine import ALL, NEW, documented
from monitor.rules.model import Facts, Finding


@documented(
    "landline-ok",
    zh="办公联系方式可以公开",
    en="office contacts are lawful",
    formats=ALL,
    basis="《政府信息公开条例》第十二条",
)
def landline_ok(_: Facts) -> Iterator[Finding]:
    """Telephone, fax, e-mail and address of an office are never a finding.

    What it does: Nothing is judged; rules on personal data leave office contacts alone.
    Why it matters: The guide must give them, and a report that repeats them does nothing wrong.
    Legal basis: 《政府信息公开条例》第十二条: office address, hours, telephone, fax, e-mail.
    Example that fails: 无; there is no report that fails.
    Example that passes: 联系电话：0000-1234567，地址：示例县人民路1号。
    How to put it right: Nothing is to be done.
    """
    return iter(())


@documented(
    "narrative-self-contradiction",
    zh="正文自相矛盾",
    en="the prose contradicts itself",
    formats=NEW,
    basis="《政府信息公开条例》第五十条；国办公开办函〔2021〕30号（内容准确）",
)
def narrative_self_contradiction(_: Facts) -> Iterator[Finding]:
    """The prose praises what it calls a shortcoming elsewhere.

    What it does: Nothing is judged by the program; it is an id for the note of a reader.
    Why it matters: A reader cannot tell which is true; but only a person can weigh the words.
    Legal basis: 《政府信息公开条例》第五十条.
    Example that fails: 及时、全面公开 in section one, 信息公开不够全面 in section five.
    Example that passes: Section one names what was done, section five what is still missing.
    How to put it right: Say precisely what was done and what was not.
    """
    return iter(())
