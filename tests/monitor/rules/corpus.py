"""Reading the corpus for tests of rules."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from monitor.reading.assemble import assemble
from monitor.reading.html import read_html
from monitor.reading.model import Document, Report
from monitor.reading.plain import read_text
from monitor.reading.word import read_docx

_READERS: Mapping[str, Callable[[bytes], Document]] = {
    ".txt": read_text,
    ".html": read_html,
    ".docx": read_docx,
}


def read_corpus(corpus: Path) -> Iterator[tuple[str, Report]]:
    """Yield every report of the corpus with the name of its file."""
    for path in sorted(corpus.glob("*/*.*")):
        yield path.name, read_report(path)


@cache
def read_report(path: Path) -> Report:
    """Read a file of the corpus as a report."""
    return assemble(_READERS[path.suffix](path.read_bytes()))
