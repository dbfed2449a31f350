"""What the prose of a report states: counts, periods, years, citations, names, announced parts.

Every statement keeps the sentence it stands in and where. What could not be bound for certain has
``thing`` None or ``certain`` False: rules leave it alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from monitor.reading.model import NOWHERE, Place


class Thing(StrEnum):
    """What a count counts. Words as in the glossary of the field; one value, one meaning."""

    ITEMS = "items"
    """Published items of information; all of them unless ``Count.channel`` is set."""
    REQUESTS_NEW = "requests_new"
    REQUESTS_RECEIVED = "requests_received"
    """收到 or 接到: the new ones, or with those carried in; the words do not tell."""
    REQUESTS_ACCEPTED = "requests_accepted"
    REQUESTS_CARRIED_IN = "requests_carried_in"
    REQUESTS_HANDLED = "requests_handled"
    REQUESTS_ANSWERED = "requests_answered"
    REQUESTS_CARRIED_OUT = "requests_carried_out"
    GRANTED = "granted"
    PARTIAL = "partial"
    GRANTED_OR_PARTIAL = "granted_or_partial"
    """One number for 予以公开 and 部分公开 together."""
    DENIED = "denied"
    UNABLE = "unable"
    REFUSED = "refused"
    OTHER_HANDLING = "other_handling"
    REVIEWS = "reviews"
    REVIEWS_UPHELD = "reviews_upheld"
    REVIEWS_CORRECTED = "reviews_corrected"
    REVIEWS_OTHER = "reviews_other"
    REVIEWS_PENDING = "reviews_pending"
    SUITS = "suits"
    SUITS_UPHELD = "suits_upheld"
    SUITS_CORRECTED = "suits_corrected"
    SUITS_OTHER = "suits_other"
    SUITS_PENDING = "suits_pending"
    REMEDIES = "remedies"
    """One number for reviews and suits together."""
    NORMATIVE_ISSUED = "normative_issued"
    NORMATIVE_REPEALED = "normative_repealed"
    NORMATIVE_IN_FORCE = "normative_in_force"
    NORMATIVE_PUBLISHED = "normative_published"
    REGULATIONS_ISSUED = "regulations_issued"
    REGULATIONS_REPEALED = "regulations_repealed"
    REGULATIONS_IN_FORCE = "regulations_in_force"
    REGULATIONS_PUBLISHED = "regulations_published"
    POLICY_DOCUMENTS = "policy_documents"
    """政策文件, 政策性文件: not the normative documents of the table."""
    INTERPRETATIONS = "interpretations"
    LICENSING_DECIDED = "licensing_decided"
    LICENSING_PUBLISHED = "licensing_published"
    PENALTIES_DECIDED = "penalties_decided"
    PENALTIES_PUBLISHED = "penalties_published"
    COERCION_DECIDED = "coercion_decided"
    COERCION_PUBLISHED = "coercion_published"
    PROCESSING_FEE = "processing_fee"
    """In ``Count.unit``, yuan or 万元."""
    FEE_NOTICES = "fee_notices"
    ADMIN_FEES = "admin_fees"
    PROPOSALS = "proposals"
    """Of people's deputies and of the consultative conference together."""
    DEPUTIES_PROPOSALS = "deputies_proposals"
    CONFERENCE_PROPOSALS = "conference_proposals"
    TRAININGS = "trainings"
    VISITS = "visits"


class Channel(StrEnum):
    """Where something was published, or by which way it came."""

    WEBSITE = "website"
    WECHAT = "wechat"
    WEIBO = "weibo"
    NEW_MEDIA = "new_media"
    APP = "app"
    GAZETTE = "gazette"
    BOARD = "board"
    PLATFORM = "platform"
    PRESS = "press"
    READING_ROOM = "reading_room"
    SEVERAL = "several"
    """Some channels are listed; whether they are all cannot be told."""


class Applicant(StrEnum):
    """Who asked; the columns of the table of requests."""

    NATURAL = "natural"
    ORGANISATION = "organisation"
    """法人或其他组织, the five kinds of the table together."""
    COMMERCIAL = "commercial"
    RESEARCH = "research"
    PUBLIC_WELFARE = "public_welfare"
    LEGAL_SERVICE = "legal_service"


