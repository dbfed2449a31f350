"""What the severities are called."""

from collections.abc import Mapping

from monitor.language import Bilingual
from monitor.rules.model import Severity

SEVERITY_NAMES: Mapping[str, Bilingual] = {
    Severity.ERROR: Bilingual("错误", "error"),
    Severity.WARNING: Bilingual("警告", "warning"),
    Severity.INFO: Bilingual("提示", "info"),
}
"""By ``Severity``, which is also the text that is stored."""
