"""Titles that say that a report was published before."""

import pytest

from storage.titles import is_reissue

REPORT = "清河县财政局2023年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    "title",
    [
        f"{REPORT}（更正版）",
        f"{REPORT}(修订)",
        f"{REPORT} （重新 发布）",
        f"{REPORT}已更新",
        f"【更正】{REPORT}",
        "清河县财政局2023年政府信息公开年报〔修改稿〕",
    ],
)
def test_a_corrected_version_says_so_behind_the_title_or_as_a_mark_before_it(title: str) -> None:
    assert is_reissue(title)


@pytest.mark.parametrize(
    "title",
    [
        "",
        REPORT,
        f"{REPORT}（图片版）",
        "清河县城市更新局2023年政府信息公开工作年度报告",
        "清河县更新改造办公室2023年政府信息公开工作年度报告",
        "（清河县）更新局2023年政府信息公开工作年度报告",
    ],
)
def test_the_words_in_names_of_agencies_say_nothing(title: str) -> None:
    assert not is_reissue(title)
