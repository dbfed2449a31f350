"""The demonstration: the commands a county office would give, on an invented county.

Every step is the ordinary command in a process of its own, so what is shown is what anybody gets.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from monitor.demo.county import (
    COUNTY,
    HOSTS,
    POLICE,
    TOWNS,
    WATER,
    ZONE,
    Publication,
    decoys,
    last_fiscal_year,
    publications,
    write_registry,
)
from monitor.demo.mailbox import mail_server
from monitor.demo.portals import HanwebPortal, PlainPortal, TrsPortal
from monitor.demo.sites import blocking_site, dead_site, entries
from monitor.language import Bilingual
from monitor.simulator.server import PortalServer, Site

MARKER = ".nianbao-demo"
"""Stands in a directory that an earlier demonstration made and a new one may replace."""

SETTINGS = """\
# The demonstration's settings; 'nianbao init' writes a file that explains every one.
language = "zh"

[crawler]
contact = "https://nianbao.example/contact"
delay = 0.0
timeout = 10.0
render = "never"
allow_private_addresses = true
# Every report is opened at every visit: what is altered minutes later is seen at once.
reopen_days = 0

[mail]
failures_before_alert = 1
host = "127.0.0.1"
port = {port}
security = "none"
sender = "nianbao@shifan.example"
to = ["supervision@shifan.example"]
operators = ["operator@shifan.example"]
"""


class DirectoryTakenError(Exception):
    """The directory holds something that the demonstration did not make."""


class StepFailedError(Exception):
    """A step ended otherwise than it should; the message names the command and its exit code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command, what it shows, and the exit codes that are right for the invented county."""

    says: Bilingual
    arguments: Sequence[str]
    right: frozenset[int] = frozenset({0})
    before: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the steps of the demonstration work with."""

    directory: Path
    mails: Path
    server: PortalServer
    mail_port: int
    today: date

    @property
    def workspace(self) -> Path:
        """The workspace that the steps make."""
        return self.directory / "workspace"

    @property
    def pack(self) -> Path:
        """The evidence pack that the last steps make."""
        return self.directory / "pack"

    @property
    def fiscal_year(self) -> int:
        """The year the demonstration is about."""
        return last_fiscal_year(self.today)


def sites(
    today: date, change: Callable[[Publication], Publication] = lambda item: item
) -> dict[str, Site]:
    """Return the invented portals by host name; ``change`` may alter what they publish."""
    published = [change(item) for item in publications(today)]
    lures = decoys(today)
    made: dict[str, Site] = {HOSTS[POLICE]: blocking_site, HOSTS[WATER]: dead_site}
    for portal, kind, name in (
        (COUNTY, TrsPortal, "示范县人民政府门户网站"),
        (ZONE, HanwebPortal, "示范经济开发区网站"),
        (TOWNS, PlainPortal, "示范县乡镇信息公开平台"),
    ):
        rows = entries(
            [item for item in published if item.portal == portal],
            [lure for lure in lures if lure.portal == portal],
        )
        made[HOSTS[portal]] = kind(name=name, host=HOSTS[portal], rows=rows)
    return made


@contextmanager
def stage(directory: Path, today: date) -> Iterator[Stage]:
    """Clear the directory and run the portals and a mail server beside it.

    Raises:
        DirectoryTakenError: if the directory holds something else.
    """
    _clear(directory)
    mails = directory / "mails"
    mails.mkdir(parents=True)
    (directory / MARKER).touch()
    with mail_server(mails) as port, PortalServer(sites(today)) as server:
        yield Stage(directory=directory, mails=mails, server=server, mail_port=port, today=today)


