"""Cases of the rules about names: of the agency, of other agencies, of other places."""

from dataclasses import replace
from typing import Any

from monitor.reading.model import Report
from tests.monitor.building import AGENCY, PROSE, a_report, with_damage, with_preamble, with_prose
from tests.monitor.rules.cases.case import CLEAN, Case
from tests.monitor.rules.cases.identity import adding, agency, titled

ROSTER = (
    "示例县教育局",
    "示例县水利局",
    "示例县政务服务和数据管理局",
    "示例县人民政府办公室",
    "东河镇人民政府",
)
KNOWN = {"known_agencies": ROSTER}


def saying(text: str, report: Report = CLEAN) -> Report:
    """The clean report with one paragraph more in section one."""
    return with_prose(report, "overview", *PROSE["overview"], text)


def announced(name: str) -> Report:
    """The clean report that calls itself another's in its preamble."""
    return with_preamble(CLEAN, f"根据规定，现发布《{name}2023年政府信息公开工作年度报告》。")


def of(name: str, text: str) -> dict[str, Any]:
    """The report of another agency with one paragraph more."""
    report = a_report(title=f"{name}2023年政府信息公开工作年度报告", agency=name)
    report = with_preamble(report, f"现发布{name}2023年政府信息公开工作年度报告。")
    overview = (line.replace(AGENCY, name) for line in PROSE["overview"])
    other = (line.replace(AGENCY, name) for line in PROSE["other_matters"])
    report = with_prose(report, "overview", *overview, text)
    return {"report": with_prose(report, "other_matters", *other), "facts": agency(name)}


def _cases(rule: str, outcome: str, cases: dict[str, dict[str, Any]]) -> tuple[Case, ...]:
    return tuple(
        Case(name=name, rule=rule, outcome=outcome, **more) for name, more in cases.items()
    )


VARIANTS = (
    *_cases(
        "agency-name-inconsistent",
        "fail",
        {
            "with the city in the text": {
                "report": replace(
                    with_preamble(
                        titled("兴庆区科技局2023年政府信息公开工作年度报告"),
                        "现发布《银川市兴庆区科技局2023年政府信息公开工作年度报告》。",
                    ),
                ),
                "facts": agency("银川市兴庆区科技局"),
                "severity": "info",
                "says": "题名为“兴庆区科技局”，正文为“银川市兴庆区科技局”",
            },
            "short and long": {"report": announced("示例县科学技术局")},
            "in the signature": {"report": adding("other_matters", "示例县科学技术局")},
        },
    ),
    *_cases(
        "agency-name-inconsistent",
        "pass",
        {
            "one name": {},
            "blanks": {"report": announced("示例县 科技局")},
            "a remark in brackets": {"report": announced("示例县科技局（示例县外国专家局）")},
            "an abbreviation in the prose": {"report": saying("县科技局积极推进公开。")},
            "another agency's title": {"report": saying("转发《示例县水利局信息公开指南》。")},
            "another agency, of which another rule speaks": {"report": announced("示例县水利局")},
        },
    ),
    *_cases(
        "agency-name-inconsistent",
        "indeterminate",
        {
            "reorganised": {
                "report": announced("示例县科学技术局"),
                "facts": agency(AGENCY, "department", reorganised=True),
            },
        },
    ),
    *_cases(
        "agency-name-inconsistent",
        "not_applicable",
        {"no name at all": {"report": replace(CLEAN, agency=None), "facts": {"agency": None}}},
    ),
)

