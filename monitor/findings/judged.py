"""One report with its verdicts, as the outputs are given it."""

from dataclasses import dataclass

from monitor.reading.model import Report
from monitor.rules.fingerprint import fingerprint
from monitor.rules.model import Outcome, Severity, Verdict

_ORDER = list(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A report that was judged: a file on disk, or a filing of the archive."""

    name: str
    """The path of the file, or the address of the filing."""
    report: Report
    verdicts: tuple[Verdict, ...]
    agency: str | None
    """The agency's name."""
    agency_id: str | None = None
    fiscal_year: int | None
    sha256: str | None
    media_type: str | None
    url: str | None = None

    def findings(self) -> tuple[Verdict, ...]:
        """Return the failed verdicts, gravest first, then by rule."""
        failed = (verdict for verdict in self.verdicts if verdict.outcome is Outcome.FAIL)
        return tuple(sorted(failed, key=lambda v: (_ORDER.index(v.severity), v.rule)))

    def unsure(self) -> tuple[Verdict, ...]:
        """Return the verdicts that could not be given for certain, by rule."""
        found = (v for v in self.verdicts if v.outcome is Outcome.INDETERMINATE)
        return tuple(sorted(found, key=lambda verdict: verdict.rule))

    def fingerprint(self, verdict: Verdict) -> str:
        """Return what a finding of this report is called from run to run."""
        return fingerprint(self.agency_id or self.agency, self.fiscal_year, verdict)
