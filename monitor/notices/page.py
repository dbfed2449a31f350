"""A notice as one HTML page: no script, nothing loaded from elsewhere."""

from functools import cache

import jinja2

from monitor.language import Language
from monitor.notices import wording
from monitor.notices.model import Notice
from monitor.plain import plain
from monitor.rules.masking import mask


def notice_page(notice: Notice, language: Language) -> str:
    """Return the page; every text of the report is escaped, personal data in it masked."""
    proof = wording.proof(notice)
    return (
        _environment()
        .get_template("notice.html.j2")
        .render(
            notice=notice,
            zh=language == "zh",
            language=language,
            wording=wording,
            title=wording.title(notice).in_language(language),
            opening=wording.opening(notice).in_language(language),
            # whom to ask is the office's own word: a mobile number there is meant to be read
            objection=plain(wording.objection(notice).in_language(language)),
            ending=wording.ending(language),
            proof=proof.in_language(language) if proof else "",
        )
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("monitor.notices"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = lambda text: mask(plain(text))
    environment.filters["chinese_day"] = wording.chinese_day
    return environment