AGENCIES = (
    *_cases(
        "foreign-agency-name",
        "fail",
        {
            "its own title": {
                "report": announced("示例县水利局"),
                "severity": "error",
                "quote": "示例县水利局",
                "says": "把本报告写作“示例县水利局”的年报",
            },
            "as subject, from the registry": {
                "report": saying(
                    "2023年，示例县水利局认真贯彻落实《条例》，扎实推进政府信息公开工作。"
                ),
                "facts": KNOWN,
                "severity": "warning",
                "quote": "示例县水利局",
            },
            "with a result": {
                "report": saying("示例县教育局全年主动公开政府信息120条。"),
                "facts": KNOWN,
                "severity": "error",
            },
            "no requests": {
                "report": saying("2023年，示例县教育局未收到政府信息公开申请。"),
                "facts": KNOWN,
                "severity": "error",
            },
            "beside ourselves": {
                "report": saying("示例县教育局高度重视政府信息公开工作，我局成立了领导小组。"),
                "facts": KNOWN,
                "severity": "error",
            },
            "without a registry": {
                "report": saying(
                    "2023年，示例县教育局认真贯彻落实《条例》，扎实推进政府信息公开工作。"
                ),
                "severity": "warning",
            },
        },
    ),
    *_cases(
        "foreign-agency-name",
        "pass",
        {
            f"{text}": {"report": saying(text), "facts": KNOWN}
            for text in (
                "示例县科技局认真贯彻落实《条例》，扎实推进政府信息公开工作。",
                "会同示例县教育局开展政府信息公开培训。",
                "与示例县教育局联合推进政务公开。",
                "示例县教育局转办政府信息公开申请1件，我局依法答复。",
                "示例县教育局、示例县水利局扎实推进政府信息公开工作。",
                "示例县教育局牵头推进政务公开，我局积极配合。",
                "学习示例县教育局推进政务公开的经验。",
                "示例县政务服务和数据管理局扎实推进全县政务公开工作。",
                "示例县人民政府办公室认真推进政务公开工作。",
                "公开《示例县教育局信息公开指南》。",
                "示例县教育局的信息公开工作值得借鉴。",
                "申请人向示例县教育局提出的申请，我局依法移送。",
                "按照规定，告知申请人向示例县水利局咨询。",
                "示例县科技局下属示例县教育局推进政务公开。",
            )
        },
    ),
    *_cases(
        "foreign-agency-name",
        "pass",
        {
            "a branch of its own": {
                "report": saying("示例县科技局高新分局认真推进政务公开工作。"),
                "facts": {"known_agencies": ("示例县科技局高新分局",)},
            },
            "a bureau of the city": of(
                "银川市兴庆区科技局", "银川市教育局认真贯彻落实《条例》，推进政府信息公开工作。"
            ),
            "an alias": {
                "report": announced("示例县外国专家局"),
                "facts": agency(AGENCY, "department", "示例县外国专家局"),
            },
            "title and text of another, of which another rule speaks": {
                "report": with_preamble(
                    titled("示例县水利局2023年政府信息公开工作年度报告"),
                    "现发布《示例县水利局2023年政府信息公开工作年度报告》。",
                ),
            },
            "a government names its departments": of(
                "示例县人民政府", "示例县教育局主动公开政府信息120条。"
            ),
        },
    ),
    *_cases(
        "foreign-agency-name",
        "indeterminate",
        {
            "reorganised": {
                "report": saying("示例县教育局全年主动公开政府信息120条。"),
                "facts": {**KNOWN, **agency(AGENCY, "department", reorganised=True)},
            },
            "a picture that was recognised": {
                "report": with_damage(
                    saying("示例县教育局全年主动公开政府信息120条。"), "cells-doubtful"
                ),
                "facts": KNOWN,
            },
            "pages lost": {"report": with_damage(CLEAN)},
        },
    ),
)

PLACES = (
    *_cases(
        "foreign-place-name",
        "fail",
        {
            "a city far away": {
                **of("威海市科技局", "通过宜宾市人民政府门户网站公开政府信息。"),
                "severity": "warning",
                "quote": "宜宾市",
                "says": "外地地名“宜宾市”",
            },
            "the county next door": of("清河县科技局", "临西县全面推进政务公开工作。"),
            "the superior of another": of("清河县科技局", "根据宜宾市委、市政府部署开展工作。"),
            "a place in no list": {"report": saying("通过邻水县人民政府门户网站公开政府信息。")},
        },
    ),
    *_cases(
        "foreign-place-name",
        "pass",
        {
            text: of("银川市兴庆区科技局", text)
            for text in (
                "通过银川市人民政府门户网站公开政府信息。",
                "按照宁夏回族自治区部署，银川市兴庆区推进公开。",
                "赴宜宾市学习政务公开经验。",
                "对口支援清河县开展政务公开。",
                "落实《宜宾市政务公开办法》。",
                "答复来自宜宾市的申请人。",
                "宜宾市某公司投资项目信息已公开。",
                "与宜宾市开展跨省通办。",
                "在老城区、示范园区设立政务公开专区。",
                "鼓楼区域内的政务公开专区已建成。",
            )
        },
    ),
    *_cases(
        "foreign-place-name",
        "pass",
        {
            "a county of the city": of("银川市科技局", "兴庆区、贺兰县全面推进政务公开。"),
            "the city a county lies in": of("清河县科技局", "根据邢台市部署推进政务公开。"),
            "a place of the registry": {
                "report": saying("邻水县全面推进政务公开。"),
                "facts": {"known_agencies": ("邻水县人民政府",)},
            },
            "the city of a county that is in no list": {
                "report": saying("通过宜宾市人民政府门户网站公开政府信息。")
            },
        },
    ),
    *_cases(
        "foreign-place-name",
        "not_applicable",
        {"no place in the name": of("城关街道办事处", "宜宾市推进政务公开。")},
    ),
    *_cases(
        "foreign-place-name",
        "indeterminate",
        {
            "reorganised": {
                **of("威海市科技局", "通过宜宾市人民政府门户网站公开政府信息。"),
                "facts": agency("威海市科技局", reorganised=True),
            },
        },
    ),
)
NAMES = (*VARIANTS, *AGENCIES, *PLACES)
