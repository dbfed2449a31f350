"""The settings file: read strictly, and every mistake named with its place and remedy."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.settings import MailSettings, Settings, SettingsError, load_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "nianbao.toml"


def load(file: Path, text: str | bytes, **environment: str) -> Settings:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_settings(file, environment)


def test_no_file_and_an_empty_one_mean_the_defaults(file: Path) -> None:
    assert load_settings(file, {}) == Settings()
    assert load(file, "") == Settings()


def test_what_is_written_is_read(file: Path) -> None:
    text = '[crawler]\ndelay = 1\n[mail]\nto = ["a@b.cn"]\n[rules.thresholds]\nx = 2\n'
    settings = load(file, text)
    assert (settings.crawler.delay, settings.mail.to) == (1.0, ("a@b.cn",))
    assert settings.rules.thresholds == {"x": 2.0}


def test_editors_on_windows_may_write_it(file: Path) -> None:
    settings = load(file, '\ufeff[mail]\r\nlanguage = "en"\r\n'.encode())
    assert settings.mail.language == "en"


def test_the_environment_goes_before_the_file(file: Path) -> None:
    text = '[storage]\ndatabase_url = "sqlite:///a.db"\narchive_url = "file:///a"\n'
    settings = load(file, text, NIANBAO_DATABASE_URL="sqlite:///b.db", NIANBAO_ARCHIVE_URL="")
    assert settings.storage.database_url == "sqlite:///b.db"
    assert settings.storage.archive_url == "file:///a"


@pytest.mark.parametrize(
    ("text", "place", "zh", "en"),
    [
        ("[crawler]\ndelai = 1", "crawler.delai", "没有这个设置", "no such setting"),
        ("[crawlers]\ndelay = 1", "crawlers", "没有这个设置", "no such setting"),
        ('[crawler]\ndelay = "2"', "crawler.delay", "应为数字", "a number"),
        ("[crawler]\ndelay = -1", "crawler.delay", "应不小于 0", "0 or more"),
        ("[crawler]\ndelay = nan", "crawler.delay", "有限", "finite"),
        ("[crawler]\ndelay = true", "crawler.delay", "应为数字", "a number"),
        ("[crawler]\nmax_bytes = 1e9", "crawler.max_bytes", "应为整数", "a whole number"),
        ('[crawler]\nrender = "always"', "crawler.render", "'never' 或 'auto'", "'auto'"),
        ("[crawler]\nallow_private_addresses = 1", "allow_private", "true", "true or false"),
        ('[crawler]\nofficial_hosts = "a.cn"', "official_hosts", "应为列表", "a list"),
        ("crawler = 3", "crawler", "应为一节", "a section"),
        ("[mail]\nport = 70000", "mail.port", "应不大于 65535", "65535 or less"),
        ("[mail]\nhost = 1", "mail.host", "应为文字", "a text"),
        ('[mail]\nto = ["a@b.cn", "张三"]', "mail.to.1", "不是邮件地址", "no mail address"),
        ('[schedule]\ntimezone = "Shanghai"', "schedule.timezone", "没有这个时区", "time zone"),
        ('[rules.severity]\nx = "fatal"', "rules.severity.x", "'error'", "'warning'"),
    ],
)
def test_a_wrong_value_is_told_with_file_place_and_remedy(
    file: Path, text: str, place: str, zh: str, en: str
) -> None:
    with pytest.raises(SettingsError) as error:
        load(file, text)
    for message, words in ((error.value.zh, zh), (error.value.en, en)):
        assert str(file) in message
        assert place in message
        assert words in message


def test_all_mistakes_are_told_at_once(file: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load(file, "[crawler]\ndelai = 1\n[mail]\nport = 0\n")
    assert len(error.value.en.splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[crawler\n", "line 1"),
        ("delay 1", "TOML"),
        ("a = 1\na = 2\n", "TOML"),
        ("# 设置\n".encode("gb18030"), "UTF-8"),
        (b"\x00", "TOML"),
    ],
)
def test_a_file_that_is_no_toml_is_told_with_its_place(
    file: Path, text: str | bytes, words: str
) -> None:
    with pytest.raises(SettingsError) as error:
        load(file, text)
    assert words in error.value.en
    assert str(file) in error.value.zh


def test_a_file_that_cannot_be_opened_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path, {})


@pytest.mark.parametrize(
    "text",
    [
        "[mail]\npassword = 12345678",
        '[mail]\npasswort = "12345678"',
        '[[mail]]\npassword = "12345678"',
        "[storage]\ndatabase_url = 12345678",
    ],
)
def test_a_password_is_never_shown(file: Path, text: str) -> None:
    with pytest.raises(SettingsError) as error:
        load(file, text)
    assert "12345678" not in error.value.zh + error.value.en


@pytest.mark.parametrize(
    "address",
    ["office@example.cn", "o'brien+nb@mail.example.cn", "a@localhost", "x_y-z@1.cn"],
)
def test_mail_addresses_are_taken(address: str) -> None:
    assert MailSettings(to=(address,)).to == (address,)


@pytest.mark.parametrize(
    "address",
    [
        *("", "a", "@b.cn", "a@", "a@b@c.cn", "a b@c.cn", "a@b..cn", ".a@b.cn", "a@-b.cn"),
        *("a@b.cn\nBcc: x@y.cn", "a@b.cn\r", "a@b.cn\x00", "a@b.cn\u2028", "<a@b.cn>", "a@[::1]"),
        *("张三@b.cn", "a@例子.cn", "x" * 250 + "@b.cn", "a@b.cn,c@d.cn", '"a b"@c.cn'),
    ],
)
def test_what_smtp_cannot_carry_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="mail address"):
        MailSettings(to=(address,))


@given(st.text(max_size=40))
def test_an_address_that_is_taken_is_one_word_of_ascii(text: str) -> None:
    try:
        MailSettings(sender=text)
    except ValueError:
        return
    assert text.isascii()
    assert text.isprintable()
    assert len(text.split()) == 1


def test_a_recipient_named_twice_is_one() -> None:
    assert MailSettings(to=("a@b.cn", "c@d.cn", "a@b.cn")).to == ("a@b.cn", "c@d.cn")


LOCAL = '[[obligations.local_deadlines]]\nmonth = 1\nday = 20\nnotice = "示政办函〔2024〕1号"\n'


def test_local_due_days_are_tables_of_their_own(file: Path) -> None:
    [deadline] = load(file, LOCAL + 'division = "4312"\n').obligations.local_deadlines
    assert (deadline.month, deadline.day, deadline.division) == (1, 20, "4312")
    assert deadline.kinds == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (LOCAL.replace("day = 20\n", ""), "day"),
        (LOCAL.replace("month = 1", "month = 13"), "month"),
        (LOCAL.replace("示政办函〔2024〕1号", ""), "notice"),
        (LOCAL + 'division = "4312xx"\n', "division"),
        (LOCAL + 'kinds = ["school"]\n', "kinds"),
    ],
)
def test_a_local_due_day_that_says_too_little_or_nonsense_is_refused(
    file: Path, text: str, place: str
) -> None:
    with pytest.raises(SettingsError, match=rf"local_deadlines\.0\.{place}"):
        load(file, text)