class Form(StrEnum):
    """How a request was handed in."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    LETTER = "letter"
    MAIL = "mail"
    FAX = "fax"


class Way(StrEnum):
    """How a lawsuit came about."""

    DIRECT = "direct"
    AFTER = "after"


class Scope(StrEnum):
    """Whose count it is."""

    OWN = "own"
    """The reporting agency's, said so or nothing else said."""
    AREA = "area"
    """全县, 全市: for a government's report its own, for a bureau's its superior's."""
    SYSTEM = "system"
    SUBORDINATE = "subordinate"
    UNCERTAIN = "uncertain"
    """Another body is named, or the paragraph spoke of the whole area before."""


class Time(StrEnum):
    """Of which time a count is."""

    THIS_YEAR = "this_year"
    """The fiscal year, said so or nothing else said."""
    LAST_YEAR = "last_year"
    OTHER_YEAR = "other_year"
    PART_OF_YEAR = "part_of_year"
    CUMULATIVE = "cumulative"
    AS_OF = "as_of"
    """As of a day; ``Count.as_of`` is that day, or None if only the year's end is named."""
    PLANNED = "planned"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence as printed, and where it stands."""

    text: str
    section: str | None
    """Key of its section; None in the preamble and in sections that are none of the six."""
    section_index: int | None
    """Index in ``Report.sections``; None in the preamble."""
    subpart: str | None
    """Key of the aspect it stands under (``SubpartSpec.key``); None if under none."""
    offset: int
    """Of its first character in the text of the section, or of the preamble."""
    place: Place = NOWHERE
    """Of its paragraph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Some words of a sentence; ``start`` and ``end`` count in the text of its section."""

    sentence: Sentence
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words as printed, blanks and line breaks of converters included."""
        first = self.sentence.offset
        return self.sentence.text[self.start - first : self.end - first]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number with its unit, what it counts, and of whom and when."""

    number: Decimal
    """In ``unit``; a multiplier such as 万 before 条 is multiplied out."""
    unit: str
    """As printed, 元 and 万元 kept apart; "" where there is none (均为零, 没有发生)."""
    thing: Thing | None
    """None if it could not be told for certain."""
    label: str
    """The words that belong to the number, without blanks: what ``thing`` was taken from."""
    channel: Channel | None = None
    applicant: Applicant | None = None
    form: Form | None = None
    way: Way | None = None
    scope: Scope = Scope.OWN
    time: Time = Time.THIS_YEAR
    year: int | None = None
    """The year named, if one is."""
    as_of: date | None = None
    exact: bool = True
    """False for 余, 多, 约, 近, 以上 and the like."""
    negated: bool = False
    """True if no number is printed: 未收到, 没有发生, 无."""
    includes_carried: bool = False
    """True if the sentence says that the carried-in ones are within: 69件（含上年结转3件）."""
    whole: bool = True
    """False if a part of what was counted before, after 其中 or within brackets."""
    quotation: Quotation
    """The number, or the negation, with the words it was bound by."""

    @property
    def sentence(self) -> Sentence:
        """The sentence it stands in."""
        return self.quotation.sentence

    @property
    def narrowed(self) -> bool:
        """Whether it counts only those of a channel, an applicant, a form or a way."""
        return any((self.channel, self.applicant, self.form, self.way))


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """A count and the parts named of it, all in one unit."""

    total: Count
    parts: tuple[Count, ...]
    opening: str
    """The word that opens the list: 其中, 包括, 分别为 …; "(" for a bracket without one."""
    exhaustive: bool
    """True if the wording says that these are all the parts (分别为, 由…组成)."""
    open_ended: bool
    """True if it says that there are more (等, 主要)."""
    certain: bool
    """False if it is not sure of what the parts are parts, or that the list ends there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A change or a share: 较上年增长5%, 同比增加12件, 占42%."""

    kind: str
    """``growth``, ``decline``, ``share`` or ``rate`` (办结率)."""
    of: Count | None
    """The count it is said of, None if that is not sure."""
    base: Count | None
    """The earlier count, or the whole of a share, if it is printed."""
    percent: Decimal | None = None
    difference: Decimal | None = None
    base_year: int | None = None
    """None if neither a year nor 上年, 去年, 同比 is said."""
    exact: bool = True
    quotation: Quotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """The prose says that all requests were handled or answered: 全部办结, 均已答复."""

    thing: Thing
    """``REQUESTS_HANDLED`` or ``REQUESTS_ANSWERED``."""
    in_time: bool
    """True for 均在法定期限内答复, 按期: what is pending may be within its time."""
    scope: Scope
    time: Time
    quotation: Quotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A unit without its number: 共主动公开条."""

    quotation: Quotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days that the figures cover; a bound is None if it is lost or no day of the calendar."""

    start: date | None
    end: date | None
    certain: bool
    """False if a sign of year, month or day is lost, or no word says that it is of statistics."""
    quotation: Quotation


class YearRole(StrEnum):
    """What a year in the prose is there for."""

    FISCAL = "fiscal"
    PERIOD = "period"
    AS_OF = "as_of"
    COMPARISON = "comparison"
    DOCUMENT = "document"
    """In the name or number of a document, or the day of one."""
    PLAN = "plan"
    HISTORY = "history"
    """Since a year, or what happened in one."""
    RESULT = "result"
    """The time of what the agency did, though it is not the fiscal year."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearMention:
    """A year in the prose and its role."""

    year: int
    role: YearRole
    quotation: Quotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A cited document, as much of it as is printed: title, number, issuer.

    ``title`` has the marks 〈〉 of titles within it; ``number`` is written 国办函〔2020〕109号
    or 国务院令第711号 whatever brackets and blanks are printed.
    """

    title: str | None
    number: str | None
    issuer: str | None
    """Named before the title or the number, or at the beginning of the title before 关于."""
    closed: bool
    """False if 《 has no 》."""
    together: bool
    """True if title and number, where both are there, stand side by side as one citation."""
    short_title: str | None
    """The name introduced for it: 以下简称《条例》."""
    number_printed: str | None
    quotation: Quotation


class NameRole(StrEnum):
    """In which part a named body or place appears."""

    OWN = "own"
    ACTOR = "actor"
    PARTNER = "partner"
    """与, 会同, 配合, 联合 …"""
    SUPERIOR = "superior"
    """根据, 按照, 在…领导下 …"""
    ORIGIN = "origin"
    """转发, 印发, 来自 …"""
    IN_TITLE = "in_title"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A body or a place named; ``text`` is without blanks."""

    text: str
    kind: str
    """``agency``, ``place`` or ``self`` (我局, 本机关)."""
    role: NameRole
    in_title: bool
    """True within 《》."""
    within_agency: bool
    """True for a place that is the beginning of an agency's name."""
    certain: bool
    """False if where the name begins could not be told."""
    quotation: Quotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """The parts that a preamble says the report has, in printed order, ordinals left out."""

    parts: tuple[str, ...]
    number: int | None
    """How many it says there are: 六个部分."""
    open_ended: bool
    """True if the list ends with 等."""
    quotation: Quotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """All statements of a report, each kind in printed order."""

    complete: bool = True
    """False if the prose is so long that only its beginning was read."""

    all_counts: tuple[Count, ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    completions: tuple[Completion, ...] = ()
    gaps: tuple[Gap, ...] = ()
    periods: tuple[Period, ...] = ()
    years: tuple[YearMention, ...] = ()
    citations: tuple[Citation, ...] = ()
    names: tuple[Name, ...] = ()
    announcement: Announcement | None = None

    def counts(
        self,
        *things: Thing,
        channel: Channel | None = None,
        applicant: Applicant | None = None,
        form: Form | None = None,
        way: Way | None = None,
        scope: Scope | None = None,
        time: Time | None = None,
        exact: bool | None = None,
        problems: bool = False,
    ) -> Iterator[Count]:
        """Yield the counts of some things, of all known things if none is given.

        Counts narrowed to a channel, an applicant, a form or a way are left out unless asked
        for; ``scope``, ``time`` and ``exact`` None stand for any. Section five is left out
        unless ``problems``: it tells no results.
        """
        for count in self.all_counts:
            if count.thing is None or (things and count.thing not in things):
                continue
            if count.sentence.section == "problems" and not problems:
                continue
            narrowing = (count.channel, count.applicant, count.form, count.way)
            if narrowing != (channel, applicant, form, way):
                continue
            if _differs(scope, count.scope) or _differs(time, count.time):
                continue
            if exact is None or count.exact == exact:
                yield count


def _differs(wanted: StrEnum | None, found: StrEnum) -> bool:
    return wanted is not None and wanted is not found
