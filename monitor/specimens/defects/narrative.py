"""Prose that its own tables, or its own numbers, contradict."""

from dataclasses import replace
from random import Random

from monitor.specimens.defects.editing import with_aspect, with_text
from monitor.specimens.defects.model import V2021, defect
from monitor.specimens.filings import Filing

_ENOUGH = 20
_WHOLE_AREA = ("government", "township")


def _telling(filing: Filing, aspect: str, text: str, *, more: bool = False) -> Filing | None:
    report = with_aspect(filing.report, aspect, text, more=more)
    return replace(filing, report=report) if report is not None else None


def _us(filing: Filing) -> str:
    """Return whom the figures are of, as prose says it."""
    if filing.kind not in _WHOLE_AREA:
        return "我单位"
    name = filing.agency.name.removesuffix("人民政府")
    return f"全{name[-1]}"


def _totals(filing: Filing) -> set[int]:
    """Return the numbers that a total of requests may be."""
    row = filing.ledger.row
    new, carried_in = row("new"), row("carried_in")
    handled, carried_out = row("handled_total"), row("carried_out")
    return {new, new + carried_in, handled, handled + carried_out, carried_in, carried_out}


def _other(chance: Random, right: set[int]) -> int:
    """Return a number above zero that is none of the right ones, and near them."""
    return chance.choice([n for n in range(1, max(right) + 5) if n not in right])


@defect("narrative-requests", "warning", may="narrative-zero-contradiction narrative-all-done")
def other_requests_than_the_table(filing: Filing, chance: Random) -> Filing | None:
    """The prose counts other requests than the table."""
    if not filing.ledger.row("new"):
        return None
    number = _other(chance, _totals(filing))
    verb = chance.choice(("共收到", "受理", "新收", "累计收到"))
    text = (
        f"{filing.fiscal_year}年，{_us(filing)}{verb}政府信息公开申请{number}件，均依法规范办理。"
    )
    return _telling(filing, "on_request", text)


@defect("narrative-carried", "warning", may="narrative-requests narrative-zero-contradiction")
def other_carried_than_the_table(filing: Filing, chance: Random) -> Filing | None:
    """The prose carries over other requests than the table."""
    row, words = chance.choice((("carried_in", "上年结转"), ("carried_out", "结转下年度继续办理")))
    new = filing.ledger.row("new")
    if not new:
        return None
    number = _other(chance, {filing.ledger.row(row)})
    text = f"{filing.fiscal_year}年新收政府信息公开申请{new}件，{words}{number}件。"
    return _telling(filing, "on_request", text)


@defect("narrative-results", "warning", may="narrative-requests narrative-breakdown")
def one_result_for_all(filing: Filing, _chance: Random) -> Filing | None:
    """The prose gives one row of 无法提供 for the whole."""
    one, whole = filing.ledger.row("unable_not_held"), filing.ledger.rows("unable_")
    handled = filing.ledger.row("handled_total")
    if not 0 < one < whole:
        return None
    text = f"全年办结政府信息公开申请{handled}件，其中无法提供{one}件。"
    return _telling(filing, "on_request", text)


@defect("narrative-results", "warning", may="narrative-requests narrative-breakdown")
def other_grants_than_the_table(filing: Filing, chance: Random) -> Filing | None:
    """The prose counts other requests granted than the table."""
    handled, granted = filing.ledger.row("handled_total"), filing.ledger.row("granted")
    if handled < 1:
        return None
    partial = filing.ledger.row("partial")
    number = _other(chance, {granted, granted + partial})
    whose = f"{filing.fiscal_year}年，{_us(filing)}"
    text = f"{whose}办结政府信息公开申请{handled}件，其中予以公开{number}件。"
    return _telling(filing, "on_request", text)


@defect("narrative-remedies", "warning", may="narrative-zero-contradiction")
def other_reviews_than_the_table(filing: Filing, chance: Random) -> Filing | None:
    """The prose counts other reviews than the table."""
    reviews = filing.ledger.cases("review")
    if not reviews:
        return None
    number = _other(chance, {reviews})
    text = f"{filing.fiscal_year}年，因政府信息公开被申请行政复议{number}件。"
    return _telling(filing, "on_request", text)


@defect("narrative-normative", "warning", formats=V2021)
def other_documents_than_the_table(filing: Filing, chance: Random) -> Filing | None:
    """The prose counts other normative documents than the table."""
    documents = filing.ledger.documents
    number = _other(chance, set(documents.values()))
    text = f"{filing.fiscal_year}年，现行有效行政规范性文件{number}件。"
    return _telling(filing, "management", text)


@defect("narrative-normative-missing", "info", formats=V2021)
def silent_on_documents(filing: Filing, _chance: Random) -> Filing | None:
    """The table has normative documents and the prose does not speak of them."""
    if not any(filing.ledger.documents.values()):
        return None
    return _telling(filing, "management", "落实信息发布审核制度，加强保密审查。")


@defect("narrative-enforcement", "warning")
def other_decisions_than_the_table(filing: Filing, chance: Random) -> Filing | None:
    """The prose counts other decisions than the table."""
    number = filing.ledger.decisions["penalties"]
    if not number:
        return None
    told = _other(chance, {number})
    text = f"{filing.fiscal_year}年，{_us(filing)}作出行政处罚决定{told}件。"
    return _telling(filing, "proactive", text, more=True)


