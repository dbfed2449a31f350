"""Going through a sentence from number to number, and from 未 to 无.

What a sentence says first holds on within it: its time, whose it is, its topic.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from monitor.reading.statements.binding import NOTHING, Bound, Context, bind
from monitor.reading.statements.comparing import Comparisons
from monitor.reading.statements.flat import Flat
from monitor.reading.statements.handing import Handing
from monitor.reading.statements.lists import Lists
from monitor.reading.statements.model import Count, Scope
from monitor.reading.statements.numbers import Number
from monitor.reading.statements.timing import Scopes, Times
from monitor.reading.statements.tokens import Token, first_of, meanings_of

_BOUNDARIES = frozenset({"comma", "semicolon", "stop", "colon", "open", "close"})
_TIMES = frozenset({"year", "day", "month", "time", "as_of"})
_WHOSE = frozenset({"scope", "own"})
_NARROWING = frozenset({"channel", "applicant", "form"})
_HARMLESS = frozenset({"filler", "time", "year", "scope", "own"})
_RELATIVE = frozenset({"get", "accept", "handle", "answer", "publish"})
_ITEM_TOPICS = frozenset({"item", "item_published"})
_OUTLETS = frozenset({"专栏", "栏目", "平台", "渠道"})
_REMEDIES = frozenset({"review", "suit"})
_EACH_TIME = ("每", "平均", "人均")
_SHARING = frozenset({"licensing", "penalties", "coercion", "normative", "regulation"})
_UNBOUND = frozenset({"bound", "condition", "rate", "share", "reach"})
_CHANGES = frozenset({"more", "less"})
_COMPARED_WITHIN = 8
"""Words before a year among which 较 or 比 makes it the year compared with."""
_NO_NUMBER = Number(value=Decimal(0), unit="", exact=True)
_TAIL = 15
"""Words looked at behind a number."""


class Walk:
    """One walk through one sentence; ``counts`` holds those of the sentences before as well."""

    def __init__(
        self,
        flat: Flat,
        words: Sequence[Token],
        counts: list[Count],
        *,
        times: Times,
        scopes: Scopes,
        context: Context,
        parent: int | None,
    ) -> None:
        self.flat, self.words, self.counts = flat, words, counts
        self.times, self.scopes, self.context = times, scopes, context
        self.lists = Lists(flat, counts, parent)
        self.comparisons = Comparisons(flat, counts, times)
        self._handing = Handing(counts)
        self._done = False
        self._clause: list[Token] = []
        self._outside: list[list[Token]] = []
        """The clauses that a bracket stands in, the innermost last."""
        self._counted = False
        """Whether the clause has a number."""
        self._denied = False
        """Whether the clause has 未, 没有 or 无."""
        self._conditional = False
        self._outlet_before = False
        """Whether a channel was named: what is published next may be published there only."""
        self._continued = False
        """Whether the clause goes on behind 3件、."""
        self._acts_before: list[Token] = []

    def go(self) -> None:
        """Walk to the end, once."""
        if self._done:
            return
        self._done = True
        for index, token in enumerate(self.words):
            if token.kind == "unknown":
                self._clause.append(token)  # as most do, it tells nothing and parts what does
                continue
            self._step(index, token)
        self._end_clause(None)
        self.lists.close()

    # ---- one word

    def _step(self, index: int, token: Token) -> None:
        before = self.words[index - 1] if index else None
        meaning = token.meaning
        if token.kind in _BOUNDARIES:
            self._boundary(token, before)
            return
        if token.number is not None:
            self._take_number(index, token, token.number)
        elif token.percent is not None:
            self.comparisons.percent(token, self._head(), self._around(), self.lists.total)
        elif token.kind in _TIMES:
            if "compare" not in [word.meaning for word in self._clause[-_COMPARED_WITHIN:]]:
                following = self.words[index + 1] if index + 1 < len(self.words) else None
                self.times.take(before, token, following)
        elif token.kind in _WHOSE:
            self.scopes.take(self._clause, token)
        elif meaning == "condition":
            self._conditional = True
        elif meaning == "opening" and not self._enumerates(token):
            self.lists.open(token.text, len(self._outside))
        joined = before is not None and before.meaning == "joint"
        if meaning == "no" and self._denied and joined:
            # 未发出收费通知、未收取信息处理费: two statements
            self._take_none(self._clause[:-1])
            self._clause = []
        if meaning == "joint" and before is not None and before.number is not None:
            self._end_clause(token, soft=True)
        else:
            self._denied |= meaning == "no"
            self._clause.append(token)

    def _enumerates(self, token: Token) -> bool:
        """Whether 分别为 hands numbers out to what is listed before it, and opens no list."""
        acts, nouns = (meanings_of(self._clause, kind) for kind in ("act", "noun"))
        if not token.text.startswith("分别"):
            return token.text in ("涉及", "含", "即") and bool(acts)
        return len(acts) > 1 or len(nouns) > 1

    def _boundary(self, token: Token, before: Token | None) -> None:
        if token.kind == "open":
            self._open_bracket(before)
        elif token.kind == "close":
            self._close_bracket(token)
        else:
            self._end_clause(token)
            if token.kind == "semicolon":
                self.times.end_clause()
                self._conditional = False

    def _open_bracket(self, before: Token | None) -> None:
        self._outside.append(self._clause)
        self._clause, self._counted, self._denied = [], False, False
        if before is not None and before.number is not None:
            self.lists.open("(", len(self._outside))

    def _close_bracket(self, token: Token) -> None:
        self._end_clause(token)
        obscure = bool(self._clause)
        self._clause = self._outside.pop() if self._outside else []
        self._denied = first_of(self._clause, "no") is not None
        if obscure:
            # what a bracket without a number says may narrow the count behind it
            self._clause.append(Token("unknown", "", "", token.start, token.end))
        self.lists.leave_bracket(len(self._outside))

    def _end_clause(self, token: Token | None, *, soft: bool = False) -> None:
        if self._denied:
            self._take_none(self._clause)
        if not soft:
            self._handing.finish()
        self._continued = soft
        if not self._outlet_before and self._clause:
            self._outlet_before = any(map(_is_outlet, self._clause))
        if not self._counted and not soft:
            self._note_topic()
            narrowing = any(word.kind in _NARROWING for word in self._clause)
            acts = meanings_of(self._clause, "act")
            if narrowing and not acts and token is not None and token.kind == "comma":
                return
        in_bracket = token is not None and token.kind == "close"
        if not in_bracket or self._counted or all(w.kind in _HARMLESS for w in self._clause):
            self._clause, self._denied = [], False
        self._counted = False

    def _note_topic(self) -> None:
        """Remember what a clause without a number speaks of (依申请公开方面)."""
        if not self._clause:
            return
        nouns = set(meanings_of(self._clause, "noun"))
        if any(word.kind == "elsewhere" for word in self._clause):
            return
        if {"request", "on_request"} & nouns and not _REMEDIES & nouns:
            self.context = replace(self.context, topic="request")

    # ---- numbers

    def _take_number(self, index: int, token: Token, number: Number) -> None:
        if self._denied and len(token.text) == 2 and token.text.startswith("一"):
            return  # the 一起 of 未发生一起
        head = self._head()
        if not _CHANGES.isdisjoint([word.meaning for word in head]):
            self.comparisons.difference(token, head, self._around())
            return
        bracketed = self._outside[-1] if self._outside and not head else []
        if "compare" in [word.meaning for word in (*head, *bracketed)]:
            self.comparisons.base(token, head, self._around())
            self._counted = True  # the bracket of 较上年(5件)增长 is understood
            return
        self._count(token, number, self._without_none(head), self._tail(index))
        self._counted = True

    def _head(self) -> list[Token]:
        """Return the words since the number before; what that one left ends with 、 or 和."""
        for index in range(len(self._clause) - 1, -1, -1):
            if self._clause[index].number is not None:
                head = self._clause[index + 1 :]
                joint = first_of(head, "joint")
                return head if joint is None else head[joint + 1 :]
        return list(self._clause)

    def _around(self) -> list[Token]:
        return [*(self._outside[-1] if self._outside else ()), *self._clause]

    def _tail(self, index: int) -> list[Token]:
        tail: list[Token] = []
        for token in self.words[index + 1 : index + 1 + _TAIL]:
            if token.kind in _BOUNDARIES or token.number is not None or token.text == "、":
                break
            tail.append(token)
        return tail

    def _without_none(self, head: list[Token]) -> list[Token]:
        """Give 未收到申请 its own statement where 、行政复议1件 goes on behind it."""
        no = first_of(head, "no") if self._denied else None
        if no is None:
            return head
        joints = [place for place in range(no, len(head)) if head[place].means("joint")]
        if not joints:
            return head
        self._take_none(head[: joints[-1]])
        return head[joints[-1] + 1 :]

    def _count(self, token: Token, number: Number, head: list[Token], tail: list[Token]) -> None:
        bound = self._bind(head, tail, number)
        start = head[0].start if head else token.start
        if self.lists.ends_before(bound, head):
            self.lists.close()
        exact = number.exact and not any(word.means("about") for word in head[-1:])
        template = self._template(
            bound,
            head,
            start,
            token.end,
            number=number,
            label="".join([word.text for word in head or tail]),
            exact=exact,
            whole=not self.lists.is_open,
        )
        self._acts_before = [word for word in head if word.kind == "act"] or self._acts_before
        self._add(template, bound)

    def _bind(self, head: list[Token], tail: list[Token], number: Number) -> Bound:
        zero = number.value == 0
        if self._conditional or (first_of(head, "no") is not None and not zero):
            return NOTHING
        if not _UNBOUND.isdisjoint([word.meaning for word in (*head, *tail[:1])]):
            return NOTHING
        if any(word.kind == "time" and word.text.startswith(_EACH_TIME) for word in head):
            return NOTHING
        handed = self._handing.next(head, self.context, number.unit)
        if handed is not None:
            return handed
        bound = bind(self._with_acts(head), tail, self.context, unit=number.unit, zero=zero)
        if bound.topic in _ITEM_TOPICS and bound.channel is None and self._outlet_before:
            said_all = any(word.means("wholly", "sum") for word in head)
            return bound if said_all else NOTHING
        return bound

    def _with_acts(self, head: list[Token]) -> list[Token]:
        """Give 公开行政许可信息14条、行政处罚信息3条 its 公开 twice."""
        lacking = meanings_of(head, "noun") and not meanings_of(head, "act")
        if self._continued and lacking and self.context.topic in _SHARING:
            return [*self._acts_before, *head]
        return head

    def _add(self, template: Count, bound: Bound) -> None:
        place = len(self.counts)
        for thing in bound.things or (None,):
            known = self.lists.known_thing(thing, template)
            same = known is template.thing
            self.counts.append(template if same else replace(template, thing=known))
        if self.lists.is_open:
            self.lists.take(place, bound)
        elif template.unit or bound.things:
            self.lists.last = place
        if bound.topic is not None:
            thing = bound.things[0] if len(bound.things) == 1 else None
            self.context = replace(self.context, topic=bound.topic, thing=thing)

    def _template(
        self,
        bound: Bound,
        head: Sequence[Token],
        start: int,
        end: int,
        *,
        label: str,
        number: Number = _NO_NUMBER,
        exact: bool = True,
        whole: bool = True,
        negated: bool = False,
    ) -> Count:
        return Count(
            number=number.value,
            unit=number.unit,
            thing=bound.things[0] if bound.things else None,
            label=label,
            exact=exact,
            whole=whole,
            negated=negated,
            channel=bound.channel,
            applicant=bound.applicant,
            form=bound.form,
            way=bound.way,
            scope=self._scope(head, bound),
            time=self.times.time,
            year=self.times.year,
            as_of=self.times.as_of,
            quotation=self.flat.quote(start, end),
        )

    def _scope(self, head: Sequence[Token], bound: Bound) -> Scope:
        for word in head:
            if word.kind == "scope" and word.means("subordinate", "system"):
                return Scope.SUBORDINATE if word.means("subordinate") else Scope.SYSTEM
        return Scope.UNCERTAIN if bound.other_body else self.scopes.scope

    # ---- none at all

    def _take_none(self, words: Sequence[Token]) -> None:
        """Take 未收到…申请 for a count of zero."""
        no = first_of(words, "no")
        if no is None or self._conditional or not _says_none(words[no + 1 :]):
            return
        if any(word.kind == "time" and word.means("planned") for word in words):
            return
        rest = [*words[:no], *words[no + 1 :]]
        bound = bind(rest, (), self.context, unit="", zero=True)
        label = "".join([word.text for word in rest])
        template = self._template(
            bound, words, words[no].start, words[-1].end, label=label, negated=True
        )
        self.counts += [
            template if thing is template.thing else replace(template, thing=thing)
            for thing in bound.things
        ]


def _says_none(behind: Sequence[Token]) -> bool:
    """Whether what stands behind 未 names something, and no number is given of it.

    未受理的申请 names requests and does not say that there were none.
    """
    if not meanings_of(behind, "noun") or any(word.number is not None for word in behind):
        return False
    relative = behind[0].kind == "act" and behind[0].meaning in _RELATIVE
    return not (relative and len(behind) > 2 and behind[1].text == "的")


def _is_outlet(word: Token) -> bool:
    return word.kind == "channel" or word.text in _OUTLETS
