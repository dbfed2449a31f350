"""Changes and shares: 较上年增长5%, 比2022年的3607件增加39件, 占42%."""

from collections.abc import Sequence
from decimal import Decimal

from monitor.reading.statements.flat import Flat
from monitor.reading.statements.model import Comparison, Count, Scope, Time
from monitor.reading.statements.timing import Times
from monitor.reading.statements.tokens import Token

_KINDS = {"less": "decline", "more": "growth", "share": "share", "rate": "rate"}
_OTHER_THINGS = frozenset({"noun", "channel", "applicant", "unknown", "elsewhere"})


class Comparisons:
    """The comparisons of a sentence; ``counts`` is shared, from ``first`` on they are its own."""

    def __init__(self, flat: Flat, counts: list[Count], times: Times) -> None:
        self.flat, self.counts, self.times = flat, counts, times
        self.first = len(counts)
        self.found: list[Comparison] = []
        self._base: Count | None = None

    def difference(self, token: Token, head: Sequence[Token], around: Sequence[Token]) -> None:
        """Take a number behind 增加 or 减少."""
        assert token.number is not None
        of = self._compared()
        same_unit = of is not None and of.unit == token.number.unit
        self._add(
            token,
            head,
            around,
            of=of if same_unit else None,
            difference=token.number.value,
            exact=token.number.exact,
        )

    def percent(
        self, token: Token, head: Sequence[Token], around: Sequence[Token], whole: Count | None
    ) -> None:
        """Take a percentage of growth, of a share or of a rate; others say nothing here."""
        if any(word.means(*_KINDS) for word in head):
            vague = any(word.means("about") for word in head)
            self._add(
                token,
                head,
                around,
                of=self._compared(),
                percent=token.percent,
                exact=not vague,
                whole=whole,
            )

    def base(self, token: Token, head: Sequence[Token], around: Sequence[Token]) -> None:
        """Take the 3607件 of 较上年的3607件 for last year's number of the count before."""
        assert token.number is not None
        of, year = self._compared(), self._year(around)
        same = of is not None and of.unit == token.number.unit and _speaks_of_last(head)
        known = of if same and year is not None else None
        self._base = Count(
            number=token.number.value,
            unit=token.number.unit,
            thing=known.thing if known else None,
            label="".join(word.text for word in head),
            channel=known.channel if known else None,
            applicant=known.applicant if known else None,
            form=known.form if known else None,
            way=known.way if known else None,
            scope=of.scope if of else Scope.UNCERTAIN,
            time=self.times.of(year) if year is not None else Time.UNCERTAIN,
            year=year,
            exact=token.number.exact,
            quotation=self.flat.quote(head[0].start if head else token.start, token.end),
        )

    def _add(
        self,
        token: Token,
        head: Sequence[Token],
        around: Sequence[Token],
        *,
        of: Count | None,
        percent: Decimal | None = None,
        difference: Decimal | None = None,
        exact: bool,
        whole: Count | None = None,
    ) -> None:
        kinds = [_KINDS[word.meaning] for word in head if word.meaning in _KINDS]
        certain = len(set(kinds)) == 1 and _speaks_of_last(head)
        bases = {"growth": self._base, "decline": self._base, "share": whole}
        self.found.append(
            Comparison(
                kind=kinds[0],
                of=of if certain else None,
                base=bases.get(kinds[0]),
                percent=percent,
                difference=difference,
                base_year=self._year(around),
                exact=exact,
                quotation=self.flat.quote(head[0].start if head else token.start, token.end),
            )
        )

    def _compared(self) -> Count | None:
        mine = self.counts[self.first :][-1:]
        return mine[0] if mine and mine[0].time is not Time.LAST_YEAR else None

    def _year(self, around: Sequence[Token]) -> int | None:
        """Return the year compared with: named, or the year before by 上年, 同比."""
        for word in around:
            if word.kind == "year" and word.year != self.times.fiscal_year:
                return word.year
        before = any(word.means("last_year") or word.text == "同比" for word in around)
        return self.times.fiscal_year - 1 if before and self.times.fiscal_year else None


def _speaks_of_last(head: Sequence[Token]) -> bool:
    """Whether nothing between a count and its change names another thing."""
    return not any(word.kind in _OTHER_THINGS for word in head)
