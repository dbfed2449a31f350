"""What an agency is, by its name."""

import pytest

from monitor.rules.kinds import kind_by_name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("绥宁县人民政府", "government"),
        ("淮安市", "government"),
        ("测试省", "government"),
        ("大田县人民政府办公室", "government_office"),
        ("广州市人民政府办公厅", "government_office"),
        ("莘县王庄集镇人民政府", "township"),
        ("螅镇", "township"),
        ("示例区某某街道办事处", "dispatched"),
        ("示例区某某街道", "dispatched"),
        ("国家税务总局清河县税务局", "vertical"),
        ("示例县气象局", "vertical"),
        ("博爱县科技和工业信息化局", "department"),
        ("示例市发展和改革委员会", "department"),
        ("示例市国有资产监督管理委员会", "department"),
        ("示例县卫生健康局（中医药局）", "department"),
        ("平潭综合实验区", None),
        ("示例高新区管委会", None),
        ("示例市经济技术开发区管理委员会", None),
        ("某某", None),
        ("市", None),
    ],
)
def test_the_ending_of_a_name_tells_the_kind(name: str, kind: str | None) -> None:
    found = kind_by_name(name)
    assert (None if found is None else str(found)) == kind
