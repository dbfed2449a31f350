"""Who gets what: from the settings, from a file, and what is said of mistakes."""

from pathlib import Path

import pytest

from storage.settings import Settings, SettingsError, load_settings
from storage.subscriptions import read_subscriptions, subscriptions_of


def settings_of(directory: Path, text: str) -> Settings:
    path = directory / "nianbao.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path, {})


def test_mail_to_is_short_for_everything_at_once_and_weekly(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, '[mail]\nto = ["a@b.cn"]\n')
    office, operator = subscriptions_of(settings, tmp_path)
    assert (office.audience, office.to, office.when) == (
        "office",
        ("a@b.cn",),
        ("at_once", "weekly"),
    )
    assert (operator.audience, operator.to) == ("operator", ("a@b.cn",))


def test_operators_of_their_own_are_told_instead_of_the_others(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, '[mail]\nto = ["a@b.cn"]\noperators = ["o@b.cn"]\n')
    assert [one.to for one in subscriptions_of(settings, tmp_path)] == [("a@b.cn",), ("o@b.cn",)]


def test_tables_and_the_rows_of_a_file_are_read_alike(tmp_path: Path) -> None:
    (tmp_path / "who.csv").write_text(
        "to,divisions,events,when,language\na@b.cn|c@d.cn,4312,missing|late,at_once|monthly,en\n",
        encoding="utf-8-sig",
    )
    settings = settings_of(
        tmp_path,
        '[mail]\nsubscriptions_file = "who.csv"\n[[subscriptions]]\nto = ["a@b.cn", "c@d.cn"]\n'
        'divisions = ["4312"]\nevents = ["missing", "late"]\nwhen = ["at_once", "monthly"]\n'
        'language = "en"\n',
    )
    of_settings, of_file = subscriptions_of(settings, tmp_path)
    assert of_settings == of_file


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ("to,events\n,missing\n", "line 2, to: must be given"),
        ("to,events\na@b.cn,vanished\n", "line 2, events.0"),
        ("to,events\na@b.cn,portal_down\n", "portal_down: no such event for audience = office"),
        ("to,divisions\nx@y.cn,\na@b.cn,4x\n", "line 3, divisions.0"),
        ("to,events\na@b.cn\n", "line 2: not as many cells"),
        ("mail,events\na@b.cn,\n", "line 1: the header"),
        ('to\n"a@b.cn\n', "not valid CSV"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, rows: str, place: str) -> None:
    path = tmp_path / "who.csv"
    path.write_text(rows, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_subscriptions(path)
    assert str(path) in refused.value.en
    assert place in refused.value.en


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "who.csv"
    path.write_text("to,divisions\n,4x\nno body,\n", encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_subscriptions(path)
    assert len(refused.value.zh.splitlines()) == 3


def test_gbk_is_named(tmp_path: Path) -> None:
    path = tmp_path / "who.csv"
    path.write_bytes("to,name\na@b.cn,政务公开办\n".encode("gb18030"))
    with pytest.raises(SettingsError, match="GBK"):
        read_subscriptions(path)


def test_a_file_that_is_not_there_is_named_with_its_setting(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, '[mail]\nsubscriptions_file = "none.csv"\n')
    with pytest.raises(SettingsError, match="subscriptions_file"):
        subscriptions_of(settings, tmp_path)


def test_a_channel_must_be_named_in_the_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="wecom-city"):
        settings_of(tmp_path, '[[subscriptions]]\nto = ["wecom-city"]\n')
    (tmp_path / "who.csv").write_text("to\nwecom-city\n", encoding="utf-8")
    settings = settings_of(tmp_path, '[mail]\nsubscriptions_file = "who.csv"\n')
    with pytest.raises(SettingsError, match="wecom-city"):
        subscriptions_of(settings, tmp_path)


def test_trouble_of_the_watching_is_not_for_the_offices(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="missing"):
        settings_of(
            tmp_path,
            '[[subscriptions]]\nto = ["a@b.cn"]\naudience = "operator"\nevents = ["missing"]\n',
        )
