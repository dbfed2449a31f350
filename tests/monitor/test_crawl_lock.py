"""Only one crawl runs in a workspace, and a killed one leaves no lock behind."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from monitor.crawl_lock import CrawlRunningError, only_crawl


def test_a_second_crawl_is_refused_while_the_first_runs(tmp_path: Path) -> None:
    with only_crawl(tmp_path), pytest.raises(CrawlRunningError), only_crawl(tmp_path):
        pytest.fail("two crawls hold the lock")
    with only_crawl(tmp_path):
        pass


def test_a_killed_crawl_leaves_no_lock(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from monitor.crawl_lock import only_crawl
        with only_crawl(Path(sys.argv[1])):
            print("held", flush=True)
            time.sleep(60)
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        with pytest.raises(CrawlRunningError), only_crawl(tmp_path):
            pytest.fail("two crawls hold the lock")
        child.kill()
        child.wait()
        with only_crawl(tmp_path):
            pass
