"""What people name on the command line: agencies and portals of the registry, days."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.cli.base import CommandError
from monitor.language import Bilingual
from storage.models import Agency, Portal


def refuse_unknown(
    session: Session, model: type[Portal | Agency], option: str, ids: Sequence[str]
) -> None:
    """Make sure that the registry knows every id that an option names.

    Raises:
        CommandError: naming all that it does not know.
    """
    unknown = sorted(set(ids) - set(session.scalars(select(model.id).where(model.id.in_(ids)))))
    if unknown:
        names = ", ".join(unknown)
        raise CommandError(
            Bilingual(f"{option}：登记中没有 {names}。", f"{option}: not in the registry: {names}.")
        )


def day_of(text: str, option: str) -> date:
    """Return the day that an option gives.

    Raises:
        CommandError: if it is no day in ISO 8601.
    """
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise CommandError(
            Bilingual(
                f"{option}：“{text}”不是 2026-03-31 这样的日期。",
                f"{option}: {text!r} is no day such as 2026-03-31.",
            )
        ) from error