@defect("narrative-breakdown", "warning")
def parts_do_not_add_up(filing: Filing, chance: Random) -> Filing | None:
    """分别为 hands out other numbers than the whole."""
    a, b = chance.randint(4, 30), chance.randint(4, 30)
    whole = a + b + chance.choice((-3, 2, 5))
    text = f"全年发布政策解读材料{whole}篇，其中文字解读和图文解读分别为{a}篇、{b}篇。"
    return _telling(filing, "management", text, more=True)


@defect("narrative-breakdown", "warning")
def parts_exceed_the_whole(filing: Filing, chance: Random) -> Filing | None:
    """A channel published more than all channels together."""
    items = filing.ledger.items
    text = (
        f"全年主动公开政府信息{items}条，其中通过公示栏公开{chance.randint(5, 40)}条、"
        f"网站公开{chance.randint(5, 40)}条、微信公开{items + chance.randint(60, 900)}条。"
    )
    return _telling(filing, "proactive", text)


@defect("narrative-percent", "warning", may="history-base-misquoted")
def growth_computed_wrongly(filing: Filing, chance: Random) -> Filing | None:
    """The growth is not what its two numbers give."""
    old = chance.randint(40, 400)
    new = old + chance.randint(5, 30)
    percent = (new - old) / old * 100 + chance.choice((3.2, 7.5, 10))
    text = f"全年主动公开政府信息{new}条，较上年（{old}条）增长{percent:.1f}%。"
    return _telling(filing, "proactive", text)


@defect("narrative-percent", "info", may="history-base-misquoted")
def growth_a_little_off(filing: Filing, chance: Random) -> Filing | None:
    """The growth is off by less than a point."""
    old = chance.randint(400, 4000)
    new = old + chance.randint(50, 300)
    percent = (new - old) / old * 100 + chance.choice((0.3, 0.6))
    text = f"全年主动公开政府信息{new}条，较上年（{old}条）增长{percent:.2f}%。"
    return _telling(filing, "proactive", text)


@defect("narrative-zero-contradiction", "error", may="narrative-requests")
def none_said_some_in_the_table(filing: Filing, chance: Random) -> Filing | None:
    """The prose says that there were no requests, the table has some."""
    if not filing.ledger.row("new"):
        return None
    shape = chance.choice(
        ("{year}年，{us}未收到政府信息公开申请。", "{year}年度，{us}收到政府信息公开申请0件。",
         "{year}年，{us}没有收到公民、法人和其他组织提出的政府信息公开申请。")
    )  # fmt: skip
    text = shape.format(year=filing.fiscal_year, us=_us(filing))
    return _telling(filing, "on_request", text)


@defect("narrative-zero-contradiction", "error", may="narrative-requests narrative-results")
def some_said_none_in_the_table(filing: Filing, chance: Random) -> Filing | None:
    """The prose counts requests, the table has only zeros."""
    ledger = filing.ledger
    if any(ledger.row(row) for row in ("new", "carried_in", "handled_total", "carried_out")):
        return None
    text = f"{filing.fiscal_year}年，{_us(filing)}收到政府信息公开申请{chance.randint(1, 9)}件。"
    return _telling(filing, "on_request", text)


@defect("narrative-zero-contradiction", "error", may="narrative-remedies")
def no_reviews_said(filing: Filing, _chance: Random) -> Filing | None:
    """The prose says that there were no reviews, the table has some."""
    if not filing.ledger.cases("review"):
        return None
    text = f"{filing.fiscal_year}年，未发生因政府信息公开引起的行政复议。"
    return _telling(filing, "on_request", text)


@defect("narrative-all-done", "warning")
def all_done_and_some_carried_out(filing: Filing, chance: Random) -> Filing | None:
    """The prose says that all was done, the table carries some out."""
    ledger = filing.ledger
    new, received = ledger.row("new"), ledger.row("new") + ledger.row("carried_in")
    if not ledger.row("carried_out") or ledger.row("handled_total") >= received or not new:
        return None
    done = chance.choice(("已全部办结", "全部办结", "均已答复", "办结率100%"))
    whose = f"{filing.fiscal_year}年，{_us(filing)}"
    text = f"{whose}共收到政府信息公开申请{received}件，{done}。"
    return _telling(filing, "on_request", text)


@defect("narrative-fee-breakdown", "warning", formats=V2021, may="fee-charged-none-excessive")
def fee_parts_do_not_add_up(filing: Filing, _chance: Random) -> Filing | None:
    """The parts of the fee are not its whole."""
    if filing.ledger.row("new") < _ENOUGH:
        return None
    text = (
        f"{filing.fiscal_year}年发出收费通知2件，收取信息处理费2950元。其中，"
        "按件收取2000元，按量收取900元。"
    )
    return replace(filing, report=with_text(filing.report, "other_matters", text))


@defect("narrative-total-missing", "info", formats=V2021, may="overview-thin")
def no_total_of_items(filing: Filing, _chance: Random) -> Filing | None:
    """Section one gives no total of published items."""
    return _telling(filing, "proactive", "及时公开机构职能、规划计划和工作动态等信息。")


@defect("narrative-count-blank", "warning")
def a_number_left_out(filing: Filing, chance: Random) -> Filing | None:
    """The number of published items was never filled in."""
    text = chance.choice(("全年共主动公开政府信息条。", "{year}年，累计发布信息条。"))
    return _telling(filing, "proactive", text.format(year=filing.fiscal_year))


@defect("imprecise-count", "info")
def about_so_many(filing: Filing, chance: Random) -> Filing | None:
    """An own count is given as 余."""
    number = chance.choice((30, 150, 400))
    text = chance.choice(("全年主动公开政府信息{n}余条。", "全年共发布各类政府信息约{n}条。"))
    return _telling(filing, "proactive", text.format(n=number))
