"""Masking of personal data. All numbers here are made up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.rules.privacy import is_bank_card, is_id_number, mask_personal_data, personal_data
from monitor.rules.quoting import LONGEST_QUOTE, passage

ID = "11010519491231002X"
CARD = "6222021234567890128"
MOBILE = "13800138000"


def luhn(digits: str) -> str:
    """Return the digits with their check digit."""
    for check in "0123456789":
        if is_bank_card(digits + check):
            return digits + check
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
    ],
)
def test_personal_data_is_masked(text: str, masked: str | None) -> None:
    found = mask_personal_data(text)

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
    ],
)
def test_office_telephones_codes_and_figures_stay(text: str) -> None:
    assert mask_personal_data(text) == text


def test_what_is_found_is_named() -> None:
    text = f"{ID}、{MOBILE}、{luhn('622202123456789012')}"

    assert [kind for _, _, kind in personal_data(text)] == ["id-number", "mobile", "bank-card"]


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
    masked = mask_personal_data(text)

    assert len(masked) == len(text)
    changed = [old for old, new in zip(text, masked, strict=True) if old != new]
    assert all(old.isdecimal() or old in "xXＸ" for old in changed)
    assert mask_personal_data(masked) == masked
