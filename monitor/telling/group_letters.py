"""Groups of lines as the text and HTML of a letter: alerts, and what waits for approval. Pure."""

from collections.abc import Sequence
from datetime import datetime

from monitor.language import Bilingual, Language
from monitor.telling.fitting import Fitted, Whole, fitted
from monitor.telling.lines import Group
from monitor.telling.mail import CLOSING, render


def render_groups(
    subject: str,
    groups: Sequence[Group],
    language: Language,
    now: datetime,
    *,
    posts: bool = False,
    closing: Bilingual = CLOSING,
) -> tuple[str, str]:
    """Return text and HTML; whoever does not fit is named at least.

    ``posts`` says that it goes to a channel, which takes short texts.
    """
    whole = [Whole(heading=each.heading, entries=each.lines, urgent=True) for each in groups]

    def rendered(shown: Sequence[Fitted]) -> tuple[str, str]:
        return render("alert", language, subject=subject, groups=shown, now=now, closing=closing)

    return fitted(whole, rendered, posts=posts)
