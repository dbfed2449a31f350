"""Personal data: masked wherever it is shown, found where it is published. All of it is made up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.rules.catalogue import rulebook
from monitor.rules.contract import verdict_object
from monitor.rules.masking import find_numbers, find_persons, is_bank_card, is_id_number, mask
from monitor.rules.quoting import LONGEST_QUOTE, passage
from tests.monitor.building import a_report, with_prose
from tests.monitor.rules.casebook import Case, check, load_cases, name_of, verdicts_of

ID = "11010519491231002X"
CARD = "6222021234567890128"
MOBILE = "13800138000"


def luhn(digits: str) -> str:
    """Return the digits with their check digit."""
    for last in "0123456789":
        if is_bank_card(digits + last):
            return digits + last
    raise AssertionError(digits)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"申请人身份证号{ID}。", "申请人身份证号110*************2X。"),
        ("身份证：１１０１０５１９４９１２３１００２Ｘ", None),
        ("号码110105491231002", "号码110**********02"),
        (f"联系电话：{MOBILE}", "联系电话：138******00"),
        ("手机+86 138 0013 8000", None),
        ("手机138-0013-8000，", "手机138-****-**00，"),
        (f"8613800138000与{MOBILE}", "861********00与138******00"),
        (f"卡号{luhn('622202123456789012')}", None),
        ("卡号6222 0212 3456 7890 128", None),
        (f"{ID}{MOBILE}", "110*************2X138******00"),
        (f"{ID}2024年", "110*************2X2024年"),
        (f"身份证{ID}a", None),
        (f"Tel{MOBILE}x2", "Tel138******00x2"),
        ("110105 19491231 002X", None),
        ("110105 1949 12 31 002X", None),
        ("1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", None),
        ("110105　19491231－002Ｘ", None),
        ("１３８　００１３　８０００", None),
        ("138 - 0013 - 8000", None),
        ("138—0013—8000", None),
        ("卡号6222－0212－3456－7890－128", None),
        ("邮箱zhangsan1980@qq.com，", "邮箱zh**********@qq.com，"),
        ("13800138000@163.com", "13*********@163.com"),
        ("a@126.com", "*@126.com"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str | None) -> None:
    found = mask(text)

    assert len(found) == len(text)
    assert "*" in found
    if masked is not None:
        assert found == masked


@pytest.mark.parametrize(
    "text",
    [
        "电话：0951-2160600；传真：0951-2160600〔注：办公室（101）收〕",
        "电话/传真：0591-23165370；邮编：350400",
        "服务热线12345，400-810-1234",
        "电话010-63099999转8012",
        "统一社会信用代码11341702486344515H/202110-00013",
        "索引号11341702003256079T",
        "2023年1月1日至2023年12月31日，20230101-20231231",
        "13612 252 0 45 128 32 14069",
        "1 3 8 0 0 1 3 8 0 0 0",
        "id=20240702153518262",
        "国办公开办函〔2021〕30号，许可11398889件，处罚6937489件",
        "110105194912310021（校验位不符的十八位编号）",
        "119938001380001234567890",
        "收入13812345678元，13812345678.50，￥13812345678，0.13812345678",
        "公开13812345678条，占13812345678%",
        "索引号431202-2024-000123，4312022024000122，431202202400012310",
        "统一社会信用代码：110105194912310029、组织机构代码 11010519491231002X",
        "ab12cd13800138000，SHA-256 0a1b13800138000",
        "邮箱xxgk@shifan.gov.cn、sfxzf@qq.com.cn、office@example.cn",
    ],
)
def test_office_telephones_codes_and_figures_stay(text: str) -> None:
    assert mask(text) == text


def test_what_is_found_is_named() -> None:
    text = f"{ID}、{MOBILE}、{luhn('622202123456789012')}"

    assert [kind for _, _, kind in find_numbers(text)] == ["id-number", "mobile", "bank-card"]


def test_an_impossible_birthday_is_no_identity_number() -> None:
    assert is_id_number(ID)
    assert not is_id_number("110105194902301002")
    assert not is_id_number("990105194912310021")
    assert is_id_number("110105491231002")
    assert not is_id_number("990105491231002")
    assert not is_id_number("110105491331002")


def test_a_quotation_cut_in_the_middle_of_a_number_does_not_show_its_digits() -> None:
    text = "为" * 70 + f"申请人{ID}，电话{MOBILE}" + "的" * 40
    for end in range(60, 110):
        quote = passage(text).evidence(0, end).quote
        assert len(quote) <= LONGEST_QUOTE
        assert ID[4:14] not in quote
        assert MOBILE[4:9] not in quote


@settings(deadline=None)
@given(st.text(alphabet="0123456789xX- １２件年月，a", max_size=60))
def test_masking_keeps_the_length_and_changes_only_digits(text: str) -> None:
    masked = mask(text)

    assert len(masked) == len(text)
    changed = [old for old, new in zip(text, masked, strict=True) if old != new]
    assert all(old.isdecimal() or old in "xXＸ" for old in changed)
    assert mask(masked) == masked


@pytest.mark.parametrize("case", load_cases("personal"), ids=name_of)
def test_case(case: Case) -> None:
    check(case)


@pytest.mark.parametrize(
    "sentence",
    [
        f"申请人身份证号：{ID}，手机{MOBILE}，卡号622202123456789012 8。",
        "申请人张三丰向我局申请公开，家住幸福小区3号楼2单元501室。",
        "王建国诉县人社局政府信息公开案已审结。",
    ],
)
def test_no_rule_shows_what_it_must_not(sentence: str) -> None:
    report = with_prose(a_report(), "overview", sentence)

    for rule in rulebook():
        told = str([verdict_object(verdict) for verdict in verdicts_of(rule, report)])
        for secret in (ID, MOBILE, "张三丰", "2单元501", "王建国"):
            assert secret not in told, rule


def test_what_an_intruder_put_in_is_not_quoted_by_any_rule() -> None:
    spam = "澳门新葡京娱乐城注册送彩金"
    report = with_prose(
        a_report(title=f"{spam}2023年"), "overview", f"我局我局推进公开的的{spam}工作"
    )

    for rule in rulebook():
        told = str([verdict_object(verdict) for verdict in verdicts_of(rule, report)])
        for word in ("新葡京", "娱乐城", "彩金"):
            assert word not in told, rule


NAMES = st.sampled_from(["张三", "李小明", "欧阳峰", "赵立新"])


@settings(deadline=None)
@given(NAMES, st.sampled_from(["向我局申请公开批复", "提出申请", "等2人要求公开", "不服答复"]))
def test_names_of_applicants_are_masked_but_for_the_surname(name: str, act: str) -> None:
    text = f"申请人{name}{act}"

    assert [kind for _, _, kind in find_persons(text)] == ["applicant"]
    assert mask(text) == f"申请人{name[0]}{'*' * (len(name) - 1)}{act}"
    assert mask(mask(text)) == mask(text)