def steps(stage: Stage) -> list[Step]:
    """Return the steps in order."""
    year = str(stage.fiscal_year)
    registry = [str(path) for path in write_registry(stage.directory)]
    pack = str(stage.pack)
    return [
        Step(
            says=Bilingual("建立工作区", "make a workspace"),
            arguments=["init"],
        ),
        Step(
            says=Bilingual("导入网站和机关名录", "import portals and agencies"),
            arguments=["registry", "import", *registry],
            before=lambda: _write_settings(stage),
        ),
        Step(
            says=Bilingual(
                "抓取：五个网站，其中一个拒绝访问、一个无法访问",
                "crawl five portals, of which one blocks and one is down",
            ),
            arguments=["crawl"],
            right=frozenset({3}),
        ),
        Step(
            says=Bilingual("警示邮件", "mail the alerts"),
            arguments=["alerts"],
        ),
        Step(
            says=Bilingual(
                "一份年报公布后被悄悄改动；再抓取一次",
                "a report is altered after publication; crawl again",
            ),
            arguments=["crawl", "--portal", TOWNS],
            before=lambda: change_a_report(stage),
        ),
        Step(
            says=Bilingual("那份年报改了什么", "what was changed in it"),
            arguments=["audit", "history", "--agency", "sf-east", "--fiscal-year", year],
        ),
        Step(
            says=Bilingual("各机关状态", "where everybody stands"),
            arguments=["status", "--fiscal-year", year],
            right=frozenset({1}),
        ),
        Step(
            says=Bilingual("年报中的问题", "what is wrong in the reports"),
            arguments=["findings", "--fiscal-year", year, "--severity", "warning"],
            right=frozenset({1}),
        ),
        Step(
            says=Bilingual("发出周报", "mail the digest"),
            arguments=["digest"],
        ),
        Step(
            says=Bilingual("核验存档和日志", "verify archive and log"),
            arguments=["audit", "verify"],
        ),
        Step(
            says=Bilingual(
                "为未公布年报的机关导出证据包", "export the proof about the missing report"
            ),
            arguments=["audit", "export", "--agency", "sf-civil", "--fiscal-year", year, pack],
        ),
    ]


def run_step(stage: Stage, step: Step, language: str) -> int:
    """Run one step, its output going to the terminal.

    Raises:
        StepFailedError: if it ends with an exit code that is not right.
    """
    if step.before is not None:
        step.before()
    command = [
        *(sys.executable, "-P", "-m", "monitor.cli"),
        *("--workspace", str(stage.workspace), "--lang", language),
        *step.arguments,
    ]
    code = subprocess.run(command, env=_environment(stage), check=False).returncode
    if code not in step.right:
        msg = f"nianbao {' '.join(step.arguments)}: exit code {code}"
        raise StepFailedError(msg)
    return code


def verify_pack(stage: Stage) -> str:
    """Run the pack's own ``verify.py``, which needs nothing of this program.

    Raises:
        StepFailedError: if the pack does not verify.
    """
    done = subprocess.run(
        [sys.executable, "-I", "verify.py"],
        cwd=stage.pack,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        msg = f"verify.py: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        raise StepFailedError(msg)
    return done.stdout


def change_a_report(stage: Stage) -> None:
    """Let one township alter a number of its published report without a word."""

    def alter(item: Publication) -> Publication:
        if item.agency_id != "sf-east" or item.report.fiscal_year != stage.fiscal_year:
            return item
        disclosure = {
            row: dict(values) for row, values in item.report.tables["proactive_disclosure"].items()
        }
        before = disclosure["licensing"]["decisions"]
        disclosure["licensing"]["decisions"] = str(int(before) + 3)
        tables = {**item.report.tables, "proactive_disclosure": disclosure}
        return replace(item, report=replace(item.report, tables=tables))

    stage.server.sites.update(sites(stage.today, alter))


def _clear(directory: Path) -> None:
    if (directory / MARKER).exists():
        shutil.rmtree(directory)
    elif directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise DirectoryTakenError(directory)


def _write_settings(stage: Stage) -> None:
    text = SETTINGS.format(port=stage.mail_port)
    (stage.workspace / "nianbao.toml").write_text(text, encoding="utf-8")


def _environment(stage: Stage) -> dict[str, str]:
    """Return this process's environment with the invented portals as its only way out."""
    dropped = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.lower() not in dropped and not name.startswith("NIANBAO_")
    }
    return kept | {"HTTP_PROXY": stage.server.url, "http_proxy": stage.server.url}
